package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void oneThingAndMany() {
        assertThat(Words.counted(0, "video")).isEqualTo("0 videos");
        assertThat(Words.counted(1, "video")).isEqualTo("1 video");
        assertThat(Words.counted(2, "video")).isEqualTo("2 videos");
    }

    @Test
    void timeSpans() {
        assertThat(Words.clock(4_200_000_000L)).isEqualTo("4.2 s");
        assertThat(Words.clock(60 * SECOND)).isEqualTo("1:00");
        assertThat(Words.clock(187 * SECOND)).isEqualTo("3:07");
        assertThat(Words.clock((2 * 3600 + 3 * 60 + 7) * SECOND)).isEqualTo("2:03:07");
        assertThat(Words.clock(25 * 3600 * SECOND)).isEqualTo("25:00:00");
    }
}
