package org.surgenet.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColorShiftTest {
    /** Two pixels, red and (200, 100, 50). */
    private static byte[] planes() {
        return new byte[] {(byte) 255, (byte) 200, 0, 100, 0, 50};
    }

    /** Pillow's grey of the second pixel is 124; half the saturation is half way to it. */
    @Test
    void saturationBlendsWithTheGrey() {
        byte[] planes = planes();
        ColorShift.apply(planes, 2, 1, 0.5, 0);
        assertThat(planes[1] & 0xFF).isEqualTo(162);
        assertThat(planes[3] & 0xFF).isEqualTo(112);
        assertThat(planes[5] & 0xFF).isEqualTo(87);
        ColorShift.apply(planes, 2, 1, 0, 0);
        assertThat(planes[1]).isEqualTo(planes[3]).isEqualTo(planes[5]);
    }

    @Test
    void aThirdOfTheCircleMakesRedGreen() {
        byte[] planes = planes();
        ColorShift.apply(planes, 2, 1, 1, 1 / 3.0);
        assertThat(planes[0] & 0xFF).isLessThan(10);
        assertThat(planes[2] & 0xFF).isEqualTo(255);
        assertThat(planes[4] & 0xFF).isLessThan(10);
    }

    @Test
    void nothingAskedForChangesNothing() {
        byte[] planes = planes();
        ColorShift.apply(planes, 2, 1, 1, 0);
        assertThat(planes).isEqualTo(planes());
    }
}
