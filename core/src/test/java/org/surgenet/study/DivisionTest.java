package org.surgenet.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;

class DivisionTest {
    private static List<String> patients(int n) {
        return IntStream.range(0, n).mapToObj(i -> String.format(Locale.ROOT, "p%03d", i)).toList();
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "5, 5", "7, 3", "12, 5", "80, 4", "101, 10"})
    void everyPatientTestsOnceAndFoldsAreEven(int n, int folds) {
        List<String> tested = new ArrayList<>();
        for (int f = 0; f < folds; f++) {
            Division division = Division.fold(patients(n), folds, f, 1);
            List<String> test = division.patients(SplitName.TEST);
            tested.addAll(test);
            assertThat(test.size()).isBetween(n / folds, n / folds + 1);
            assertThat(division.patients(SplitName.VAL)).isNotEmpty();
            assertThat(division.patients(SplitName.TRAIN)).isNotEmpty();
            List<String> all = new ArrayList<>(test);
            all.addAll(division.patients(SplitName.VAL));
            all.addAll(division.patients(SplitName.TRAIN));
            assertThat(all).containsExactlyInAnyOrderElementsOf(patients(n));
        }
        assertThat(tested).containsExactlyInAnyOrderElementsOf(patients(n));
    }

    @Test
    void foldsHangOnTheSeedAlone() {
        Division first = Division.fold(patients(20), 4, 2, 1);

        assertThat(Division.fold(patients(20), 4, 2, 1).hash()).isEqualTo(first.hash());
        assertThat(Division.fold(patients(20), 4, 2, 2).hash()).isNotEqualTo(first.hash());
    }

    @Test
    void fewerPatientsLieWithinMore() {
        Division whole = Division.of(Split.draw(patients(30), 0), patients(30));
        List<String> smaller = List.of();
        for (int size = 1; size <= whole.patients(SplitName.TRAIN).size(); size++) {
            Division some = whole.withTraining(size, 7);
            List<String> training = some.patients(SplitName.TRAIN);
            assertThat(training).hasSize(size).containsAll(smaller);
            for (SplitName part : List.of(SplitName.VAL, SplitName.TEST)) {
                assertThat(some.patients(part)).isEqualTo(whole.patients(part));
            }
            smaller = training;
        }
        assertThat(whole.withTraining(4, 7).patients(SplitName.TRAIN))
                .isNotEqualTo(whole.withTraining(4, 8).patients(SplitName.TRAIN));
    }

    @Test
    void writtenDivisionIsReadAsTheSame(@TempDir Path folder) throws IOException {
        Division some = Division.fold(patients(11), 3, 1, 0).withTraining(2, 5);
        Path file = folder.resolve("split.csv");

        some.write(file);
        Division read = Division.of(Split.read(file, patients(11)), patients(11));

        assertThat(read.hash()).isEqualTo(some.hash());
    }
}
