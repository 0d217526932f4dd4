package org.surgenet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.common.Shard;
import org.surgenet.common.Suggestions;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.metrics.Metric;
import org.surgenet.stats.Settings;
import org.surgenet.study.Plan;
import org.surgenet.study.PlanReader;
import org.surgenet.study.Study;
import org.surgenet.study.StudyEstimate;
import org.surgenet.study.StudyResults;
import org.surgenet.train.RunDirectory;
import org.surgenet.train.distributed.Communicator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code surgenet study}. */
@Command(
        name = "study",
        description = {
            "Compare initial weights on labelled data sets by the plan of a whole study.",
            "",
            "Fine-tunes and scores every combination"
                    + " of a plan, then writes statistics, figures and one report.",
            "",
            "A plan is a YAML file:",
            "",
            "  name: Our frames against ImageNet",
            "  datasets:",
            "    cholec:                        # a name of yours",
            "      task: seg                    # seg, phase or cvs",
            "      data: CholecSeg8k            # relative to the plan",
            "      format: cholecseg8k",
            "      folds: 5                     # by patient; or split: FILE, or neither",
            "      preset: NAME                 # of finetune-TASK",
            "      options: {epochs: 20}        # of finetune-TASK",
            "      evaluate: {dice-average: patient}   # options of evaluate",
            "  weights:",
            "    random: none",
            "    imagenet: weights/caformer_s18.pth    # a file, or a public name",
            "    ours:",
            "      weights: runs/pretrain       # a run of pretrain; its frames and epochs are"
                    + " known",
            "      procedures: 3",
            "      options: {backbone: caformer_s18}   # of finetune-TASK, for these weights",
            "  baseline: imagenet",
            "  seeds: [0, 1, 2]",
            "  train-patients: [2, 4, all]      # nested subsets, the same for all weights",
            "  options: {batch-size: 16}        # of finetune-TASK, for all data sets",
            "  metrics: [dice]                  # this and what follows: options of"
                    + " bootstrap-stats",
            "  resamples: 1000"
        },
        footer = {
            "",
            "Each cell (data set, weights, seed, fold, number of training patients) is an ordinary"
                + " run of finetune-TASK and evaluate in DIR/cells, and can be repeated by hand;"
                + " its commands are in the .json file beside its folder, its messages in the .log"
                + " file. Cells that are done are not repeated; after a change of the plan only the"
                + " cells that it changes are made again. A cell that fails does not stop the"
                + " others.",
            "",
            "Writes report.html and, in DIR/results, all scores, tables and figures.",
            "",
            "Example:",
            "  surgenet study plan.yaml --output study --dry-run",
            "  surgenet study plan.yaml --output study --jobs 2",
            "  surgenet study plan.yaml --output study --shard auto"
        })
final class StudyCommand extends SurgenetCommand {
    /** The plan's name for bootstrap-stats' option --metric. */
    private static final String METRICS = "metrics";

    private static final String METRIC = "metric";

    private static final String STATISTICS = "bootstrap-stats";

    /** Of bootstrap-stats, what a study sets itself. */
    private static final Set<String> OWN =
            Set.of(
                    "scores",
                    "output",
                    "overwrite",
                    "baseline",
                    METRIC,
                    "fit-scaling",
                    "unpaired",
                    "seed");

    @Parameters(paramLabel = "FILE.yaml", description = "The plan.")
    Path plan;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the study; created if missing.")
    Path output;

