package org.surgenet.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileNamesTest {
    private final FileNames names = new FileNames();

    @Test
    void aNameIsItsPathWithoutSeparatorsAndExtension() {
        assertThat(names.of("video01/frame 7.png")).isEqualTo("video01__frame__7");
        assertThat(names.of("v1.2/plain")).isEqualTo("v1.2__plain");
    }

    @Test
    void namesThatDifferInTheirExtensionAloneStayApart() {
        assertThat(names.of("p_1.png")).isEqualTo("p_1");
        assertThat(names.of("p_1.jpg")).isEqualTo("p_1_2");
        assertThat(names.of("p_1.png")).isEqualTo("p_1");
    }

    @Test
    void namesThatDifferInAForeignLetterAloneStayApart() {
        assertThat(names.of("Jürgen.png")).isEqualTo("J__rgen");
        assertThat(names.of("Jörgen.png")).isEqualTo("J__rgen_2");
        assertThat(names.of("J/rgen.png")).isEqualTo("J__rgen_3");
    }

    @Test
    void namesThatDifferInCaseAloneStayApart() {
        assertThat(names.of("A.png")).isEqualTo("A");
        assertThat(names.of("a.png")).isEqualTo("a_2");
    }

    @Test
    void aNumberedNameTakesNobodyElses() {
        assertThat(names.of("a.png")).isEqualTo("a");
        assertThat(names.of("a_2.png")).isEqualTo("a_2");
        assertThat(names.of("a.jpg")).isEqualTo("a_3");
        assertThat(names.of("a_2.jpg")).isEqualTo("a_2_2");
    }
}
