package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.common.Progress;
import org.surgenet.common.Words;

class ConsoleProgressTest {
    private final AtomicLong clock = new AtomicLong();
    private final StringWriter err = new StringWriter();
    private final List<String> log = new ArrayList<>();

    private ConsoleProgress progress(boolean terminal) {
        Console console = new Console(new PrintWriter(err), terminal, 80);
        return new ConsoleProgress(console, log::add, clock::get, () -> log.add("begun"));
    }

    private void seconds(double seconds) {
        clock.addAndGet((long) (seconds * 1e9));
    }

    @Test
    void logsNowAndThenWhereThereIsNoTerminal() {
        try (Progress.Task task = progress(false).start("extract", "frames", 400)) {
            for (int i = 0; i < 20; i++) {
                seconds(1);
                task.step(10, "");
            }
        }

        assertThat(log)
                .containsExactly(
                        "begun",
                        "extract:  25% 100/400 frames, 10.0/s, 30.0 s left",
                        "extract:  50% 200/400 frames, 10.0/s, 20.0 s left",
                        "extract: 200 frames in 20.0 s (10.0/s)");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shareOfUnequalUnitsIsThatOfTheirSizes() {
        try (Progress.Task task = progress(false).start("extracting", "videos", 4, 1000)) {
            seconds(20);
            task.advance(400, "op1");
            seconds(20);
            task.advance(100, "op1");
            task.step(1, "op1");
        }

        assertThat(log)
                .containsExactly(
                        "begun",
                        "extracting:  40% 0/4 videos, 30.0 s left, op1",
                        "extracting:  50% 0/4 videos, 40.0 s left, op1",
                        "extracting: 1 video in 40.0 s (40.0 s each)");
    }

    @Test
    void whatIsReadButNotWrittenIsNotDone() {
        try (Progress.Task task = progress(false).start("extracting", "videos", 1, 1000)) {
            seconds(20);
            task.advance(1000, "op1");
            seconds(20);
            task.step(1, "op1");
        }

        assertThat(log)
                .containsExactly(
                        "begun",
                        "extracting:  99% 0/1 video, op1",
                        "extracting: 100% 1/1 video, op1",
                        "extracting: 1 video in 40.0 s (40.0 s each)");
    }

    @Test
    void whatAnEarlierRunDidIsNotSpeed() {
        try (Progress.Task task = progress(false).start("train", "steps", 1000)) {
            task.skip(900);
            for (int i = 0; i < 10; i++) {
                seconds(1);
                task.step(1, "");
            }
        }

        assertThat(log)
                .containsExactly(
                        "begun",
                        "train:  91% 910/1000 steps, 1.0/s, 1:30 left",
                        "train: 10 steps in 10.0 s (1.0/s)");
    }

    @Test
    void drawsOneLineOnTerminal() {
        try (Progress.Task task = progress(true).start("train", "steps", -1)) {
            seconds(4);
            task.step(1, "loss 5.1");
            assertThat(err.toString()).isEqualTo("train: 1 step, 4.0 s each, loss 5.1");
        }

        assertThat(err.toString()).endsWith("\r\u001b[K");
    }

    @Test
    void logLineTakesThePlaceOfTheProgressLine() {
        Console console = new Console(new PrintWriter(err), true, 10);
        console.status("123456789012");
        console.line("note");

        assertThat(err.toString()).isEqualTo("123456789\r\u001b[Knote\n123456789");
    }

    /** 0 0 is what a terminal without a window says (docker -t, cron's script, ssh -tt). */
    @ParameterizedTest
    @CsvSource({"0, 79", "-3, 79", "1, 0", "2, 1", "3, 2", "2147483647, 90"})
    void anyWidthOfTheTerminalWillDo(int width, int shown) {
        Console console = new Console(new PrintWriter(err), true, width);
        String text = "x".repeat(90);

        console.status(text);
        console.status("");

        assertThat(err.toString().chars().filter(c -> c == 'x')).hasSize(shown);
    }

    @Test
    void aDisplayThatFailsIsSwitchedOffAndTheWorkGoesOn() {
        Console console = new Console(new PrintWriter(err), false, 80);
        int[] asked = {0};
        ConsoleProgress progress =
                new ConsoleProgress(
                        console,
                        line -> {
                            asked[0]++;
                            throw new IndexOutOfBoundsException("begin 0, end -1");
                        },
                        clock::get,
                        () -> log.add("begun"));

        for (String label : List.of("extract", "curate")) {
            try (Progress.Task task = progress.start(label, "frames", 400)) {
                for (int i = 0; i < 20; i++) {
                    seconds(11);
                    task.step(10, "");
                }
            }
        }

        assertThat(asked[0]).isEqualTo(1);
        assertThat(log).containsExactly("begun");
    }

    @Test
    void shortTasksLeaveNoLine() {
        try (Progress.Task task = progress(false).start("read", "files", 1)) {
            task.step(1, "");
        }

        assertThat(log).containsExactly("begun");
    }

    @Test
    void durationsReadAsClocks() {
        assertThat(Words.clock(4_200_000_000L)).isEqualTo("4.2 s");
        assertThat(Words.clock(187_000_000_000L)).isEqualTo("3:07");
        assertThat(Words.clock(7_387_000_000_000L)).isEqualTo("2:03:07");
    }
}
