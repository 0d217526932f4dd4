package org.surgenet.train.distributed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.surgenet.engine.Recording;
import org.surgenet.nn.Init;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;
import org.surgenet.train.Gradients;

/** What {@link MpiTest} starts once per rank. */
final class RankMain {
    private RankMain() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        try (Communicator ranks = Communicator.fromEnvironment()) {
            switch (args[0]) {
                case "sums" -> sums(ranks);
                case "gradients" -> gradients(ranks);
                case "dies" -> {
                    ranks.barrier();
                    if (ranks.rank() == 1) {
                        Runtime.getRuntime().halt(9);
                    }
                    ranks.barrier();
                }
                case "hangs" -> {
                    ranks.barrier();
                    if (ranks.rank() == 1) {
                        Thread.sleep(600_000);
                    }
                    System.setErr(
                            new PrintStream(
                                    Files.newOutputStream(Path.of(args[1])),
                                    true,
                                    StandardCharsets.UTF_8));
                    ranks.barrier();
                }
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    /** One write per line, so that the ranks' lines do not mix. */
    private static void print(Locale locale, String format, Object... values) {
        System.out.print(String.format(locale, format + "\n", values));
    }

    private static void sums(Communicator ranks) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(4000).order(ByteOrder.nativeOrder());
        for (int i = 0; i < 1000; i++) {
            buffer.putFloat(4 * i, i + 0.25f * ranks.rank());
        }
        ranks.sumFloats(buffer, 999);
        double[] values = {ranks.rank() + 1, 10};
        ranks.sum(values);
        ranks.barrier();
        print(
                Locale.ROOT,
                "rank %d of %d: %s %s %s %s %s",
                ranks.rank(),
                ranks.size(),
                buffer.getFloat(0),
                buffer.getFloat(4 * 998),
                buffer.getFloat(4 * 999),
                values[0],
                values[1]);
    }

    /** Three parameters that fill buckets of 40 floats unevenly. */
    private static final class Net extends Module {
        final List<Parameter> all =
                List.of(
                        parameter("a", Init.ONES, 7),
                        parameter("b", Init.ONES, 10, 10),
                        parameter("c", Init.ONES, 3));
    }

    private static void gradients(Communicator ranks) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Net net = new Net();
            net.initialize(manager, 0);
            Gradients.require(net);
            try (Recording recording = Gradients.collect();
                    NDManager step = manager.newSubManager()) {
                NDArray loss = step.create(0f);
                for (Parameter parameter : net.all) {
                    // The gradient of sum(w · k · (rank + 1)) is k · (rank + 1), k the index.
                    NDArray scale =
                            step.arange((int) parameter.size())
                                    .toType(ai.djl.ndarray.types.DataType.FLOAT32, false)
                                    .reshape(parameter.shape())
                                    .mul(ranks.rank() + 1);
                    loss = loss.add(scale.mul(parameter.array()).sum());
                }
                recording.backward(loss);
            }
            new AllReduce(ranks, 160).average(net.all);
            float worst = 0;
            for (Parameter parameter : net.all) {
                try (NDArray gradient = Gradients.of(parameter).orElseThrow()) {
                    float[] values = gradient.toFloatArray();
                    for (int i = 0; i < values.length; i++) {
                        float expected = i * (ranks.size() + 1) / 2f;
                        worst = Math.max(worst, Math.abs(values[i] - expected));
                    }
                }
            }
            print(Locale.ROOT, "rank %d: worst %s", ranks.rank(), worst);
        }
    }
}
