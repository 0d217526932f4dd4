package org.surgenet.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.surgenet.SharedFiles;

/** The numbers of scikit-learn and numpy in {@code reference/metrics.json}, to 1e-9. */
class MetricsReferenceTest {
    private static final double TOLERANCE = 1e-9;

    private static JsonNode reference;

    @BeforeAll
    static void read() throws IOException {
        reference = new ObjectMapper().readTree(SharedFiles.reference("metrics.json"));
    }

    @Test
    void classification() {
        JsonNode given = reference.get("classification");
        int classes = given.get("classes").asInt();
        ConfusionMatrix matrix = new ConfusionMatrix(classes);
        matrix.add(integers(given.get("target")), integers(given.get("pred")));

        assertClose(matrix.accuracy(), given.get("accuracy"));
        assertClose(matrix.macroF1(), given.get("f1_macro_present"));
        assertClose(matrix.weightedF1(), given.get("f1_weighted"));
        for (int c = 0; c < classes; c++) {
            // scikit-learn was told to write 0 where a score is 0/0.
            assertClose(orZero(matrix.f1(c)), given.get("f1_per_class").get(c));
            assertClose(orZero(matrix.precision(c)), given.get("precision_per_class").get(c));
            assertClose(orZero(matrix.recall(c)), given.get("recall_per_class").get(c));
            assertClose(orZero(matrix.jaccard(c)), given.get("jaccard_per_class").get(c));
            for (int p = 0; p < classes; p++) {
                assertThat(matrix.count(c, p))
                        .isEqualTo(given.get("confusion").get(c).get(p).asLong());
            }
        }
    }

    @Test
    void phasesOfOneVideoAreItsClassification() {
        JsonNode given = reference.get("classification");
        PhaseScores scores = new PhaseScores(given.get("classes").asInt());
        PhaseScores.Video video =
                scores.add("video", integers(given.get("target")), integers(given.get("pred")));

        assertClose(video.accuracy(), given.get("accuracy"));
        assertClose(video.macroF1(), given.get("f1_macro_present"));
    }

    @Test
    void multilabel() {
        JsonNode given = reference.get("multilabel");
        int frames = given.get("n").asInt();
        int criteria = given.get("criteria").size();
        boolean[][] target = new boolean[frames][criteria];
        double[][] score = new double[frames][criteria];
        for (int f = 0; f < frames; f++) {
            for (int c = 0; c < criteria; c++) {
                target[f][c] = given.get("target").get(f).get(c).asInt() == 1;
                score[f][c] = given.get("score").get(f).get(c).asDouble();
            }
        }

        assertClose(MultilabelScores.meanAveragePrecision(target, score), given.get("mAP"));
        for (int c = 0; c < criteria; c++) {
            MultilabelScores.Criterion scores =
                    MultilabelScores.criterion(
                            MultilabelScores.column(target, c), MultilabelScores.column(score, c));
            assertClose(scores.averagePrecision(), given.get("average_precision").get(c));
            assertClose(scores.rocAuc(), given.get("roc_auc").get(c));
            assertClose(scores.balancedAccuracy(), given.get("balanced_accuracy_at_0_5").get(c));
            assertClose(scores.brier(), given.get("brier").get(c));
        }
    }

    @Test
    void segmentation() {
        JsonNode given = reference.get("segmentation");
        int images = given.get("shape").get(0).asInt();
        int pixels = given.get("shape").get(1).asInt() * given.get("shape").get(2).asInt();
        int classes = given.get("classes").asInt();
        int[] target = integers(given.get("target"));
        int[] prediction = integers(given.get("pred"));
        SegmentationScores scores =
                new SegmentationScores(classes, given.get("ignore_index").asInt());
        for (int i = 0; i < images; i++) {
            scores.add(
                    "patient", "image" + i, part(target, i, pixels), part(prediction, i, pixels));
        }

        for (int i = 0; i < images; i++) {
            double[] dice = scores.perImage().get(i).dice();
            for (int c = 0; c < classes; c++) {
                assertClose(dice[c], given.get("dice_per_image_per_class").get(i).get(c));
            }
        }
        for (int c = 0; c < classes; c++) {
            assertClose(scores.pooled().dice()[c], given.get("dice_dataset_per_class").get(c));
            assertClose(scores.pooled().iou()[c], given.get("iou_dataset_per_class").get(c));
        }
    }

    private static int[] part(int[] values, int index, int length) {
        return java.util.Arrays.copyOfRange(values, index * length, (index + 1) * length);
    }

    private static int[] integers(JsonNode list) {
        int[] values = new int[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).asInt();
        }
        return values;
    }

    private static double orZero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }

    private static void assertClose(double actual, JsonNode expected) {
        if (expected.isNull()) {
            assertThat(actual).isNaN();
        } else {
            assertThat(actual).isCloseTo(expected.asDouble(), within(TOLERANCE));
        }
    }
}
