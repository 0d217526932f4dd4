package org.surgenet.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CameraTest {
    private static final float[] TISSUE = {0.3f, 0.1f, 0.05f};

    private static int[] seen(Camera camera, float factor) {
        int[] tones = new int[3];
        camera.expose(TISSUE, 0, factor, tones);
        return tones;
    }

    @Test
    void theNeutralOneTakesTheSquareRootWithASoftShoulder() {
        // 255 · √0.3 · (1 - 0.12 · 0.3 / 1.3), and likewise.
        assertThat(seen(Camera.neutral(), 1)).containsExactly(136, 80, 57);
        assertThat(seen(Camera.neutral(), 0)).containsExactly(0, 0, 0);
        assertThat(seen(Camera.neutral(), 100)).containsExactly(255, 255, 255);
    }

    @Test
    void warmthRaisesRedAndLowersBlue() {
        int[] warm = seen(new Camera(0.4, 0, 1, 1, 1), 1);

        assertThat(warm[0]).isGreaterThan(136);
        assertThat(warm[1]).isEqualTo(80);
        assertThat(warm[2]).isLessThan(57);
    }

    @Test
    void withoutSaturationAllIsGrey() {
        int[] grey = seen(new Camera(0, 0, 0, 1, 1), 1);

        assertThat(grey[1]).isEqualTo(grey[0]);
        assertThat(grey[2]).isEqualTo(grey[0]);
    }

    @Test
    void gammaHardensTheContrast() {
        int[] hard = seen(new Camera(0, 0, 1, 1, 1.3), 1);

        assertThat(hard[0]).isLessThan(136);
        assertThat(hard[0] / (double) hard[2]).isGreaterThan(136 / 57.0);
    }

    @Test
    void aSeedIsACamera() {
        assertThat(seen(Camera.of(5), 1)).isEqualTo(seen(Camera.of(5), 1));
        assertThat(seen(Camera.of(5), 1)).isNotEqualTo(seen(Camera.of(6), 1));
    }
}
