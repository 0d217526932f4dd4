package org.surgenet.pretrain.dino;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Locale;
import org.surgenet.common.CounterRandom;
import org.surgenet.nn.Precision;
import org.surgenet.nn.zoo.Backbones;

/**
 * Seconds of a whole DINO step, 2 × 224² + 8 × 96², 65,536 outputs, on noise: {@code NETWORK [BATCH
 * 4] [ROUNDS 4] [PRECISION fp32] [gpu]}; the number of threads is the engine's. A line per round,
 * for examples/bench/step.sh.
 */
public final class StepBench {
    private static final Dino.Rates RATES = new Dino.Rates(1e-4, 0.04, 0.996, 0.04, false);

    private StepBench() {}

    private record Noise(int images) implements Dino.Views {
        @Override
        public NDArray globals(NDManager manager) {
            return manager.randomNormal(new Shape(2L * images, 3, 224, 224));
        }

        @Override
        public NDArray locals(NDManager manager) {
            return manager.randomNormal(new Shape(8L * images, 3, 96, 96));
        }
    }

    public static void main(String[] args) {
        int batch = args.length > 1 ? Integer.parseInt(args[1]) : 4;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 4;
        String precision = args.length > 3 ? args[3].toUpperCase(Locale.ROOT) : "FP32";
        Device device = args.length > 4 ? Device.gpu() : Device.cpu();
        try (NDManager manager = NDManager.newBaseManager(device)) {
            Dino dino =
                    new Dino(
                            manager,
                            () -> Backbones.create(args[0]),
                            new Dino.Settings(
                                    65_536, false, 0.1, 0.9, 0, 3, Precision.valueOf(precision)),
                            1);
            for (int round = 0; round < rounds; round++) {
                long start = System.nanoTime();
                Dino.Outcome outcome =
                        dino.step(List.of(new Noise(batch)), 1, RATES, CounterRandom.of(1, round));
                System.out.printf(
                        Locale.ROOT,
                        "step %.3f s, loss %.3f%n",
                        (System.nanoTime() - start) * 1e-9,
                        outcome.loss());
            }
        }
    }
}
