package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.surgenet.common.Progress;

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
    void drawsOneLineOnTerminal() {
        try (Progress.Task task = progress(true).start("train", "steps", -1)) {
            seconds(4);
            task.step(1, "loss 5.1");
            assertThat(err.toString()).isEqualTo("train: 1 steps, 4.0 s each, loss 5.1");
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

    @Test
    void shortTasksLeaveNoLine() {
        try (Progress.Task task = progress(false).start("read", "files", 1)) {
            task.step(1, "");
        }

        assertThat(log).containsExactly("begun");
    }

    @Test
    void durationsReadAsClocks() {
        assertThat(ConsoleProgress.duration(4_200_000_000L)).isEqualTo("4.2 s");
        assertThat(ConsoleProgress.duration(187_000_000_000L)).isEqualTo("3:07");
        assertThat(ConsoleProgress.duration(7_387_000_000_000L)).isEqualTo("2:03:07");
    }
}
