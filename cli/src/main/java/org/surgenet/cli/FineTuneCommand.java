package org.surgenet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Preset;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.dataset.ClassMerges;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.finetune.DatasetCheck;
import org.surgenet.finetune.Evaluation;
import org.surgenet.finetune.EvaluationRequest;
import org.surgenet.finetune.FineTuning;
import org.surgenet.study.CellCost;
import org.surgenet.study.StudyData;
import org.surgenet.task.Task;
import org.surgenet.train.EventLog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code surgenet finetune-TASK}. */
@Command
final class FineTuneCommand<S extends Sample, O> extends TrainingCommand {
    private static final Logger LOG = LoggerFactory.getLogger(FineTuneCommand.class);

    private static final String TEST = "test";

    private final Task<S, O> task;

    @Mixin LabelledDataOptions data;

    @Mixin final SettingOptions settings;

    @Mixin FineTuneOptions options;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "Preset, by a name from the list below. Options given"
                            + " here or in the configuration file win.")
    String preset;

    @Option(
            names = "--test",
            description =
                    "When training is done, score the model on the test part as well, as 'surgenet"
                            + " evaluate' does by default, into the folder test of --output.")
    boolean test;

    FineTuneCommand(Task<S, O> task) {
        this.task = task;
        List<Setting<?>> all = new ArrayList<>(List.of(task.size()));
        all.addAll(task.dataSettings());
        all.addAll(task.trainingSettings());
        settings = new SettingOptions(all);
    }

    @Spec
    void describe(CommandSpec spec) {
        Task.Help help = task.help();
        List<String> footer = new ArrayList<>(List.of("", "Formats of --data:"));
        task.readers().forEach(reader -> footer.add("  " + reader.layout()));
        footer.addAll(List.of("", "Presets:"));
        task.presets().forEach(p -> footer.add("  " + p.name() + ": " + ConfigFile.source(p)));
        footer.addAll(
                List.of("", "Example:", "  surgenet " + SettingOptions.named(help.example())));
        spec.usageMessage()
                .description(help.summary(), "", SettingOptions.named(help.details()))
                .footer(footer.toArray(String[]::new));
    }

    @Override
    protected List<Preset> presets() {
        return task.presets();
    }

    @Override
    protected Path output() {
        return options.output.output;
    }

    @Override
    protected List<String> results() {
        return List.of(
                "log.jsonl",
                EventLog.FILE_NAME,
                "curves.png",
                "failures.csv",
                "model.safetensors",
                "model.json",
                TEST);
    }

    /**
     * Checks what is asked for, but for the data.
     *
     * @throws org.surgenet.common.SettingException naming the setting that makes no sense
     */
    void requireSense() {
        options.request(settings.values().get(task.size()));
    }

    private Dataset<S> dataset() {
        // Reading shows no progress: a run is recorded only once its data are found good.
        Dataset<S> dataset = task.read(data.format, data.data, settings.values(), Progress.NONE);
        dataset.notes().forEach(note -> LOG.warn("{}: {}", data.data, note));
        return dataset;
    }

    private Split split(Dataset<S> dataset) {
        return Split.of(
                dataset, data.split, data.splitSeed == null ? Split.DEFAULT_SEED : data.splitSeed);
    }

    /**
     * The data as training reads them.
     *
     * @param withSplit whether the split is wanted, too
     */
    StudyData studyData(boolean withSplit) {
        Dataset<S> dataset = dataset();
        return new StudyData(dataset, withSplit ? Optional.of(split(dataset)) : Optional.empty());
    }

    /**
     * Trains for a few steps, to know what a run would cost.
     *
     * @return what it costs, measured into the folder of --output
     */
    CellCost measure() throws IOException {
        FirstSteps steps = new FirstSteps();
        try {
            tuning().run(steps, steps, new RunRecord(Version.VERSION, List.of()));
        } catch (InterruptedRunException e) {
            LOG.debug("stopped after the first steps");
        }
        long bytes;
        try (Stream<Path> files = Files.walk(output())) {
            bytes = files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
        }
        // A checkpoint has the weights and two moments; best and model add the weights twice.
        return new CellCost(
                steps.startSeconds(),
                steps.stepSeconds(),
                options.batchSize,
                options.epochs,
                bytes * 5 / 3);
    }

    private FineTuning<S, O> tuning() {
        SettingValues values = settings.values();
        Dataset<S> dataset = dataset();
        if (preset != null) {
            LOG.info("--preset {}: {}", preset, ConfigFile.source(preset(preset)));
        }
        Split split = split(dataset);
        split.unusedSeed(data.splitSeed).ifPresent(LOG::warn);
        if (test && dataset.part(split, SplitName.TEST).isEmpty()) {
            throw new UserException(
                    "--test: the split (" + split.source() + ") has no test samples");
        }
        return new FineTuning<>(
                options.request(values.get(task.size())),
                task,
                values,
                dataset,
                split,
                communicator());
    }

    @Override
    protected int dryRun(Context context) {
        FineTuning<S, O> tuning = tuning();
        tuning.requireDefinedScore();
        DatasetCheck.Result result =
                tuning.check(options.workers.count(), context.progress(), context.cancellation());
        context.out().print(tuning.plan());
        result.warnings().forEach(text -> context.out().println("note: " + text));
        result.errors().forEach(text -> context.out().println("error: " + text));
        if (!result.errors().isEmpty()) {
            return ExitCode.USER_ERROR;
        }
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        FineTuning<S, O> tuning = tuning();
        context.record().input(data.data);
        if (data.split != null) {
            context.record().input(data.split);
        }
        Path merges = settings.values().get(ClassMerges.SETTING);
        if (merges != null) {
            context.record().input(merges);
        }
        boolean root = communicator().isRoot();
        FineTuning.Outcome outcome =
                together(
                        () ->
                                tuning.run(
                                        root ? context.progress() : Progress.NONE,
                                        context.cancellation(),
                                        context.record()));
        if (root) {
            context.out().println(text(outcome));
            if (test) {
                context.out().println(tested(context));
            }
        }
        return outcome.skipped() == 0 ? ExitCode.DONE : ExitCode.DONE_WITH_SKIPPED;
    }

    /** Scores the model on the test part. */
    private String tested(Context context) throws IOException {
        Path folder = options.output.output.resolve(TEST);
        EvaluationRequest request =
                new EvaluationRequest(
                        new EvaluationRequest.Data(
                                data.data, data.format, data.split, data.splitSeed, SplitName.TEST),
                        new EvaluationRequest.Scoring(
                                options.output.output.toAbsolutePath().getFileName().toString(),
                                settings.values().of(task.dataSettings()),
                                0),
                        EvaluationRequest.Running.builder(folder)
                                .overwrite(options.output.overwrite)
                                .batchSize(options.batchSize)
                                .workers(options.workers.count())
                                .device(Devices.resolve(options.device))
                                .build());
        Evaluation evaluation = new Evaluation(options.output.output, null, request);
        return EvaluationText.of(
                folder,
                evaluation.run(context.progress(), context.cancellation(), context.record()));
    }

    private String text(FineTuning.Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "%s: %s, %d epochs; best epoch %d with validation %s %.4f; %smodel in %s",
                options.output.output,
                ended(outcome),
                outcome.epochs(),
                outcome.bestEpoch(),
                outcome.metric(),
                outcome.bestScore(),
                outcome.skipped() == 0
                        ? ""
                        : Words.counted(outcome.skipped(), "sample") + " skipped; ",
                outcome.model());
    }
}
