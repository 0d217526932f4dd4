package org.surgenet.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SegmentationScoresTest {
    /**
     * Two patients, three classes, two pixels an image. Patient a: class 1 has TP 1, FN 1, FP 0
     * over both images; class 2 has TP 1, FP 1. Patient b: class 1 alone, all right.
     */
    private static SegmentationScores three(EmptyScore empty) {
        SegmentationScores scores = new SegmentationScores(3, 255, empty);
        scores.add("a", "a1", new int[] {1, 0}, new int[] {1, 0});
        scores.add("a", "a2", new int[] {1, 2}, new int[] {2, 2});
        scores.add("b", "b1", new int[] {1, 1}, new int[] {1, 1});
        return scores;
    }

    @Test
    void patientsPoolTheirImages() {
        List<SegmentationScores.Unit> patients = three(EmptyScore.NAN).perPatient();

        assertThat(patients).extracting(SegmentationScores.Unit::unit).containsExactly("a", "b");
        assertThat(patients.get(0).images()).isEqualTo(2);
        assertThat(patients.get(0).dice()[0]).isEqualTo(1);
        assertThat(patients.get(0).dice()[1]).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(patients.get(0).dice()[2]).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(patients.get(0).iou()[1]).isEqualTo(0.5);
        assertThat(patients.get(0).meanDice()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(patients.get(1).dice()[2]).isNaN();
        assertThat(patients.get(1).meanDice()).isEqualTo(1);
    }

    @Test
    void theThreeAveragesDiffer() {
        SegmentationScores scores = three(EmptyScore.NAN);

        SegmentationScores.Summary patient = scores.summary(DiceAverage.PATIENT);
        assertThat(patient.meanDice()).isCloseTo((2.0 / 3 + 1) / 2, within(1e-12));
        assertThat(patient.deviationDice()).isCloseTo(Math.sqrt(2) / 6, within(1e-12));
        assertThat(patient.units()).isEqualTo(2);

        // Class 1: images 1, 0, 1; class 2: image a2 alone, 2/3.
        SegmentationScores.Summary image = scores.summary(DiceAverage.IMAGE);
        assertThat(image.dice()[1]).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(image.dice()[2]).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(image.meanDice()).isCloseTo(2.0 / 3, within(1e-12));

        // Class 1: TP 3, FN 1; class 2: TP 1, FP 1.
        SegmentationScores.Summary all = scores.summary(DiceAverage.DATASET);
        assertThat(all.dice()[1]).isCloseTo(6.0 / 7, within(1e-12));
        assertThat(all.meanDice()).isCloseTo((6.0 / 7 + 2.0 / 3) / 2, within(1e-12));
        assertThat(all.units()).isEqualTo(1);
    }

    @Test
    void imagesOfAPatientAverageByClass() {
        SegmentationScores.Unit a = three(EmptyScore.NAN).perPatient(DiceAverage.IMAGE).get(0);

        assertThat(a.dice()[1]).isEqualTo(0.5);
        assertThat(a.dice()[2]).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(a.images()).isEqualTo(2);
    }

    @Test
    void emptyClassesScoreAsAsked() {
        assertThat(three(EmptyScore.ONE).perPatient().get(1).meanDice()).isEqualTo(1);
        assertThat(three(EmptyScore.ZERO).perPatient().get(1).meanDice()).isEqualTo(0.5);
    }

    @Test
    void ignoredPixelsCountNowhere() {
        SegmentationScores scores = new SegmentationScores(2, 255);
        scores.add("a", "x", new byte[] {1, (byte) 255, (byte) 255}, new byte[] {1, 1, 0});

        assertThat(scores.pooled().dice()[1]).isEqualTo(1);
        assertThat(scores.confusion().total()).isEqualTo(1);
    }

    @Test
    void anImageOfIgnoredPixelsHasNoScores() {
        SegmentationScores scores = new SegmentationScores(2, 255);
        scores.add("a", "x", new int[] {255}, new int[] {1});

        assertThat(scores.summary(DiceAverage.PATIENT).meanDice()).isNaN();
        assertThat(scores.summary(DiceAverage.PATIENT).units()).isZero();
        assertThat(new SegmentationScores(2, 255).summary(DiceAverage.DATASET).meanDice()).isNaN();
    }

    @Test
    void refusesWhatDoesNotFit() {
        SegmentationScores scores = new SegmentationScores(2, 255);

        assertThatThrownBy(() -> scores.add("a", "x.png", new int[2], new int[3]))
                .hasMessage("2 targets but 3 predictions");
        assertThatThrownBy(() -> scores.add("a", "x.png", new int[] {7}, new int[] {0}))
                .hasMessage("x.png: target 7, prediction 0 outside 0 .. 1");
        assertThatThrownBy(() -> new SegmentationScores(3, 2)).hasMessageContaining("ignored");
    }

    @Property(tries = 100)
    void boundsSymmetryAndOrder(
            @ForAll @Size(20) List<@IntRange(min = 0, max = 3) Integer> target,
            @ForAll @Size(20) List<@IntRange(min = 0, max = 3) Integer> prediction) {
        int[] t = target.stream().mapToInt(v -> v).toArray();
        int[] p = prediction.stream().mapToInt(v -> v).toArray();
        SegmentationScores forward = new SegmentationScores(4, -1);
        forward.add("a", "x", t, p);
        SegmentationScores swapped = new SegmentationScores(4, -1);
        swapped.add("a", "x", p, t);
        SegmentationScores reversed = new SegmentationScores(4, -1);
        reversed.add("a", "x", reverse(t), reverse(p));

        double[] dice = forward.pooled().dice();
        double[] iou = forward.pooled().iou();
        assertThat(swapped.pooled().dice()).isEqualTo(dice);
        assertThat(reversed.pooled().dice()).isEqualTo(dice);
        for (int c = 0; c < 4; c++) {
            if (!Double.isNaN(dice[c])) {
                assertThat(dice[c]).isBetween(0.0, 1.0);
                assertThat(iou[c]).isCloseTo(dice[c] / (2 - dice[c]), within(1e-12));
            }
        }
    }

    private static int[] reverse(int[] values) {
        int[] reversed = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            reversed[i] = values[values.length - 1 - i];
        }
        return reversed;
    }
}
