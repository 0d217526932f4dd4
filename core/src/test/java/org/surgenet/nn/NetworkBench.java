package org.surgenet.nn;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Locale;
import java.util.Map;
import org.surgenet.nn.zoo.Backbones;

/**
 * Seconds of forward and backward passes of a backbone: {@code NETWORK [BATCH 8] [SIDE 224] [ROUNDS
 * 5]}; the number of threads is the engine's. A line per round, for examples/bench/networks.sh.
 */
public final class NetworkBench {
    private NetworkBench() {}

    public static void main(String[] args) {
        int batch = args.length > 1 ? Integer.parseInt(args[1]) : 8;
        int side = args.length > 2 ? Integer.parseInt(args[2]) : 224;
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 5;
        try (NDManager manager = NDManager.newBaseManager()) {
            Backbone network = Backbones.create(args[0]);
            network.initialize(manager, 1);
            // The peers' networks have no stochastic depth unless asked for; nothing else differs.
            network.setTraining(false);
            Map<String, Parameter> trained = network.trainable();
            trained.values().forEach(p -> p.array().setRequiresGradient(true));
            for (int round = 0; round < rounds; round++) {
                try (NDManager step = manager.newSubManager();
                        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                    NDArray images = step.randomNormal(new Shape(batch, 3, side, side));
                    long t0 = System.nanoTime();
                    NDArray loss = network.pooled(images).square().mean();
                    long t1 = System.nanoTime();
                    collector.backward(loss);
                    long t2 = System.nanoTime();
                    System.out.printf(
                            Locale.ROOT,
                            "forward %.3f backward %.3f total %.3f s%n",
                            (t1 - t0) * 1e-9,
                            (t2 - t1) * 1e-9,
                            (t2 - t0) * 1e-9);
                }
                trained.values().forEach(p -> p.array().getGradient().close());
            }
        }
    }
}
