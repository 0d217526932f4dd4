package org.surgenet.stats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.common.SpreadsheetFormulas;
import org.surgenet.common.Words;
import org.surgenet.metrics.Direction;

/**
 * Compares models on tables of scores: intervals by a bootstrap over units with the same draws for
 * all models, p-values by tests over units, Holm's correction. Immutable.
 *
 * <p>Pairs with a missing value are dropped from a difference and counted, unless {@link
 * Settings.OneSided} says what counts in its place. A resample draws from all units of the table,
 * so that the draws are the same whatever is missing.
 */
final class ModelComparison {
    /** Below this many units a warning says how small a p-value they can give. */
    private static final int FEW = 10;

    private final Settings settings;

    public ModelComparison(Settings settings) {
        this.settings = settings;
    }

    /**
     * Compares.
     *
     * @param task advances by one per table
     * @throws org.surgenet.common.InterruptedRunException if asked to stop
     */
    public Comparison compare(
            List<ScoreTable> tables, Progress.Task task, Cancellation cancellation) {
        List<Comparison.Group> groups = new ArrayList<>();
        Set<String> warnings = new LinkedHashSet<>();
        if (settings.protocol() == Settings.Protocol.PAPER) {
            warnings.add(paperWarning(settings.resamples()));
        }
        for (ScoreTable table : tables) {
            cancellation.check();
            groups.add(group(table));
            task.step(1, table.metric());
        }
        List<Comparison.Group> corrected = Families.corrected(groups, settings);
        TableNotes notes = new TableNotes(tables.size());
        corrected.forEach(group -> note(group, notes));
        warnings.addAll(notes.lines());
        Disagreement.note(corrected, settings).ifPresent(warnings::add);
        tables.forEach(table -> direction(table).ifPresent(warnings::add));
        formulas(tables).ifPresent(warnings::add);
        List<Ranking> rankings = Ranking.of(tables, 1 - settings.confidence());
        List<ScalingFit> fits =
                settings.arms().isEmpty() ? List.of() : ScalingFit.of(tables, settings);
        fits.forEach(fit -> fit.warning().ifPresent(warnings::add));
        return new Comparison(settings, corrected, List.copyOf(warnings), rankings, fits);
    }

    /** Names that {@code table.csv} has, which a spreadsheet program would compute. */
    private static Optional<String> formulas(List<ScoreTable> tables) {
        Set<String> names = new LinkedHashSet<>();
        for (ScoreTable table : tables) {
            names.addAll(table.models());
            names.addAll(List.of(table.task(), table.dataset(), table.metric(), table.label()));
        }
        SpreadsheetFormulas formulas = new SpreadsheetFormulas();
        names.forEach(formulas::add);
        return formulas.warning().map(warning -> "table.csv: " + warning);
    }

    static String paperWarning(int resamples) {
        return String.format(
                Locale.ROOT,
                "protocol 'paper': p_value comes from a signed-rank test over %,d bootstrap"
                        + " replicates. Replicates are not independent observations; this p-value"
                        + " falls to 0 as their number grows, whatever the data, and must not be"
                        + " read as evidence. p_wilcoxon and p_permutation are taken over units.",
                resamples);
    }

    private void note(Comparison.Group group, TableNotes notes) {
        ScoreTable table = group.scores();
        table.notes().forEach(note -> notes.add(table, note));
        attainable(group, notes);
        int onesided = OneSidedScores.count(table.values());
        Set<String> empty = new LinkedHashSet<>();
        group.estimates().stream().filter(e -> e.n() == 0).forEach(e -> empty.add(e.model()));
        if (!empty.isEmpty() && table.recomputed().isEmpty()) {
            notes.add(
                    table,
                    String.join(", ", empty)
                            + ": all values are missing, so it has no score and is not compared");
        }
        if (onesided > 0 && table.recomputed().isEmpty()) {
            notes.add(table, onesided(table), v -> Integer.toString((int) v), onesided);
        }
        if (group.units() > 1 && spreadless(group)) {
            notes.add(
                    table,
                    "all values of a model, or all differences of two, are equal: an interval"
                            + " without width is no certainty, because resampling cannot show what"
                            + " these units do not");
        }
        int undefined =
                group.estimates().stream().mapToInt(Comparison.Estimate::undefined).max().orElse(0);
        if (undefined > 0) {
            notes.add(
                    table,
                    String.format(
                            Locale.ROOT,
                            "%,d of %,d resamples have no score, as without a positive frame;"
                                    + " intervals leave them out",
                            undefined,
                            settings.resamples()));
        }
        int partial =
                group.estimates().stream().mapToInt(Comparison.Estimate::partial).max().orElse(0);
        if (partial > 0) {
            notes.add(
                    table,
                    "%s of "
                            + String.format(Locale.ROOT, "%,d", settings.resamples())
                            + " resamples lack a class or criterion that few units have; their"
                            + " score is the mean of the others, so the interval also shows how"
                            + " that mean depends on which classes are in it",
                    v -> String.format(Locale.ROOT, "%,d", (int) v),
                    partial);
        }
        if (!settings.baseline().isEmpty() && !table.models().contains(settings.baseline())) {
            notes.add(table, "no scores of the baseline, so no comparison");
        }
    }

