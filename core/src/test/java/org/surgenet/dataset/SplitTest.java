package org.surgenet.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.UserException;

class SplitTest {
    @TempDir Path folder;

    @Test
    void aDrawnSplitPutsEveryPatientOnExactlyOneSide() {
        for (int n = 3; n < 40; n++) {
            List<String> patients = IntStream.range(0, n).mapToObj(i -> "p" + i).toList();
            Split split = Split.draw(patients, n);
            List<String> all = new ArrayList<>();
            for (SplitName part : SplitName.values()) {
                assertThat(split.patients(part)).isNotEmpty();
                all.addAll(split.patients(part));
            }
            assertThat(all).hasSize(n);
            assertThat(new HashSet<>(all)).containsExactlyInAnyOrderElementsOf(patients);
        }
    }

    @Test
    void aDrawDependsOnSeedAndNamesNotOnOrder() {
        List<String> patients = List.of("a", "b", "c", "d", "e", "f", "g", "h");
        List<String> turned = List.of("h", "g", "f", "e", "d", "c", "b", "a");
        assertThat(Split.draw(patients, 1).hash()).isEqualTo(Split.draw(turned, 1).hash());
        long distinct =
                IntStream.range(0, 10)
                        .mapToObj(s -> Split.draw(patients, s).hash())
                        .distinct()
                        .count();
        assertThat(distinct).isGreaterThan(5);
    }

    @Test
    void aSeedThatNothingIsDrawnFromIsNamed() throws IOException {
        Split drawn = Split.draw(List.of("a", "b", "c"), 7);
        assertThat(drawn.seed()).hasValue(7);
        assertThat(Split.isDrawn(drawn.source())).isTrue();
        assertThat(drawn.unusedSeed(7L)).isEmpty();
        Split read = Split.read(file("patient,split\na,train\n"), List.of("a"));
        assertThat(read.seed()).isEmpty();
        assertThat(read.unusedSeed(null)).isEmpty();
        assertThat(read.unusedSeed(7L)).get().asString().contains("split-seed 7 has no effect");
    }

    @Test
    void tooFewPatientsAreRefused() {
        assertThatThrownBy(() -> Split.draw(List.of("a", "b"), 0))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("2 patients (a, b)")
                .hasMessageContaining("a split file");
    }

    @Test
    void aFileSaysWhoIsWhere() throws IOException {
        Path file = file("patient,split\na,train\nb,val\nc,test\nd,none\nnobody,train\n");
        Split split = Split.read(file, List.of("a", "b", "c", "d"));
        assertThat(split.of("a")).contains(SplitName.TRAIN);
        assertThat(split.of("d")).isEmpty();
        assertThat(split.patients(SplitName.TRAIN)).containsExactly("a");
    }

    @Test
    void aPatientOnBothSidesIsNamedWithBothLines() throws IOException {
        Path file = file("patient,split\na,train\nb,val\na,test\n");
        assertThatThrownBy(() -> Split.read(file, List.of("a", "b")))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        file
                                + ":4: patient 'a' is in test here and in train on line 2; put"
                                + " every patient on one side only");
    }

    @Test
    void otherFaultsOfTheFileAreNamed() throws IOException {
        assertThatThrownBy(() -> Split.read(file("patient,split\na,training\n"), List.of("a")))
                .hasMessageContaining(":2: split 'training' is none of train, val, test, none");
        assertThatThrownBy(() -> Split.read(file("patient,split\na,val\na,val\n"), List.of("a")))
                .hasMessageContaining(":3: patient 'a' is already on line 2");
        assertThatThrownBy(() -> Split.read(file("patient,split\na,val\n"), List.of("a", "b", "c")))
                .hasMessageContaining("does not name patient 'b' and 1 others");
        assertThatThrownBy(() -> Split.read(file("who,split\na,val\n"), List.of("a")))
                .hasMessageContaining("no column 'patient'");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("split.csv"), text);
    }
}
