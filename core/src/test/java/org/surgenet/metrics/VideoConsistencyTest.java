package org.surgenet.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Values by hand from the definition of VSPW (Miao 2021). */
class VideoConsistencyTest {
    private static final byte X = (byte) 255;

    @Test
    void countsPixelsThatAreRightInAllFramesOfAStretch() {
        VideoConsistency vc = new VideoConsistency(2, 255);
        byte[] a = {1, 1, 2, 0, X};
        byte[] b = {1, 1, 2, 3, X};
        byte[] c = {1, 2, 2, 3, X};
        // Of a and b four pixels but the last and the moving one are steady; one of them flickers.
        vc.add("p", false, a, new byte[] {1, 1, 2, 0, 0});
        vc.add("p", true, b, new byte[] {1, 0, 2, 3, 0});
        assertThat(vc.of("p")).isCloseTo(2.0 / 3, within(1e-12));
        // Of b and c: 1, 2 and 3 are steady, and all are right.
        vc.add("p", true, c, new byte[] {1, 2, 2, 3, 0});
        assertThat(vc.of("p")).isCloseTo((2.0 / 3 + 1) / 2, within(1e-12));
        assertThat(vc.stretches("p")).isEqualTo(2);
    }

    @Test
    void aGapAndAnotherVideoBeginAnew() {
        VideoConsistency vc = new VideoConsistency(2, 255);
        byte[] map = {1, 1};
        vc.add("p", false, map, map);
        vc.add("p", false, map, map);
        assertThat(vc.stretches("p")).isZero();
        assertThat(vc.of("p")).isNaN();
        vc.add("q", true, new byte[] {1}, new byte[] {1});
        assertThat(vc.stretches("q")).as("another size").isZero();
        vc.add("q", true, new byte[] {1}, new byte[] {0});
        assertThat(vc.of("q")).isZero();
        assertThat(vc.mean()).isZero();
    }

    @Test
    void needsTwoFrames() {
        assertThatThrownBy(() -> new VideoConsistency(1, 255))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
