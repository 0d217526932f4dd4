package org.surgenet.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.stats.BootstrapStats;
import org.surgenet.stats.ClusterBootstrap;
import org.surgenet.stats.PairedTests;
import org.surgenet.stats.Settings;
import org.surgenet.stats.ZeroMethod;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares models on scores per patient or video. */
@Command(
        name = "bootstrap-stats",
        description =
                "Compare models: bootstrap over patients, tests over patients, corrected p-values.",
        footer = {
            "",
            "The independent observations are patients (segmentation) or videos (phases, CVS): the"
                    + " column 'unit' of scores.csv. They are what is resampled, with the same"
                    + " draws for every model, and what the tests compare. A model in several files"
                    + " on the same units was run several times and is averaged per unit; files"
                    + " with different units (folds) are put together. Units where"
                    + " both scores are missing are dropped from that comparison and counted; for"
                    + " those where one is, see --one-sided.",
            "",
            "p_value is the two-sided permutation test of the mean difference: the models are"
                + " exchanged on each unit, in all ways up to 20 units, else in 50,000 random ones."
                + " With --test=wilcoxon it is the signed-rank test, which asks whether differences"
                + " are symmetric about 0, not whether their mean is 0: exact up to 50 units, with"
                + " ties and zeros too, else the normal approximation. Holm's correction is taken"
                + " over all comparisons that a table shows, unless --family says otherwise; their"
                + " number is the column m. effect_size is the matched-pairs rank-biserial"
                + " correlation, from -1 to 1, positive where the model is better. Differences"
                + " within 1e-10 of a unit's larger score are ties.",
            "",
            "Metrics that evaluate takes over all frames or images (map, balanced_accuracy, the"
                + " Dice of --dice-average image or dataset) are taken again on each resample, from"
                + " the counts.csv or probabilities.csv beside scores.csv. Their mean over videos"
                + " is map_mean_over_videos and so on.",
            "",
            "Three or more models are also ranked, over data sets and over the units of each:"
                    + " Friedman's test, Nemenyi's critical difference.",
            "",
            "Writes stats.json, table.md, table.tex, table.csv, report.html, and as PNG, SVG and"
                    + " CSV: forest (differences), units (a dot for each patient), for three or"
                    + " more models critical-difference and radar, with --fit-scaling scaling;"
                    + " prints the Markdown table.",
            "",
            "Example:",
            "  surgenet bootstrap-stats runs/imagenet/scores.csv runs/surgenet/scores.csv \\",
            "    --metric=dice --baseline=imagenet --output=runs/comparison"
        })
final class BootstrapStatsCommand extends SurgenetCommand {
    private static final Logger LOG = LoggerFactory.getLogger(BootstrapStatsCommand.class);

    @Parameters(
            paramLabel = "SCORES.csv",
            arity = "1..*",
            description = "Files that 'evaluate' wrote, or folders that hold a scores.csv.")
    List<Path> scores;

    @Mixin OutputOptions output;

    @Mixin SeedOption seed;

