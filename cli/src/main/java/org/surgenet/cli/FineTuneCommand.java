package org.surgenet.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Progress;
import org.surgenet.common.Words;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.finetune.FineTunePreset;
import org.surgenet.finetune.FineTuning;
import org.surgenet.finetune.Objective;
import org.surgenet.finetune.TaskKind;
import org.surgenet.train.EventLog;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the three fine-tuning commands do alike. */
abstract class FineTuneCommand<S extends Sample> extends TrainingCommand {
    private static final Logger LOG = LoggerFactory.getLogger(FineTuneCommand.class);

    @Mixin LabelledDataOptions data;

    @Mixin FineTuneOptions options;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "Settings that belong together: paper-unverified (all tasks; what an article"
                            + " says of the paper), endovit (segmentation), camma (CVS). Options"
                            + " given here or in the configuration file win.")
    String preset;

    abstract TaskKind task();

    abstract Dataset<S> read();

    abstract Objective<S> objective();

    abstract String size();

    @Override
    protected final Map<String, String> preset(String name) {
        return FineTunePreset.of(task(), name).options();
    }

    @Override
    protected final Path output() {
        return options.output.output;
    }

    @Override
    protected final List<String> results() {
        return List.of(
                "log.jsonl",
                EventLog.FILE_NAME,
                "curves.png",
                "failures.csv",
                "model.safetensors",
                "model.json");
    }

    private FineTuning<S> tuning() {
        Dataset<S> dataset = read();
        dataset.notes().forEach(note -> LOG.warn("{}: {}", data.data, note));
        if (preset != null) {
            LOG.info("--preset {}: {}", preset, FineTunePreset.of(task(), preset).source());
        }
        Split split =
                Split.of(
                        dataset,
                        data.split,
                        data.splitSeed == null ? Split.DEFAULT_SEED : data.splitSeed);
        split.unusedSeed(data.splitSeed).ifPresent(LOG::warn);
        return new FineTuning<>(
                options.request(size()), dataset, split, objective(), communicator());
    }

    @Override
    protected final int dryRun(Context context) {
        context.out().print(tuning().plan());
        return ExitCode.DONE;
    }

    @Override
    protected final int execute(Context context) throws Exception {
        FineTuning<S> tuning = tuning();
        context.record().input(data.data);
        if (data.split != null) {
            context.record().input(data.split);
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
        }
        return outcome.skipped() == 0 ? ExitCode.DONE : ExitCode.DONE_WITH_SKIPPED;
    }

    private String text(FineTuning.Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "%s: %s, %d epochs; best epoch %d with validation %s %.4f; %smodel in %s",
                options.output.output,
                outcome.alreadyComplete() ? "was complete already" : "done",
                outcome.epochs(),
                outcome.bestEpoch(),
                outcome.metric(),
                outcome.bestScore(),
                outcome.skipped() == 0
                        ? ""
                        : Words.counted(outcome.skipped(), "sample") + " skipped; ",
                outcome.model());
    }

    /** Reading shows no progress: a run is recorded only once its data are found good. */
    static Progress quietly() {
        return Progress.NONE;
    }
}
