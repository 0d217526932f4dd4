package org.surgenet.curate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.surgenet.common.Hashes;

class DuplicatesTest {
    /** Hashes that differ from one another in 32 bits or more. */
    private static final long A = 0;

    private static final long B = 0xFFFFFFFFL;
    private static final long C = 0xFFFFFFFF00000000L;
    private static final long D = -1;

    @Test
    void theWindowHoldsExactlySoManyKeptFrames() {
        Duplicates duplicates = new Duplicates(4, 3);
        assertThat(duplicates.addLook("v", A)).isTrue();
        assertThat(duplicates.addLook("v", B)).isTrue();
        assertThat(duplicates.addLook("v", C)).isTrue();

        // Three were kept: the first of them is still within the window of three.
        assertThat(duplicates.addLook("v", A)).isFalse();
        assertThat(duplicates.addLook("v", D)).isTrue();
        // Now it is the fourth from last, and the second is the third from last.
        assertThat(duplicates.addLook("v", B)).isFalse();
        assertThat(duplicates.addLook("v", A)).isTrue();
    }

    @Test
    void aWindowOfOneSeesTheLastKeptFrameAlone() {
        Duplicates duplicates = new Duplicates(4, 1);
        assertThat(duplicates.addLook("v", A)).isTrue();
        assertThat(duplicates.addLook("v", A)).isFalse();
        assertThat(duplicates.addLook("v", B)).isTrue();
        assertThat(duplicates.addLook("v", A)).isTrue();
    }

    @Test
    void framesThatWereDroppedTakeNoPlaceInTheWindow() {
        Duplicates duplicates = new Duplicates(4, 2);
        duplicates.addLook("v", A);
        for (int i = 0; i < 5; i++) {
            assertThat(duplicates.addLook("v", 0b11)).isFalse();
        }
        duplicates.addLook("v", B);
        assertThat(duplicates.addLook("v", A)).isFalse();
    }

    @Test
    void nearIsUpToTheGivenNumberOfBits() {
        Duplicates duplicates = new Duplicates(4, 2);
        duplicates.addLook("v", A);

        assertThat(duplicates.addLook("v", 0b11111)).isTrue();
        assertThat(new Duplicates(4, 2).addLook("v", A)).isTrue();
        assertThat(duplicates.addLook("w", 0b1111)).isTrue();
        assertThat(duplicates.addLook("v", 0b1111)).isFalse();
    }

    @Test
    void eachVideoHasItsOwnWindow() {
        Duplicates duplicates = new Duplicates(0, 1);
        duplicates.addLook("v", A);
        duplicates.addLook("w", B);
        assertThat(duplicates.addLook("v", A)).isFalse();
        assertThat(duplicates.addLook("w", B)).isFalse();
    }

    @Test
    void withoutNearnessEveryLookIsNew() {
        Duplicates duplicates = new Duplicates(-1, 2);
        assertThat(duplicates.addLook("v", A)).isTrue();
        assertThat(duplicates.addLook("v", A)).isTrue();
    }

    @Test
    void equalContentIsKnownHoweverManyThereAre() {
        Duplicates duplicates = new Duplicates(4, 2);
        List<String> hashes = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            hashes.add(Hashes.sha256(("" + i).getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(hashes).allMatch(duplicates::addContent);
        assertThat(hashes).noneMatch(duplicates::addContent);
    }
}
