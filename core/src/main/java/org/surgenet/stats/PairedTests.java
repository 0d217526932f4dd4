package org.surgenet.stats;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;

/** The tests of paired differences. */
public final class PairedTests {
    /** Of the mean difference, by exchanging the two models on each unit. The default. */
    public static final PairedTest PERMUTATION = new Permutation();

    /**
     * Of differences that are symmetric about 0, by their signed ranks. Where the mean is 0 and
     * differences are skewed it rejects too often, and ever more so with more units.
     */
    public static final PairedTest WILCOXON = new Wilcoxon();

    /** All of them, the default first. */
    public static final List<PairedTest> ALL = List.of(PERMUTATION, WILCOXON);

    /** The test whose p-value is shown and corrected. */
    public static final Setting<PairedTest> SETTING =
            new Setting<>(
                    "test",
                    PairedTest.class,
                    PairedTests::of,
                    ALL.stream().map(PairedTest::id).collect(Collectors.joining("|")),
                    PERMUTATION,
                    "Test over units whose p-value is shown and corrected (default: {default})."
                            + " Those of the others are in stats.json.");

    private PairedTests() {}

    /**
     * The test of an id.
     *
     * @throws SettingException if there is none
     */
    public static PairedTest of(String id) {
        return ALL.stream()
                .filter(test -> test.id().equals(id.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                        () ->
                                new SettingException(
                                        "test",
                                        id,
                                        "must be "
                                                + ALL.stream()
                                                        .map(PairedTest::id)
                                                        .collect(Collectors.joining(" or "))));
    }

    private static final class Permutation implements PairedTest {
        @Override
        public String id() {
            return "permutation";
        }

        @Override
        public String toString() {
            return id();
        }

        @Override
        public String name() {
            return "permutation";
        }

        @Override
        public String description(Settings settings) {
            return "two-sided permutation test of the difference, the models being exchanged on"
                    + " each unit";
        }

        @Override
        public String question() {
            return "Interval and permutation test both ask whether the difference shown is 0: the"
                    + " interval by drawing other patients or videos, the test by exchanging the"
                    + " two models on each.";
        }

        @Override
        public Result test(double[] differences, Settings settings) {
            SignFlipTest.Result result =
                    SignFlipTest.withDefaults().withSeed(settings.seed()).test(differences);
            return new Result(result.pValue(), result.exact(), Double.NaN);
        }

        @Override
        public double least(double[] differences, Settings settings) {
            return SignFlipTest.withDefaults().least(absolute(differences));
        }
    }

    private static final class Wilcoxon implements PairedTest {
        @Override
        public String id() {
            return "wilcoxon";
        }

        @Override
        public String toString() {
            return id();
        }

        @Override
        public String name() {
            return "Wilcoxon";
        }

        @Override
        public String description(Settings settings) {
            return "two-sided Wilcoxon signed-rank test over units (of symmetry about 0, not of"
                    + " the mean; zeros: "
                    + settings.zeroMethod().name().toLowerCase(Locale.ROOT)
                    + ")";
        }

        @Override
        public String question() {
            return "The Wilcoxon test asks whether differences are symmetric about 0, which skewed"
                    + " ones with a mean of 0 are not.";
        }

        @Override
        public Result test(double[] differences, Settings settings) {
            WilcoxonSignedRank.Result result =
                    WilcoxonSignedRank.withDefaults().with(settings.zeroMethod()).test(differences);
            return new Result(result.pValue(), result.exact(), result.statistic());
        }

        @Override
        public double least(double[] differences, Settings settings) {
            return test(absolute(differences), settings).pValue();
        }
    }

    private static double[] absolute(double[] differences) {
        return Arrays.stream(differences).map(Math::abs).toArray();
    }
}
