package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionsTest {
    @Test
    void countsEdits() {
        assertThat(Suggestions.distance("seed", "seed")).isZero();
        assertThat(Suggestions.distance("sede", "seed")).isEqualTo(1);
        assertThat(Suggestions.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Suggestions.distance("", "abc")).isEqualTo(3);
    }

    @Test
    void suggestsTheNearestOrNothing() {
        List<String> words = List.of("--output", "--overwrite", "--seed");

        assertThat(Suggestions.nearest("--outptu", words)).hasValue("--output");
        assertThat(Suggestions.nearest("xyzzy", words)).isEmpty();
    }
}
