package org.surgenet.video.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class StillFilterTest {
    @Test
    void oneBlockOrTheMeanIsEnough() {
        byte[] a = new byte[64 * 36];
        byte[] block = a.clone();
        block[700] = 4;
        assertThat(StillFilter.isStatic(a, block)).isTrue();
        block[700] = 5;
        assertThat(StillFilter.isStatic(a, block)).isFalse();
        byte[] half = a.clone();
        Arrays.fill(half, 0, half.length / 2, (byte) 1);
        assertThat(StillFilter.isStatic(a, half)).isTrue();
        half[half.length - 1] = 1;
        assertThat(StillFilter.isStatic(a, half)).isFalse();
    }
}