    /** Whether an interval has no width, but for rounding, although there is something to vary. */
    private static boolean spreadless(Comparison.Group group) {
        return group.estimates().stream()
                        .anyMatch(e -> e.n() > 1 && narrow(e.interval(), e.estimate()))
                || group.differences().stream()
                        .anyMatch(
                                d ->
                                        d.n() > 1
                                                && d.effect().ties() < d.n()
                                                && narrow(d.interval(), d.estimate()));
    }

    private static boolean narrow(Interval interval, double estimate) {
        return interval.high() - interval.low()
                <= PairedDifferences.TOLERANCE * Math.max(Math.abs(estimate), Double.MIN_NORMAL);
    }

    private String onesided(ScoreTable table) {
        return "units where some models have a value and others none, as where a class is absent"
                + " and only some predict it: %s; "
                + (OneSidedScores.filled(table, settings)
                        ? "in a difference from 0 the missing score, of a model that rightly"
                                + " predicts nothing, counts as 1 (not with one-sided=drop);"
                                + " other such pairs are left out"
                        : "differences leave these out, and with them such errors");
    }

    /** What so few units can tell; nothing where they are enough for the family. */
    private void attainable(Comparison.Group group, TableNotes notes) {
        int n = group.units();
        ScoreTable table = group.scores();
        String units = (n < FEW ? "only " : "") + Words.counted(n, table.unitName());
        String few =
                n < IntervalCoverage.ENOUGH
                        ? units + "; " + IntervalCoverage.said(settings.interval(), n)
                        : units;
        Optional<Comparison.Difference> least =
                group.differences().stream()
                        // Where all differences are 0 there is nothing to find.
                        .filter(d -> d.pLeast() < 1)
                        .min(Comparator.comparingDouble(Comparison.Difference::pLeastAdjusted))
                        .filter(d -> n < FEW || d.pLeastAdjusted() > 1 - settings.confidence());
        if (least.isPresent()) {
            Comparison.Difference d = least.get();
            notes.add(
                    table,
                    few.replace("%", "%%")
                            + "; no two-sided p-value of differences of these sizes can be below"
                            + " %s, or below %s after the correction over "
                            + Words.counted(d.family(), "comparison"),
                    Format::bound,
                    d.pLeast(),
                    d.pLeastAdjusted());
        } else if (n < IntervalCoverage.ENOUGH) {
            notes.add(table, few);
        }
    }

    private Optional<String> direction(ScoreTable table) {
        boolean guessed =
                !settings.lowerIsBetter().contains(table.metric())
                        && Direction.known(table.metric()).isEmpty();
        return guessed && table.models().size() > 1
                ? Optional.of(
                        String.format(
                                Locale.ROOT,
                                "the direction of the metric '%s' is not known; higher is taken to"
                                        + " be better, unless lower-is-better=%s is given",
                                table.metric(),
                                table.metric()))
                : Optional.empty();
    }

    private Comparison.Group group(ScoreTable table) {
        ClusterBootstrap bootstrap =
                new ClusterBootstrap(table.units().size(), settings.resamples(), settings.seed());
        Estimator estimator =
                table.recomputed()
                        .<Estimator>map(r -> new RecomputedEstimator(table, r, bootstrap, settings))
                        .orElseGet(() -> new MeanEstimator(table, bootstrap, settings));
        List<Comparison.Estimate> estimates = new ArrayList<>();
        for (int m = 0; m < table.models().size(); m++) {
            estimates.add(estimator.estimate(m));
        }
        List<Comparison.Difference> differences = new ArrayList<>();
        int baseline = table.models().indexOf(settings.baseline());
        for (int a = 0; a < table.models().size(); a++) {
            for (int b = a + 1; b < table.models().size(); b++) {
                if (settings.baseline().isEmpty()) {
                    differences.add(estimator.difference(a, b));
                } else if (a == baseline || b == baseline) {
                    differences.add(estimator.difference(a + b - baseline, baseline));
                }
            }
        }
        return new Comparison.Group(table, estimates, differences);
    }
}
