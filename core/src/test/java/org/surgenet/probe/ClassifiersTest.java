package org.surgenet.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against DINO's own k-NN classifier and torch's SGD: {@code probe/reference.json} says how. */
class ClassifiersTest {
    private JsonNode reference;

    @BeforeEach
    void read() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/probe/reference.json")) {
            reference = new ObjectMapper().readTree(in);
        }
    }

    @Test
    void neighboursAgreeWithDino() {
        WeightedNeighbours probe = new WeightedNeighbours(phases(), List.of(20, 10, 100));

        // 100 neighbours are more than there are.
        assertThat(probe.settings()).containsExactly(20.0, 10.0);
        assertThat(probe.leftOut()).containsExactly(100.0);
        double[][][] found = probe.predict(features("queries"));
        agrees(found[0], reference.get("knn").get("20"), 2e-6);
        agrees(found[1], reference.get("knn").get("10"), 2e-6);
    }

    @Test
    void neighboursOfCriteriaAreWeighedAlike() {
        WeightedNeighbours probe = new WeightedNeighbours(criteria(), List.of(10));

        agrees(probe.predict(features("queries"))[0], reference.get("knn_votes"), 2e-6);
    }

    /** As where a frame is there twice: DINO leaves the order of equals open. */
    @Test
    void amongEqualsTheEarlierIsTheNeighbour() {
        List<float[]> same = List.of(new float[] {1, 0}, new float[] {2, 0}, new float[] {3, 0});
        List<double[]> targets =
                List.of(new double[] {1, 0}, new double[] {0, 1}, new double[] {0, 1});
        WeightedNeighbours probe =
                new WeightedNeighbours(new Examples(same, targets), List.of(1, 3));

        double[][][] found = probe.predict(List.of(new float[] {5, 0}));

        assertThat(found[0][0]).containsExactly(1, 0);
        assertThat(found[1][0][0]).isCloseTo(1 / 3.0, within(1e-12));
    }

    @Test
    void linearLayerOfClassesAgreesWithTorch() {
        agrees(linear(phases(), true), reference.get("softmax"), 1e-6);
    }

    @Test
    void linearLayerOfCriteriaAgreesWithTorch() {
        agrees(linear(criteria(), false), reference.get("sigmoid"), 1e-6);
    }

    private double[][] linear(Examples examples, boolean exclusive) {
        int[] order = IntStream.range(0, examples.size()).toArray();
        return new LinearClassifier(examples, exclusive, List.of(.3), 5, 16, epoch -> order)
                .predict(features("queries"))[0];
    }

    @Test
    void aSeedGivesTheSameLayer() {
        List<float[]> queries = features("queries");
        double[][][] first = LinearClassifier.of(phases(), true, 1).predict(queries);

        assertThat(LinearClassifier.of(phases(), true, 1).predict(queries)).isDeepEqualTo(first);
        assertThat(first).hasDimensions(LinearClassifier.RATES.size(), queries.size());
    }

    @Test
    void whatTheTrainingPartLacksIsSaid() {
        List<float[]> three = List.of(new float[] {1}, new float[] {2}, new float[] {3});
        List<double[]> first =
                List.of(new double[] {1, 0}, new double[] {1, 0}, new double[] {1, 0});
        Examples training = new Examples(three, first);
        List<String> classes = List.of("a", "b");

        assertThat(
                        Probe.notes(
                                new WeightedNeighbours(training, List.of(20, 2, 10)),
                                training,
                                classes))
                .containsExactly(
                        "k 10, 20 not tried: the training part has only 3 frames",
                        "not learned, because no training frame has it: b",
                        "in all training frames: a");
        Examples both =
                new Examples(
                        three, List.of(new double[] {1, 0}, new double[] {0, 1}, new double[2]));
        assertThat(Probe.notes(LinearClassifier.of(both, false, 0), both, classes)).isEmpty();
        Examples collapsed =
                new Examples(
                        List.of(new float[] {1}, new float[] {1}),
                        List.of(new double[] {1, 0}, new double[] {0, 1}));
        assertThat(Probe.notes(LinearClassifier.of(collapsed, false, 0), collapsed, classes))
                .singleElement()
                .asString()
                .startsWith("all training frames have the same features");
    }

    @Test
    void scores() {
        double[][] predicted = {{.9, .1}, {.4, .6}, {.5, .5}, {.2, .8}};
        List<double[]> classes =
                List.of(
                        new double[] {1, 0},
                        new double[] {1, 0},
                        new double[] {1, 0},
                        new double[] {0, 1});

        assertThat(Probe.score(predicted, classes, true)).isEqualTo(.75);
        // Criterion 1: positives at ranks 1, 2, 3 of 4; criterion 2: the one positive first.
        assertThat(Probe.score(predicted, classes, false)).isCloseTo(1, within(1e-12));
        List<double[]> none = List.of(new double[2], new double[2], new double[2], new double[2]);
        assertThat(Probe.score(predicted, none, false)).isNaN();
    }

    private Examples phases() {
        List<double[]> targets = new ArrayList<>();
        for (JsonNode label : reference.get("labels")) {
            double[] target = new double[4];
            target[label.asInt()] = 1;
            targets.add(target);
        }
        return new Examples(features("train"), targets);
    }

    private Examples criteria() {
        List<double[]> targets = new ArrayList<>();
        for (JsonNode votes : reference.get("votes")) {
            targets.add(
                    IntStream.range(0, votes.size())
                            .mapToDouble(i -> votes.get(i).asDouble())
                            .toArray());
        }
        return new Examples(features("train"), targets);
    }

    private List<float[]> features(String name) {
        List<float[]> rows = new ArrayList<>();
        for (JsonNode row : reference.get(name)) {
            float[] values = new float[row.size()];
            for (int d = 0; d < values.length; d++) {
                values[d] = row.get(d).floatValue();
            }
            rows.add(values);
        }
        return rows;
    }

    private static void agrees(double[][] found, JsonNode expected, double error) {
        assertThat(found).hasNumberOfRows(expected.size());
        for (int i = 0; i < found.length; i++) {
            for (int c = 0; c < found[i].length; c++) {
                assertThat(found[i][c])
                        .as("query %d, class %d", i, c)
                        .isCloseTo(expected.get(i).get(c).asDouble(), within(error));
            }
        }
    }
}
