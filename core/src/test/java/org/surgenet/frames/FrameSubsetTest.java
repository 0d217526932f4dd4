package org.surgenet.frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.surgenet.common.UserException;

class FrameSubsetTest {
    /** Three procedures of four videos of ten frames; video names repeat across procedures. */
    private static List<Frame> frames() {
        List<Frame> frames = new ArrayList<>();
        for (String procedure : List.of("chole", "hernia", "colon")) {
            for (int v = 0; v < 4; v++) {
                for (int f = 0; f < 10; f++) {
                    frames.add(
                            new Frame(
                                    Path.of(procedure, "v" + v, f + ".jpg"),
                                    procedure,
                                    "v" + v,
                                    f));
                }
            }
        }
        return frames;
    }

    private static List<Frame> subset(double fraction, List<String> procedures, int videos) {
        return new FrameSubset(fraction, procedures, videos, 3).of(frames());
    }

    @Test
    void withoutConditionsAllFramesStay() {
        assertThat(subset(1, List.of(), 0)).isEqualTo(frames());
    }

    @Test
    void proceduresAreComparedWithoutCase() {
        List<Frame> kept = subset(1, List.of("Chole", "COLON"), 0);

        assertThat(kept).hasSize(80);
        assertThat(kept).extracting(Frame::procedure).containsOnly("chole", "colon");
    }

    @Test
    void anUnknownProcedureIsNamedWithTheKnownOnes() {
        assertThatThrownBy(() -> subset(1, List.of("hernai"), 0))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("'hernai'")
                .hasMessageContaining("chole, colon, hernia");
    }

    @Test
    void videosAreWholeAndFewerLieWithinMore() {
        List<Frame> three = subset(1, List.of(), 3);
        List<Frame> seven = subset(1, List.of(), 7);

        assertThat(three).hasSize(30);
        assertThat(FrameSubset.videos(three)).isEqualTo(3);
        assertThat(FrameSubset.videos(seven)).isEqualTo(7);
        assertThat(seven).containsAll(three);
    }

    @Test
    void aVideosPlaceDoesNotDependOnTheOthers() {
        List<Frame> two = subset(1, List.of(), 2);
        List<Frame> fewer =
                frames().stream()
                        .filter(f -> two.contains(f) || f.procedure().equals("colon"))
                        .toList();

        assertThat(new FrameSubset(1, List.of(), 2, 3).of(fewer)).isEqualTo(two);
    }

    @Test
    void moreVideosThanThereAreIsAnError() {
        assertThatThrownBy(() -> subset(1, List.of("chole"), 5))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("only 4 videos");
    }

    @Test
    void aSmallerShareLiesWithinALargerOneInTheListsOrder() {
        List<Frame> tenth = subset(0.1, List.of(), 0);
        List<Frame> half = subset(0.5, List.of(), 0);

        assertThat(tenth).hasSize(12);
        assertThat(half).hasSize(60).containsAll(tenth);
        assertThat(half)
                .isEqualTo(frames().stream().filter(half::contains).collect(Collectors.toList()));
    }

    @Test
    void anotherSeedDrawsOtherFrames() {
        assertThat(new FrameSubset(0.5, List.of(), 0, 4).of(frames()))
                .hasSize(60)
                .isNotEqualTo(subset(0.5, List.of(), 0));
    }

    @Test
    void valuesWithoutSenseAreRefused() {
        assertThatThrownBy(() -> new FrameSubset(0, List.of(), 0, 0))
                .hasMessageStartingWith("fraction ");
        assertThatThrownBy(() -> new FrameSubset(1.5, List.of(), 0, 0))
                .hasMessageStartingWith("fraction ");
        assertThatThrownBy(() -> new FrameSubset(1, List.of(), -1, 0))
                .hasMessageStartingWith("max-videos ");
        assertThatThrownBy(() -> subset(0.001, List.of(), 0))
                .hasMessageContaining("nothing is left of 120 frames");
    }
}