    @Option(
            names = "--report-only",
            description = "Make no cells; write results and report from those that are done.")
    boolean reportOnly;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Make cells in N processes, which share this machine's cores and device"
                            + " (default: ${DEFAULT-VALUE}).")
    int jobs;

    @Option(
            names = "--shard",
            paramLabel = "I/N|auto",
            description =
                    "Make only part I of N (0 to N - 1) of the cells, or the part of this task of a"
                            + " Slurm array job; whoever makes the last cell writes the report.")
    String shard;

    /** One of the processes of --jobs: it makes cells and writes nothing else. */
    @Option(names = "--job", hidden = true, description = "Make cells, write nothing else.")
    boolean job;

    private Plan readPlan() {
        return PlanReader.read(plan, statistics());
    }

    /** Names of the settings of the comparison that a plan may have. */
    static Set<String> statistics() {
        CommandSpec stats =
                Main.commandLine(Commands.ALL, new String[] {STATISTICS})
                        .getSubcommands()
                        .get(STATISTICS)
                        .getCommandSpec();
        Set<String> keys = new LinkedHashSet<>(List.of(METRICS));
        Invocation.keys(stats)
                .forEach(
                        (key, arg) -> {
                            if (!OWN.contains(key) && !CommonOptions.isCommon(arg)) {
                                keys.add(key);
                            }
                        });
        return keys;
    }

    @Override
    protected Optional<Path> runDirectory() {
        return job ? Optional.empty() : Optional.of(output);
    }

    @Override
    protected Optional<String> misuse() {
        return Stream.of(
                        OptionValues.check("--jobs", jobs, jobs >= 1, "1 or more"),
                        OptionValues.read("--shard", shard, this::part))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Shard part() {
        return shard == null ? new Shard(0, 1) : Shard.parse(shard, System.getenv());
    }

    @Override
    protected String recordName(String name) {
        return shard == null ? name : part().fileName(name);
    }

    @Override
    protected List<String> results() {
        return List.of("report.html", "results", "cells", "splits", "plan.yaml");
    }

    @Override
    protected boolean goesOn() {
        return true;
    }

    /** Absolute, so that a cell's commands can be repeated from anywhere. */
    private Path folder() {
        return output.toAbsolutePath().normalize();
    }

    private StudyProgram program(Plan plan) {
        StudyProgram program = new StudyProgram(plan, this::logAgain);
        // Before a network is made to see whether weights fit it: no cell has loaded it yet.
        EngineSetup.load();
        return program;
    }

    /** A cell's command has sent log lines to its own file. */
    private void logAgain() {
        Logging.configure(Console.of(spec.commandLine().getErr()), common);
    }

    private static Settings settings(Plan plan) {
        requireKnownMetrics(plan);
        List<String> words = new ArrayList<>(List.of(STATISTICS, "--output=results"));
        words.add("--baseline=" + plan.baseline());
        for (Plan.Option option : plan.statistics()) {
            String key = option.key().equals(METRICS) ? METRIC : option.key();
            option.values().forEach(value -> words.add("--" + key + "=" + value));
        }
        words.add("scores.csv");
        String[] args = words.toArray(String[]::new);
        try {
            BootstrapStatsCommand command =
                    (BootstrapStatsCommand)
                            new Invocation(() -> Main.commandLine(Commands.ALL, args), args).read();
            return command.settings();
        } catch (ParameterException e) {
            String key = e.getArgSpec() == null ? "" : Invocation.key(e.getArgSpec());
            throw plan.error(line(plan, key), StudyProgram.asKeys(UsageErrors.firstLine(e)));
        } catch (UserException e) {
            String text = StudyProgram.asKeys(Failures.message(e));
            throw plan.error(line(plan, text.replaceFirst("\\W.*", "")), text);
        }
    }

    /** All scores come from evaluate: what it does not know, no cell will have. */
    private static void requireKnownMetrics(Plan plan) {
        for (Plan.Option option : plan.statistics()) {
            for (String metric :
                    option.key().equals(METRICS) ? option.values() : List.<String>of()) {
                if (!Metric.isKnown(metric)) {
                    throw plan.error(
                            option.line(),
                            "the metric '"
                                    + metric
                                    + "' is unknown"
                                    + Suggestions.hint(metric, Metric.ids()));
                }
            }
        }
    }

    private static int line(Plan plan, String key) {
        String name = key.equals(METRIC) ? METRICS : key;
        return plan.statistics().stream()
                .filter(option -> option.key().equals(name))
                .mapToInt(Plan.Option::line)
                .findFirst()
                .orElse(1);
    }

    @Override
    protected int dryRun(Context context) throws Exception {
        Plan read = readPlan();
        Settings settings = settings(read);
        StudyProgram program = program(read);
        Study study = new Study(read, program, folder(), context.progress());
        program.requireFit();
        context.out().print(new StudyResults(study, settings).describe());
        Logging.warningsOnly();
        Path scratch = Files.createTempDirectory("surgenet-study");
        try {
            context.out().print(new StudyEstimate(study, program, scratch).text());
        } finally {
            RunDirectory.deleteTree(scratch);
        }
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        if (Communicator.fromEnvironment().size() > 1) {
            throw new UserException(
                    "study does not share cells among processes that mpirun or srun starts; use"
                            + " --jobs or --shard");
        }
        Plan read = readPlan();
        Settings settings = settings(read);
        StudyProgram program = program(read);
        Study study = new Study(read, program, folder(), context.progress());
        context.record().input(plan);
        Study.Outcome outcome = reportOnly ? study.outcome(0) : made(context, study, program);
        if (job) {
            return ExitCode.DONE;
        }
        if (shard != null && outcome.open() > 0) {
            context.out().println(text(outcome) + "; whoever makes the last one writes the report");
            return ended(context, outcome);
        }
        if (!reportOnly && !StudyResults.canReport(study)) {
            context.out().println(text(outcome) + "; no run is complete, so without a report");
            return ended(context, outcome);
        }
        StudyResults.Outcome results =
                new StudyResults(study, settings).write(context.progress(), context.cancellation());
        context.out().println(text(outcome) + "; report in " + results.report());
        return ended(context, outcome);
    }

    private Study.Outcome made(Context context, Study study, StudyProgram program)
            throws IOException, InterruptedException {
        Shard part = part();
        IntPredicate mine = i -> i % part.count() == part.index();
        if (!job) {
            program.requireFit();
        }
        if (jobs == 1 || job) {
            return study.run(
                    mine,
                    job ? Progress.NONE : context.progress(),
                    job ? whileParentLives(context.cancellation()) : context.cancellation());
        }
        List<String> words = new ArrayList<>(List.of(spec.name(), plan.toString(), "--job"));
        words.add("--output=" + output);
        if (shard != null) {
            words.add("--shard=" + part.index() + "/" + part.count());
        }
        int before = study.ended(mine);
        int doneBefore = study.done(mine);
        try (StudyWorkers workers = new StudyWorkers(jobs, words);
                Progress.Task task =
                        context.progress().start("Cells", "cells", study.count(mine))) {
            task.skip(before);
            int[] told = {before};
            workers.await(
                    () -> {
                        int now = study.ended(mine);
                        task.step(Math.max(0, now - told[0]), "");
                        told[0] = Math.max(told[0], now);
                    },
                    context.cancellation());
        }
        return study.outcome(study.done(mine) - doneBefore);
    }

    /** A worker whose parent was killed stops before its next cell. */
    private static Cancellation whileParentLives(Cancellation cancellation) {
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        return () -> cancellation.requested() || parent.isPresent() && !parent.get().isAlive();
    }

    /** What is still open is, of a part of the cells, the other parts' business. */
    private int ended(Context context, Study.Outcome outcome) {
        outcome.failed()
                .forEach((cell, error) -> context.out().println("failed: " + cell + ": " + error));
        return outcome.failed().isEmpty() && (shard != null || outcome.open() == 0)
                ? ExitCode.DONE
                : ExitCode.DONE_WITH_SKIPPED;
    }

    private String text(Study.Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "%s: %s made, %d failed, %d to be made",
                output,
                Words.counted(outcome.made(), "cell"),
                outcome.failed().size(),
                outcome.open());
    }
}
