package org.surgenet.weights;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Locale;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.zoo.Backbones;

/**
 * Seconds from a weight file to a filled backbone, in a JVM that has loaded none before: {@code
 * BACKBONE FILE}; for examples/bench/load.sh.
 */
public final class LoadBench {
    private LoadBench() {}

    public static void main(String[] args) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Backbone network = Backbones.create(args[0]);
            network.initialize(manager, 1); // As a model is in PyTorch: its memory is there.
            long start = System.nanoTime();
            WeightLoader.load(network, WeightsFile.read(Path.of(args[1])), false);
            System.out.printf(Locale.ROOT, "load %.3f s%n", (System.nanoTime() - start) * 1e-9);
        }
    }
}
