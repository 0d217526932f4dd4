package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.UserException;
import org.surgenet.metrics.Direction;

/**
 * Corrections, effects, ranks, power and fits against scipy and statsmodels ({@code
 * stats/methods.json} says which versions) and published tables.
 */
class MethodsTest {
    @TempDir Path folder;
    private JsonNode reference;

    @BeforeEach
    void read() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/stats/methods.json")) {
            reference = new ObjectMapper().readTree(in);
        }
    }

    @Test
    void benjaminiAndHochberg() {
        double[] adjusted = BenjaminiHochberg.adjust(doubles(reference.at("/bh/p")));
        assertThat(adjusted).containsExactly(doubles(reference.at("/bh/adjusted")), within(1e-12));

        assertThat(BenjaminiHochberg.adjust(.01, Double.NaN, .02))
                .containsExactly(.02, Double.NaN, .02);
        assertThatThrownBy(() -> BenjaminiHochberg.adjust(1.5))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wilsonsInterval() {
        for (JsonNode c : reference.get("wilson")) {
            int n = c.get(1).asInt();
            Interval interval = Effect.wilson(c.get(0).asDouble() / n, n, 0.95);
            assertThat(interval.low()).isCloseTo(c.get(2).asDouble(), within(1e-12));
            assertThat(interval.high()).isCloseTo(c.get(3).asDouble(), within(1e-12));
        }
    }

    @Test
    void signedRanksOfResamples() {
        JsonNode biserial = reference.get("biserial");
        Effect.Ranks ranks = new Effect.Ranks(doubles(biserial.get("differences")));
        for (int i = 0; i < biserial.get("weights").size(); i++) {
            int[] weights = ints(biserial.get("weights").get(i));
            assertThat(ranks.biserial(weights))
                    .isCloseTo(biserial.get("values").get(i).asDouble(), within(1e-12));
        }
    }

    @Test
    void anEffectOnEveryUnitHasNoInterval() {
        double[] all = {.1, .2, .3, .4};
        Effect effect = Effect.of(all, new ClusterBootstrap(4, 100, 0), Settings.defaults());
        assertThat(effect.size()).isEqualTo(1);
        assertThat(effect.sizeInterval().low()).isNaN();
        // Four of four leave the probability open, as Wilson's interval says.
        assertThat(effect.improvement()).isEqualTo(1);
        assertThat(effect.improvementInterval().low()).isBetween(.5, .52);
    }

    @Test
    void studentizedRange() {
        for (JsonNode c : reference.get("studentized_range")) {
            int k = c.get(0).asInt();
            assertThat(StudentizedRange.above(c.get(1).asDouble(), k))
                    .isCloseTo(c.get(2).asDouble(), within(1e-9));
            assertThat(StudentizedRange.critical(.05, k) / Math.sqrt(2))
                    .isCloseTo(c.get(3).asDouble(), within(1e-7));
        }
        // Table 5 of Demšar (2006), 2 to 10 models at 0.05 and 0.10.
        double[] five = {1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164};
        double[] ten = {1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920};
        for (int k = 2; k <= 10; k++) {
            assertThat(StudentizedRange.critical(.05, k) / Math.sqrt(2))
                    .isCloseTo(five[k - 2], within(.0011));
            assertThat(StudentizedRange.critical(.10, k) / Math.sqrt(2))
                    .isCloseTo(ten[k - 2], within(.0011));
        }
    }

    @Test
    void friedmanWithTies() {
        JsonNode friedman = reference.get("friedman");
        double[][] scores = new double[friedman.get("scores").size()][];
        for (int b = 0; b < scores.length; b++) {
            scores[b] = doubles(friedman.get("scores").get(b));
        }
        FriedmanNemenyi result = FriedmanNemenyi.of(scores, false, .05);
        assertThat(result.ranks()).containsExactly(doubles(friedman.get("ranks")), within(1e-12));
        assertThat(result.statistic())
                .isCloseTo(friedman.get("statistic").asDouble(), within(1e-10));
        assertThat(result.pValue()).isCloseTo(friedman.get("p").asDouble(), within(1e-10));

        // The same scores, smaller ones being better, are ranked from the other end.
        double[] turned = FriedmanNemenyi.of(scores, true, .05).ranks();
        assertThat(turned[0]).isCloseTo(5 - result.ranks()[0], within(1e-12));
    }

    /** Demšar (2006), section 3.2.2: 14 data sets, four classifiers. */
    @Test
    void criticalDifferenceOfDemsar() {
        double[][] scores = new double[14][];
        for (int b = 0; b < 14; b++) {
            scores[b] = new double[] {.9, .8, .7, .6};
        }
        FriedmanNemenyi result = FriedmanNemenyi.of(scores, false, .05);
        assertThat(result.criticalDifference()).isCloseTo(1.25, within(.005));
        assertThat(result.pairs()[0][3]).isLessThan(.001);
        assertThat(result.pairs()[0][0]).isEqualTo(1);
    }

    @Test
    void powerOfPairedStudies() {
        for (JsonNode c : reference.get("power")) {
            PairedPower power = new PairedPower(c.get(0).asInt(), .05);
            assertThat(power.power(c.get(1).asDouble()))
                    .isCloseTo(c.get(2).asDouble(), within(5e-4));
            assertThat(power.detectable()).isCloseTo(c.get(3).asDouble(), within(2e-3));
        }
    }

    @Test
    void scalingIsLeastSquares() throws IOException {
        JsonNode expected = reference.get("scaling");
        ScalingFit fit = ScalingFit.of(List.of(table(8)), settings(arms(8, "", false))).get(0);

        assertThat(fit.degrees()).isEqualTo(4);
        assertThat(fit.residual()).isCloseTo(expected.get("residual").asDouble(), within(1e-9));
        for (int c = 0; c < 4; c++) {
            ScalingFit.Term term = fit.terms().get(c);
            assertThat(term.estimate())
                    .isCloseTo(expected.get("params").get(c).asDouble(), within(1e-9));
            assertThat(term.betweenArms().low())
                    .isCloseTo(expected.get("ci").get(c).get(0).asDouble(), within(1e-8));
            assertThat(term.betweenArms().high())
                    .isCloseTo(expected.get("ci").get(c).get(1).asDouble(), within(1e-8));
            assertThat(term.estimate())
                    .isBetween(term.betweenUnits().low(), term.betweenUnits().high());
        }
        assertThat(fit.terms())
                .extracting(ScalingFit.Term::name)
                .containsExactly("A (c)", "A (v)", "a, per tenfold frames", "b, per procedure");
    }

    @Test
    void whatTheArmsCannotTellIsRefused() throws IOException {
        assertThatThrownBy(() -> ScalingFit.of(List.of(table(3)), settings(arms(3, "", true))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("3 models cannot give");
        assertThatThrownBy(() -> ScalingFit.of(List.of(table(8)), settings(arms(8, "1000", true))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("same value for 'a, per tenfold frames'");
        assertThatThrownBy(() -> ScalingFit.of(List.of(table(8)), settings(arms(8, "10^p", true))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("rise together");
        assertThatThrownBy(() -> ScalingFit.of(List.of(table(8)), settings(arms(7, "", false))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no line for the model m7");
    }

    /**
     * @param frames of all arms; empty for the reference's; "10^p" for ten to the procedures
     */
    private Path arms(int n, String frames, boolean oneArchitecture) throws IOException {
        JsonNode s = reference.get("scaling");
        StringBuilder text = new StringBuilder("model,frames,procedures,architecture\n");
        for (int m = 0; m < n; m++) {
            int procedures = s.get("procedures").get(m).asInt();
            String of =
                    frames.isEmpty()
                            ? s.get("frames").get(m).asText()
                            : frames.equals("10^p") ? "1e" + procedures : frames;
            text.append("m").append(m).append(',').append(of).append(',').append(procedures);
            text.append(',').append(oneArchitecture ? "c" : s.get("architecture").get(m).asText());
            text.append('\n');
        }
        return Files.writeString(folder.resolve("arms.csv"), text);
    }

    private ScoreTable table(int models) {
        JsonNode units = reference.at("/scaling/units");
        double[][] values = new double[models][units.size()];
        for (int m = 0; m < models; m++) {
            for (int u = 0; u < units.size(); u++) {
                values[m][u] = units.get(u).get(m).asDouble();
            }
        }
        return new ScoreTable(
                "seg",
                "d",
                "dice",
                "all",
                Direction.HIGHER,
                IntStream.range(0, models).mapToObj(m -> "m" + m).toList(),
                IntStream.range(0, units.size()).mapToObj(u -> "p" + u).toList(),
                values,
                new int[models],
                List.of());
    }

    private static Settings settings(Path arms) {
        return Settings.builder().resamples(200).arms(Optional.of(arms)).build();
    }

    private static double[] doubles(JsonNode array) {
        return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).asDouble()).toArray();
    }

    private static int[] ints(JsonNode array) {
        return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
    }
}
