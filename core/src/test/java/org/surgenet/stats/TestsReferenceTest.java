package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.surgenet.SharedFiles;

/** The signed-rank tests and Holm's corrections in {@code reference/metrics.json}, to 1e-9. */
class TestsReferenceTest {
    private static final double TOLERANCE = 1e-9;

    private static JsonNode reference;

    @BeforeAll
    static void read() throws IOException {
        reference = new ObjectMapper().readTree(SharedFiles.reference("metrics.json"));
    }

    @Test
    void wilcoxon() {
        int tested = 0;
        for (JsonNode given : reference.get("wilcoxon")) {
            double[] differences = new double[given.get("n").asInt()];
            for (int i = 0; i < differences.length; i++) {
                differences[i] =
                        given.get("a").get(i).asDouble() - given.get("b").get(i).asDouble();
            }
            for (Map.Entry<String, JsonNode> field : given.properties()) {
                String[] key = field.getKey().split("\\.");
                if (key.length < 2) {
                    continue;
                }
                WilcoxonSignedRank test =
                        WilcoxonSignedRank.withDefaults()
                                .with(
                                        Alternative.valueOf(
                                                key[key.length - 1]
                                                        .toUpperCase(Locale.ROOT)
                                                        .replace('-', '_')));
                WilcoxonSignedRank.Result result =
                        key[0].equals("exact")
                                ? test.with(WilcoxonSignedRank.Method.EXACT).test(differences)
                                : test.with(WilcoxonSignedRank.Method.APPROXIMATE)
                                        .with(ZeroMethod.valueOf(key[1].toUpperCase(Locale.ROOT)))
                                        .test(differences);
                assertThat(result.statistic())
                        .as("%s, n = %d, statistic", field.getKey(), differences.length)
                        .isCloseTo(field.getValue().get(0).asDouble(), within(TOLERANCE));
                assertThat(result.pValue())
                        .as("%s, n = %d, p", field.getKey(), differences.length)
                        .isCloseTo(field.getValue().get(1).asDouble(), within(TOLERANCE));
                tested++;
            }
        }
        assertThat(tested).isPositive();
    }

    @Test
    void holm() {
        JsonNode given = reference.get("holm");
        double[] p = new double[given.get("p").size()];
        for (int i = 0; i < p.length; i++) {
            p[i] = given.get("p").get(i).asDouble();
        }

        double[] adjusted = Holm.adjust(p);

        for (int i = 0; i < p.length; i++) {
            assertThat(adjusted[i])
                    .isCloseTo(given.get("adjusted").get(i).asDouble(), within(TOLERANCE));
        }
    }
}
