package org.surgenet.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Outlines against scipy's distance transforms, segments against MS-TCN's evaluation code, and
 * calibration against numpy: {@code metrics/more.json} says which versions.
 */
class MoreMetricsTest {
    private JsonNode reference;

    @BeforeEach
    void read() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/metrics/more.json")) {
            reference = new ObjectMapper().readTree(in);
        }
    }

    /** Borders, holes, lines, single pixels and tolerances that a distance just reaches. */
    @Test
    void oddOutlinesAgreeWithMonaisDefinitions() throws IOException {
        JsonNode cases;
        try (InputStream in = getClass().getResourceAsStream("/metrics/outlines.json")) {
            cases = new ObjectMapper().readTree(in).get("cases");
        }
        assertThat(cases).hasSize(18);
        for (JsonNode c : cases) {
            byte[] target = mask(c.get("target"));
            byte[] prediction = mask(c.get("prediction"));
            int width = c.get("width").asInt();
            JsonNode expected = c.get("expected");
            for (int i = 0; i < c.get("tolerances").size(); i++) {
                double tolerance = c.get("tolerances").get(i).asDouble();
                SurfaceDistances found =
                        SurfaceDistances.of(target, prediction, width, 1, 255, tolerance);
                String name = c.get("name").asText() + " within " + tolerance;
                if (expected.isTextual()) {
                    double diagonal = Math.hypot(width, (double) target.length / width);
                    assertThat(found)
                            .as(name)
                            .isEqualTo(new SurfaceDistances(diagonal, diagonal, 0));
                } else {
                    assertThat(found.hd95())
                            .as(name)
                            .isCloseTo(expected.get("hd95").asDouble(), within(1e-9));
                    assertThat(found.average())
                            .as(name)
                            .isCloseTo(expected.get("assd").asDouble(), within(1e-9));
                    assertThat(found.dice())
                            .as(name)
                            .isCloseTo(expected.get("nsd").get(i).asDouble(), within(1e-12));
                }
            }
        }
    }

    private static byte[] mask(JsonNode rows) {
        StringBuilder text = new StringBuilder();
        rows.forEach(row -> text.append(row.asText()));
        byte[] mask = new byte[text.length()];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (text.charAt(i) == '#' ? 1 : 0);
        }
        return mask;
    }

    @Test
    void outlinesAgreeWithScipy() {
        int measured = 0;
        for (JsonNode c : reference.get("surface")) {
            for (int label = 0; label < 3; label++) {
                SurfaceDistances distances =
                        SurfaceDistances.of(
                                bytes(c.get("target")),
                                bytes(c.get("prediction")),
                                c.get("width").asInt(),
                                label,
                                255,
                                1.5);
                JsonNode expected = c.get("expected").get(label);
                if (expected.isNull()) {
                    assertThat(distances.hd95()).isNaN();
                    assertThat(distances.dice()).isNaN();
                } else {
                    assertThat(distances.hd95())
                            .isCloseTo(expected.get(0).asDouble(), within(1e-9));
                    assertThat(distances.average())
                            .isCloseTo(expected.get(1).asDouble(), within(1e-9));
                    assertThat(distances.dice())
                            .isCloseTo(expected.get(2).asDouble(), within(1e-12));
                    measured++;
                }
            }
        }
        assertThat(measured).isEqualTo(17);
    }

    @Test
    void segmentsAgreeWithMsTcn() {
        for (JsonNode c : reference.get("segments")) {
            int[] target = ints(c.get("target"));
            int[] prediction = ints(c.get("prediction"));
            assertThat(Segments.editScore(target, prediction))
                    .isCloseTo(c.get("edit").asDouble(), within(1e-12));
            for (int k = 0; k < 3; k++) {
                Segments.Counts counts =
                        Segments.counts(target, prediction, Segments.OVERLAPS.get(k) / 100.0);
                JsonNode expected = c.get("counts").get(k);
                assertThat(counts)
                        .isEqualTo(
                                new Segments.Counts(
                                        expected.get(0).asLong(),
                                        expected.get(1).asLong(),
                                        expected.get(2).asLong()));
            }
        }
        int[] same = {0, 0, 1, 2, 2};
        assertThat(Segments.editScore(same, same)).isEqualTo(1);
        assertThat(Segments.counts(same, same, 0.5).f1()).isEqualTo(1);
    }

    @Test
    void calibrationErrorAgreesWithNumpy() {
        JsonNode c = reference.get("ece");
        int[] positive = ints(c.get("target"));
        boolean[] target = new boolean[positive.length];
        double[] p = new double[positive.length];
        for (int i = 0; i < p.length; i++) {
            target[i] = positive[i] == 1;
            p[i] = c.get("p").get(i).asDouble();
        }
        assertThat(Calibration.of(target, p, Calibration.BINS).error())
                .isCloseTo(c.get("error").asDouble(), within(1e-12));
        assertThat(Calibration.of(new boolean[0], new double[0], 10).error()).isNaN();
    }

    /** scipy 1.17.1's spearmanr. */
    @Test
    void rankCorrelationWithTies() {
        double[] x = {.5, .2, .1, .1, .05, .01};
        double[] y = {.9, .8, .85, .6, .6, .3};
        assertThat(RankCorrelation.spearman(x, y)).isCloseTo(0.8676470588235294, within(1e-12));
        assertThat(RankCorrelation.spearman(new double[] {1, 1}, new double[] {1, 2})).isNaN();
        assertThat(
                        RankCorrelation.spearman(
                                new double[] {1, Double.NaN, 3}, new double[] {5, 9, 4}))
                .isEqualTo(-1);
    }

    private static byte[] bytes(JsonNode array) {
        byte[] bytes = new byte[array.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) array.get(i).asInt();
        }
        return bytes;
    }

    private static int[] ints(JsonNode array) {
        return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
    }
}