    @Option(
            names = "--metric",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Metrics to compare, by comma or repeated (default: all in the files but those"
                            + " that make corrections stricter and are compared only where named:"
                            + " ppv, sensitivity, hd95, assd, nsd, edit, segment_f1_10 and so on,"
                            + " relaxed_accuracy).")
    Set<String> metrics = new LinkedHashSet<>();

    @Option(
            names = "--per-class",
            description = "Compare the scores of single classes too, not only those over all.")
    boolean perClass;

    @Option(
            names = "--baseline",
            paramLabel = "MODEL",
            defaultValue = "",
            description = "Compare every model with this one (default: all pairs).")
    String baseline;

    @Option(
            names = "--resamples",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Bootstrap resamples (default: ${DEFAULT-VALUE}).")
    int resamples;

    @Option(
            names = "--interval",
            paramLabel = "percentile|expanded|bca",
            defaultValue = "expanded",
            description =
                    "Kind of bootstrap interval; expanded widens the percentile interval for few"
                            + " units (default: ${DEFAULT-VALUE}).")
    ClusterBootstrap.Kind interval;

    @Option(
            names = "--confidence",
            paramLabel = "P",
            defaultValue = "0.95",
            description = "Confidence of the intervals (default: ${DEFAULT-VALUE}).")
    double confidence;

    @Mixin final SettingOptions test = new SettingOptions(List.of(PairedTests.SETTING));

    @Option(
            names = "--zero-method",
            paramLabel = "wilcox|pratt|zsplit",
            defaultValue = "wilcox",
            description =
                    "What the signed-rank test does with units where both models score the same"
                            + " (default: ${DEFAULT-VALUE}).")
    ZeroMethod zeroMethod;

    @Option(
            names = "--family",
            paramLabel = "table|metric|all",
            defaultValue = "table",
            description =
                    "Comparisons that Holm's correction takes together: all that a table shows (one"
                            + " task), those of each metric over its data sets and classes, or all"
                            + " of the run (default: ${DEFAULT-VALUE}).")
    Settings.Family family;

    @Option(
            names = "--correction",
            paramLabel = "holm|bh",
            defaultValue = "holm",
            description =
                    "Correction of the family's p-values: holm holds the probability of any false"
                            + " finding, bh (Benjamini-Hochberg) the expected fraction of false"
                            + " ones among the findings (default: ${DEFAULT-VALUE}).")
    Settings.Correction correction;

    @Option(
            names = "--fit-scaling",
            paramLabel = "FILE.csv",
            description =
                    "Fit score = A + a log10(frames) + b procedures to the models, with intervals."
                            + " FILE.csv has the columns model, frames and, if known, procedures"
                            + " and architecture (an A for each). Refused where the models cannot"
                            + " tell these apart.")
    Path arms;

    @Option(
            names = "--unpaired",
            paramLabel = "error|intersect",
            defaultValue = "error",
            description =
                    "Where models were scored on different units: stop, or compare on the units"
                            + " that all have (default: ${DEFAULT-VALUE}).")
    Settings.Unpaired unpaired;

    @Option(
            names = "--one-sided",
            paramLabel = "best|drop",
            defaultValue = "best",
            description =
                    "Units where one model has a score and the other none, as where a class is"
                            + " absent and only one predicts it: count the missing Dice, IoU or F1"
                            + " as 1 where the other is 0, or leave the unit out of that difference"
                            + " (default: ${DEFAULT-VALUE}). Other such units are always left"
                            + " out.")
    Settings.OneSided oneSided;

    @Option(
            names = "--lower-is-better",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Metrics of which smaller values are better, by comma or repeated; brier, hd95,"
                            + " assd, ece, latency and other common ones are known.")
    Set<String> lowerIsBetter = new LinkedHashSet<>();

    @Option(
            names = "--protocol",
            paramLabel = "cluster|paper",
            defaultValue = "cluster",
            description =
                    "Where p-values come from (default:"
                            + " ${DEFAULT-VALUE}). 'paper' tests bootstrap replicates, which is not"
                            + " valid; it is here to compare with such reports.")
    Settings.Protocol protocol;

    @Override
    protected List<String> results() {
        List<String> names =
                new ArrayList<>(
                        List.of("stats.json", "table.md", "table.tex", "table.csv", "report.html"));
        for (String figure :
                List.of("forest", "units", "critical-difference", "radar", "scaling")) {
            for (String ending : List.of(".png", ".svg", ".csv")) {
                names.add(figure + ending);
            }
        }
        return names;
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.of(output.output);
    }

    @Override
    protected int execute(Context context) throws Exception {
        for (Path file : scores) {
            context.record().input(file);
        }
        if (arms != null) {
            context.record().input(arms);
        }
        BootstrapStats.Outcome outcome =
                stats().run(context.progress(), context.cancellation(), context.record());
        if (outcome.alreadyComplete()) {
            LOG.info("{}: {}", output.output, ended(outcome));
        }
        // The warnings are the notes above the tables.
        context.out().print(outcome.markdown());
        context.out().flush();
        return ExitCode.DONE;
    }

    @Override
    protected int dryRun(Context context) {
        context.out().print(stats().plan());
        return ExitCode.DONE;
    }

    private BootstrapStats stats() {
        return new BootstrapStats(
                new BootstrapStats.Request(scores, output.output, output.overwrite, settings()));
    }

    /** How models are compared. */
    Settings settings() {
        return Settings.builder()
                .metrics(metrics)
                .perClass(perClass)
                .baseline(baseline)
                .protocol(protocol)
                .resamples(resamples)
                .interval(interval)
                .confidence(confidence)
                .seed(seed.seed)
                .test(test.values().get(PairedTests.SETTING))
                .zeroMethod(zeroMethod)
                .family(family)
                .correction(correction)
                .unpaired(unpaired)
                .oneSided(oneSided)
                .lowerIsBetter(lowerIsBetter)
                .arms(Optional.ofNullable(arms))
                .build();
    }
}
