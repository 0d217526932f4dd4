package org.surgenet.image;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Prints the CPU time per picture of decoding it and making DINO's ten views, on one thread. {@code
 * examples/bench/augment.sh} runs it beside torchvision.
 */
final class AugmentBenchmark {
    private AugmentBenchmark() {}

    /**
     * @param args a folder of pictures and, optionally, the number of rounds and whether JPEGs are
     *     decoded "reduced" (as by default in pretraining) or "full"
     */
    public static void main(String[] args) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of(args[0]))) {
            files =
                    all.filter(
                                    f ->
                                            f.toString()
                                                    .toLowerCase(Locale.ROOT)
                                                    .matches(".*[.](jpe?g|png)"))
                            .sorted()
                            .toList();
        }
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        boolean reduced = args.length < 3 || args[2].equals("reduced");
        DinoCrops crops = new DinoCrops(DinoCrops.Settings.builder().build());
        ByteBuffer target = ByteBuffer.allocateDirect(crops.settings().bytes(0));
        long checksum = 0;
        for (int round = 0; round < rounds; round++) {
            long start = cpuNanos();
            long decoding = 0;
            for (int i = 0; i < files.size(); i++) {
                long before = cpuNanos();
                int sample = i;
                int epoch = round;
                Images.Reduced read =
                        Images.readReduced(
                                files.get(i),
                                header ->
                                        reduced
                                                ? crops.reduction(
                                                        header.width(),
                                                        header.height(),
                                                        0,
                                                        epoch,
                                                        sample)
                                                : 1);
                decoding += cpuNanos() - before;
                crops.make(read, 0, round, i, view -> target);
                read.picture().release();
                checksum += target.get(0);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%.2f ms per image, %d images (decoding %.2f ms; checksum %d)%n",
                    (cpuNanos() - start) / 1e6 / files.size(),
                    files.size(),
                    decoding / 1e6 / files.size(),
                    checksum);
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
