package org.surgenet.cli;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.UserException;
import org.surgenet.stats.BootstrapStats;
import org.surgenet.stats.ClusterBootstrap;
import org.surgenet.stats.ScoreTable;
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
                    + " with different units (folds) are put together. Units where a score is"
                    + " missing are dropped from that comparison and counted.",
            "",
            "p_value is the two-sided Wilcoxon signed-rank test over units: exact up to 50 units"
                    + " without ties and zeros, else the normal approximation. Holm's correction"
                    + " is taken over the comparisons of one metric, or over all with"
                    + " --family=all. effect_size is the matched-pairs rank-biserial correlation,"
                    + " from -1 to 1.",
            "",
            "Writes stats.json, table.md, table.tex, table.csv, forest.png, report.html; prints the"
                    + " Markdown table.",
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
            description = "Metrics to compare, by comma or repeated (default: all in the files).")
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
            paramLabel = "percentile|bca",
            defaultValue = "percentile",
            description = "How intervals are taken from the resamples (default: ${DEFAULT-VALUE}).")
    ClusterBootstrap.Kind interval;

    @Option(
            names = "--confidence",
            paramLabel = "P",
            defaultValue = "0.95",
            description = "Confidence of the intervals (default: ${DEFAULT-VALUE}).")
    double confidence;

    @Option(
            names = "--test",
            paramLabel = "wilcoxon|permutation",
            defaultValue = "wilcoxon",
            description =
                    "Test over units whose p-value is shown and corrected (default:"
                            + " ${DEFAULT-VALUE}). The other's is in stats.json.")
    Settings.Test test;

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
            paramLabel = "metric|all",
            defaultValue = "metric",
            description =
                    "Comparisons that Holm's correction takes together: those of each metric, or"
                            + " all (default: ${DEFAULT-VALUE}).")
    Settings.Family family;

    @Option(
            names = "--unpaired",
            paramLabel = "error|intersect",
            defaultValue = "error",
            description =
                    "Where models were scored on different units: stop, or compare on the units"
                            + " that all have (default: ${DEFAULT-VALUE}).")
    Settings.Unpaired unpaired;

    @Option(
            names = "--protocol",
            paramLabel = "cluster|paper",
            defaultValue = "cluster",
            description =
                    "Where p-values come from: ${COMPLETION-CANDIDATES} (default:"
                            + " ${DEFAULT-VALUE}). 'paper' tests bootstrap replicates, which is not"
                            + " valid; it is here to compare with such reports.")
    Settings.Protocol protocol;

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.of(output.output);
    }

    @Override
    protected int execute(Context context) throws Exception {
        for (Path file : scores) {
            context.record().input(file);
        }
        BootstrapStats.Outcome outcome = stats().run(context.progress(), context.cancellation());
        if (outcome.repeated()) {
            LOG.info("{}: complete already; nothing was repeated", output.output);
        }
        outcome.warnings().forEach(LOG::warn);
        context.out().print(outcome.markdown());
        context.out().flush();
        return ExitCode.DONE;
    }

    @Override
    protected int dryRun(Context context) {
        for (ScoreTable table : stats().read()) {
            context.out()
                    .printf(
                            Locale.ROOT,
                            "%s: %d models, %d units, %d resamples%n",
                            table.title(),
                            table.models().size(),
                            table.units().size(),
                            resamples);
        }
        return ExitCode.DONE;
    }

    private BootstrapStats stats() {
        if (resamples < 1 || resamples > 100_000) {
            throw new UserException("--resamples " + resamples + ": must be 1 to 100000");
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new UserException("--confidence " + confidence + ": must lie between 0 and 1");
        }
        return new BootstrapStats(
                new BootstrapStats.Request(
                        scores,
                        output.output,
                        output.overwrite,
                        new Settings(
                                metrics,
                                perClass,
                                baseline,
                                protocol,
                                resamples,
                                interval,
                                confidence,
                                seed.seed,
                                test,
                                zeroMethod,
                                family,
                                unpaired)));
    }
}
