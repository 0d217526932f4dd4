package org.surgenet.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.JavaProcess;

/** A long run, watched from outside. */
class SoakTest {
    private static final int STEPS = 2000;
    private static final int WARM = 500;

    @TempDir Path folder;

    private record Seen(long residentKb, long descriptors) {}

    private static Seen look(Path proc) throws Exception {
        long resident =
                Files.readAllLines(proc.resolve("status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum();
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            return new Seen(resident, open.count());
        }
    }

    private static long lines(Path log) throws Exception {
        if (!Files.exists(log)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.count();
        }
    }

    @Test
    void memoryAndDescriptorsStayFlatOverTwoThousandSteps() throws Exception {
        boolean linux = Files.isDirectory(Path.of("/proc/self/fd"));
        if (!linux) {
            System.out.println("skipped: no /proc to watch a process by");
        }
        assumeTrue(linux);
        Path frames = folder.resolve("frames");
        Frames.draw(frames, 1, 40);
        Path output = folder.resolve("run");
        Process process =
                JavaProcess.builder(
                                JavaProcess.command(
                                        PretrainMain.class,
                                        frames.toString(),
                                        output.toString(),
                                        Integer.toString(STEPS / 20),
                                        "2",
                                        "1",
                                        "50"))
                        .redirectOutput(folder.resolve("output.txt").toFile())
                        .start();
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        List<Seen> early = new ArrayList<>();
        List<Seen> late = new ArrayList<>();
        while (process.isAlive()) {
            long done = lines(output.resolve("log.jsonl"));
            Seen seen;
            try {
                seen = look(proc);
            } catch (java.io.IOException e) {
                break; // It has just ended.
            }
            if (done >= WARM && done < 2 * WARM) {
                early.add(seen);
            } else if (done >= STEPS - WARM && done < STEPS) {
                late.add(seen);
            }
            Thread.sleep(100);
        }

        assertThat(process.waitFor()).isZero();
        assertThat(lines(output.resolve("log.jsonl"))).isEqualTo(STEPS + STEPS / 20);
        // The floor: while a checkpoint is written, its files are mapped.
        long before = early.stream().mapToLong(Seen::residentKb).min().orElseThrow();
        long after = late.stream().mapToLong(Seen::residentKb).min().orElseThrow();
        long openBefore = early.stream().mapToLong(Seen::descriptors).max().orElseThrow();
        long openAfter = late.stream().mapToLong(Seen::descriptors).max().orElseThrow();
        System.out.printf(
                java.util.Locale.ROOT,
                "resident memory %d MB in steps %d to %d, %d MB in the last %d; descriptors %d and"
                        + " %d%n",
                before / 1024,
                WARM,
                2 * WARM,
                after / 1024,
                WARM,
                openBefore,
                openAfter);
        // A lost array of a kilobyte a step would be a megabyte; the allocator's own noise is more.
        assertThat(after).isLessThan(before + 16 * 1024);
        assertThat(openAfter).isLessThanOrEqualTo(openBefore + 2);
    }
}
