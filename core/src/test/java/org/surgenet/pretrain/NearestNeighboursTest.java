package org.surgenet.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.UserException;

class NearestNeighboursTest {
    private static final float[] EAST = {1, 0};
    private static final float[] NORTH = {0, 1};
    private static final float[] NORTH_EAST = {0.8f, 0.6f};

    @TempDir Path folder;

    @Test
    void takesTheLabelOfTheNearest() {
        NearestNeighbours.Result result =
                NearestNeighbours.score(
                        new float[][] {EAST, NORTH_EAST, NORTH, NORTH, null},
                        List.of("a", "a", "b", "b", "b"),
                        List.of("1", "2", "3", "4", "5"));

        assertThat(result.accuracy()).isEqualTo(1);
        assertThat(result.images()).isEqualTo(4);
        assertThat(result.chance()).isEqualTo(0.5);
    }

    @Test
    void framesOfTheSameVideoAreNoNeighbours() {
        // Each image's twin is in its own video; what is left has the other label.
        NearestNeighbours.Result result =
                NearestNeighbours.score(
                        new float[][] {EAST, EAST, NORTH, NORTH},
                        List.of("a", "a", "b", "b"),
                        List.of("1", "1", "2", "2"));

        assertThat(result.accuracy()).isZero();
        assertThat(result.chance()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void theIntervalIsOverVideos() {
        // Video 3 is wholly wrong, 1 and 2 wholly right: two of six, or none, or all images of a
        // resample can be wrong, and nothing between but thirds.
        NearestNeighbours.Result result =
                NearestNeighbours.score(
                        new float[][] {EAST, EAST, EAST, EAST, NORTH, NORTH},
                        List.of("a", "a", "a", "a", "b", "b"),
                        List.of("1", "1", "2", "2", "3", "3"));

        assertThat(result.accuracy()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(result.interval().low()).isZero();
        assertThat(result.interval().high()).isEqualTo(1);
    }

    @Test
    void listsThatProbeNothingAreRefused() throws Exception {
        Path one = Files.writeString(folder.resolve("one.csv"), "path,label\na.png,x\nb.png,x\n");
        Path same =
                Files.writeString(
                        folder.resolve("same.csv"), "path,label,video\na.png,x,1\nb.png,y,1\n");

        assertThatThrownBy(() -> NearestNeighbours.read(one))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("two labels");
        assertThatThrownBy(() -> NearestNeighbours.read(same))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("one video");
    }
}
