package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.surgenet.metrics.Means;

/** Beside scipy 1.17.1, whose numbers and inputs are in {@code stats/scipy.json}. */
class ScipyTest {
    private static JsonNode golden;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream in = ScipyTest.class.getResourceAsStream("/stats/scipy.json")) {
            golden = new ObjectMapper().readTree(in);
        }
    }

    @Test
    void signedRankWithTiesAndZero() {
        double[] d = numbers(golden.get("with_ties_and_zero"));
        golden.get("wilcoxon_asymptotic")
                .properties()
                .forEach(
                        e -> {
                            String[] key = e.getKey().split("\\.");
                            WilcoxonSignedRank.Result result =
                                    WilcoxonSignedRank.withDefaults()
                                            .with(
                                                    ZeroMethod.valueOf(
                                                            key[0].toUpperCase(Locale.ROOT)))
                                            .with(alternative(key[1]))
                                            .with(WilcoxonSignedRank.Method.APPROXIMATE)
                                            .test(d);
                            assertResult(result, e.getValue());
                            assertThat(result.exact()).isFalse();
                            assertThat(result.hasTies()).isTrue();
                            assertThat(result.zeroCount()).isEqualTo(1);
                        });
    }

    @Test
    void signedRankExactAtItsLargest() {
        double[] d = numbers(golden.get("fifty"));
        golden.get("wilcoxon_exact")
                .properties()
                .forEach(
                        e -> {
                            WilcoxonSignedRank.Result result =
                                    WilcoxonSignedRank.withDefaults()
                                            .with(alternative(e.getKey()))
                                            .test(d);
                            assertResult(result, e.getValue());
                            assertThat(result.exact()).isTrue();
                        });
    }

    /** Up to 13 differences scipy goes through all signs where there are ties or zeros. */
    @Test
    void signedRankExactWithTiesAndZeros() {
        for (JsonNode given : golden.get("wilcoxon_permuted")) {
            double[] d = numbers(given.get("d"));
            for (Map.Entry<String, JsonNode> expected : given.get("p").properties()) {
                String[] key = expected.getKey().split("\\.");
                WilcoxonSignedRank.Result result =
                        WilcoxonSignedRank.withDefaults()
                                .with(ZeroMethod.valueOf(key[0].toUpperCase(Locale.ROOT)))
                                .with(alternative(key[1]))
                                .test(d);
                assertThat(result.pValue())
                        .as("%s %s", given.get("d"), expected.getKey())
                        .isCloseTo(expected.getValue().asDouble(), within(1e-12));
                assertThat(result.exact()).isTrue();
            }
        }
    }

    @Test
    void signFlips() {
        SignFlipTest.Result exact =
                SignFlipTest.withDefaults().test(numbers(golden.get("with_ties_and_zero")));
        assertThat(exact.exact()).isTrue();
        assertThat(exact.pValue())
                .isCloseTo(golden.get("permutation_exact").asDouble(), within(1e-12));

        SignFlipTest.Result random = SignFlipTest.withDefaults().test(numbers(golden.get("long")));
        assertThat(random.exact()).isFalse();
        // scipy's number is from 10,000 draws, five of whose standard errors are 0.025.
        assertThat(random.pValue())
                .isCloseTo(golden.get("permutation_random").asDouble(), within(0.028));
    }

    @Test
    void bootstrapIntervals() {
        double[] x = numbers(golden.get("skewed"));
        ClusterBootstrap bootstrap = new ClusterBootstrap(x.length, 50_000, 1);

        assertThat(Means.mean(x)).isCloseTo(golden.get("mean").asDouble(), within(1e-12));
        assertThat(Means.deviation(x)).isCloseTo(golden.get("sd").asDouble(), within(1e-12));
        for (ClusterBootstrap.Kind kind :
                List.of(ClusterBootstrap.Kind.PERCENTILE, ClusterBootstrap.Kind.BCA)) {
            JsonNode expected = golden.get("bootstrap").get(kind.name().toLowerCase(Locale.ROOT));
            Interval interval = bootstrap.interval(x, kind, 0.95);
            // Standard errors of an end from 50,000 draws are at most 0.0003; the kinds' upper ends
            // differ by 0.007.
            assertThat(interval.low()).isCloseTo(expected.get(0).asDouble(), within(0.0012));
            assertThat(interval.high()).isCloseTo(expected.get(1).asDouble(), within(0.0015));
        }
    }

    /**
     * norm.cdf(sqrt(10 / 9) * t.ppf(.025, 9)) of scipy 1.17.1; the missing value does not count.
     */
    @Test
    void expandedIntervalsLieFurtherOut() {
        double[] x = {.1, .2, .4, .8, .3, .5, Double.NaN, .6, .9, .7, .35};
        ClusterBootstrap bootstrap = new ClusterBootstrap(x.length, 1000, 1);

        Interval expected =
                ClusterBootstrap.percentiles(bootstrap.means(x), 1 - 2 * 0.00855063902440636);
        Interval interval = bootstrap.interval(x, ClusterBootstrap.Kind.EXPANDED, 0.95);

        assertThat(interval.low()).isCloseTo(expected.low(), within(1e-9));
        assertThat(interval.high()).isCloseTo(expected.high(), within(1e-9));
    }

    private static void assertResult(WilcoxonSignedRank.Result result, JsonNode expected) {
        assertThat(result.statistic()).isCloseTo(expected.get(0).asDouble(), within(1e-9));
        assertThat(result.pValue()).isCloseTo(expected.get(1).asDouble(), within(1e-9));
    }

    private static Alternative alternative(String name) {
        return Alternative.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static double[] numbers(JsonNode list) {
        double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).asDouble();
        }
        return values;
    }
}
