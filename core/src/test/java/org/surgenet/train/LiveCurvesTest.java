package org.surgenet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveCurvesTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir Path folder;
    private long now;

    /** By how much the clock moves at each look: a drawing takes one look's worth. */
    private long perLook;

    private RunDirectory directory;
    private LiveCurves curves;

    @BeforeEach
    void log() throws Exception {
        directory = new RunDirectory(folder);
        Files.writeString(
                directory.log(), "{\"step\": 0, \"loss\": 2}\n{\"step\": 1, \"loss\": 1}\n");
        curves =
                new LiveCurves(
                        directory,
                        () ->
                                List.of(
                                        new Curves.Panel(
                                                "Loss", "step", "loss", false, List.of("loss"))),
                        () -> now += perLook);
    }

    private boolean drawsAfter(long seconds) throws Exception {
        Files.deleteIfExists(directory.curves());
        now += seconds * SECOND;
        curves.drawIfDue();
        return Files.exists(directory.curves());
    }

    @Test
    void drawsAgainAfterTenSeconds() throws Exception {
        assertThat(drawsAfter(9)).isFalse();
        assertThat(drawsAfter(1)).isTrue();
        assertThat(drawsAfter(0)).isFalse();
        assertThat(drawsAfter(10)).isTrue();
    }

    @Test
    void whatCannotBeDrawnIsSwitchedOff() throws Exception {
        // A folder with something in it cannot be replaced by a file.
        Path inside = Files.createDirectories(directory.curves()).resolve("x");
        Files.writeString(inside, "x");

        curves.draw();

        assertThat(inside).exists();
        Files.delete(inside);
        assertThat(drawsAfter(1000)).isFalse();
    }

    @Test
    void slowDrawingIsDoneRarely() throws Exception {
        perLook = SECOND; // A picture takes a second.
        curves.draw();
        perLook = 0;

        assertThat(directory.curves()).exists();
        assertThat(drawsAfter(99)).isFalse();
        assertThat(drawsAfter(1)).isTrue();
    }
}
