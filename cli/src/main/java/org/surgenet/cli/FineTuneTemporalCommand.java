package org.surgenet.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.SettingException;
import org.surgenet.dataset.SplitName;
import org.surgenet.metrics.Timing;
import org.surgenet.temporal.HeadKind;
import org.surgenet.temporal.SequenceWeights;
import org.surgenet.temporal.TemporalRequest;
import org.surgenet.temporal.TemporalTraining;
import org.surgenet.train.EventLog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code surgenet finetune-temporal}. */
@Command(
        name = "finetune-temporal",
        description = {
            "Train a temporal head for surgical phases on features that 'surgenet embed' wrote.",
            "",
            "tecno is TeCNO (Czempiel et al. 2020), mstcn++ is MS-TCN++ (Li et al. 2020), each with"
                    + " the settings of its authors' code unless options say otherwise; linear is"
                    + " one layer on each frame alone, to compare with. A step is a whole video;"
                    + " the epoch with the highest accuracy on the validation videos is kept.",
            "",
            "online predicts each frame from it and earlier frames alone, offline from the whole"
                    + " video. Predictions and scores say which, and bootstrap-stats does not"
                    + " compare one with the other.",
            "",
            "Writes head.safetensors, and predictions.csv with the targets: 'surgenet evaluate"
                    + " --predictions=DIR/predictions.csv' makes scores.csv of it. The same"
                    + " command again resumes the training; other values of --smooth or"
                    + " --split-name then only predict anew."
        },
        footer = {
            "",
            "Example:",
            "  surgenet finetune-temporal --features features --head tecno --output tecno1"
        })
final class FineTuneTemporalCommand extends SurgenetCommand {
    private static final Logger LOG = LoggerFactory.getLogger(FineTuneTemporalCommand.class);

    @Option(
            names = "--features",
            required = true,
            paramLabel = "DIR|FILE",
            description =
                    "Features with the columns label, video and time_s: the directory that embed"
                            + " wrote, or a .csv, .npy or .safetensors file (the latter two with"
                            + " rows.csv beside them).")
    Path features;

    @Option(names = "--split", paramLabel = "FILE", description = LabelledDataOptions.SPLIT)
    Path split;

    // Null unless given: then a split that is not drawn is worth a warning.
    @Option(names = "--split-seed", paramLabel = "N", description = LabelledDataOptions.SPLIT_SEED)
    Long splitSeed;

    @Option(
            names = "--head",
            defaultValue = "tecno",
            paramLabel = "tecno|mstcn++|linear",
            description = "Head to train (default: ${DEFAULT-VALUE}).")
    String head;

    @Option(
            names = "--timing",
            paramLabel = "online|offline",
            description =
                    "Frames that a prediction may use: online, the frame and earlier ones; offline,"
                            + " all of the video. Default: as published, online for tecno and"
                            + " offline for mstcn++; online for the smoothing of linear.")
    Timing timing;

    // Null stands for the head's own, in these and the following.
    @Option(
            names = "--stages",
            paramLabel = "N",
            description =
                    "Stages, each refining the one before (default: 2 for tecno, 4 for mstcn++).")
    Integer stages;

    @Option(
            names = "--layers",
            paramLabel = "N",
            description =
                    "Dilated layers of a stage; for mstcn++ of each stage but the first (default:"
                            + " 9 for tecno, 10 for mstcn++).")
    Integer layers;

    @Option(
            names = "--generation-layers",
            paramLabel = "N",
            description =
                    "Dual dilated layers of the first stage of mstcn++ (default: 11). Other heads"
                            + " have none.")
    Integer generationLayers;

    @Option(
            names = "--maps",
            paramLabel = "N",
            description = "Channels inside a stage (default: 45 for tecno, 64 for mstcn++).")
    Integer maps;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description =
                    "Passes over the training videos (default: 12 for tecno, 100 for mstcn++ and"
                            + " linear).")
    Integer epochs;

    @Option(
            names = "--lr",
            paramLabel = "X",
            description =
                    "Learning rate of Adam, constant (default: 7e-5 for tecno, 5e-4 for mstcn++,"
                            + " 1e-3 for linear).")
    Double lr;

    @Option(
            names = "--smoothing-weight",
            paramLabel = "X",
            description =
                    "Weight of MS-TCN's truncated smoothing loss beside the cross-entropy; 0 leaves"
                            + " it out (default: 0.15 for mstcn++, 0 for others).")
    Double smoothingWeight;

    @Option(
            names = "--class-weights",
            paramLabel = "none|median",
            description =
                    "Weights of the phases in the cross-entropy; median divides the median"
                            + " number of training frames by the phase's (default: median for"
                            + " tecno, none for others).")
    SequenceWeights classWeights;

    @Option(
            names = "--split-name",
            paramLabel = "val|test",
            defaultValue = "test",
            description = "Part of the split to predict (default: ${DEFAULT-VALUE}).")
    SplitName splitName;

    @Option(
            names = "--smooth",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Smooth the predictions: each becomes the most frequent one of N frames, online"
                            + " the frame and those before it, offline with the frame in the"
                            + " middle; 1 = no smoothing (default: ${DEFAULT-VALUE}).")
    int smooth;

    @Mixin OutputOptions output;

    @Mixin KeepingOptions keeping;

    @Mixin SeedOption seed;

    @Mixin DeviceOption device;

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.of(output.output);
    }

    @Override
    protected boolean goesOn() {
        return true;
    }

    @Override
    protected List<String> results() {
        return List.of(
                "log.jsonl",
                EventLog.FILE_NAME,
                "curves.png",
                "head.safetensors",
                "predictions.csv",
                "predictions.json");
    }

    private HeadKind kind() {
        return HeadKind.of(head)
                .orElseThrow(
                        () ->
                                new SettingException(
                                        "head", head, "must be tecno, mstcn++ or linear"));
    }

    private TemporalTraining training() {
        HeadKind kind = kind();
        requireUsed("generation-layers", generationLayers, kind == HeadKind.MSTCN);
        requireUsed("stages", stages, kind != HeadKind.LINEAR);
        requireUsed("layers", layers, kind != HeadKind.LINEAR);
        requireUsed("maps", maps, kind != HeadKind.LINEAR);
        if (timing != null) {
            requireUsed("timing", timing.label(), kind != HeadKind.LINEAR || smooth > 1);
        }
        HeadKind.Shape shape = kind.shape();
        HeadKind.Learning learning = kind.learning();
        TemporalTraining training =
                new TemporalTraining(
                        new TemporalRequest(
                                new TemporalRequest.Data(features, split, splitSeed),
                                new TemporalRequest.Model(
                                        kind,
                                        or(timing, kind.timing().orElse(Timing.ONLINE)),
                                        HeadKind.Shape.builder()
                                                .stages(or(stages, shape.stages()))
                                                .generationLayers(
                                                        or(
                                                                generationLayers,
                                                                shape.generationLayers()))
                                                .layers(or(layers, shape.layers()))
                                                .maps(or(maps, shape.maps()))
                                                .build()),
                                learning.toBuilder()
                                        .epochs(or(epochs, learning.epochs()))
                                        .lr(or(lr, learning.lr()))
                                        .smoothing(or(smoothingWeight, learning.smoothing()))
                                        .weights(or(classWeights, learning.weights()))
                                        .build(),
                                new TemporalRequest.Predicting(splitName, smooth),
                                new TemporalRequest.Running(
                                        output.output,
                                        output.overwrite,
                                        seed.seed,
                                        Devices.resolve(device),
                                        keeping.keeping(),
                                        Version.VERSION)));
        training.notes().forEach(note -> LOG.warn("{}: {}", features, note));
        return training;
    }

    private static <T> T or(T given, T published) {
        return given == null ? published : given;
    }

    private void requireUsed(String key, Object value, boolean used) {
        if (value != null && !used) {
            throw new SettingException(key, value, "has no effect with --head " + head);
        }
    }

    @Override
    protected int dryRun(Context context) {
        context.out().print(training().plan());
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        TemporalTraining training = training();
        context.record().input(features);
        TemporalTraining.Outcome outcome =
                training.run(context.progress(), context.cancellation(), context.record());
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s: %s, %d epochs; best epoch %d with validation accuracy %.4f;"
                                + " predictions of %d frames in %s%n",
                        output.output,
                        ended(outcome),
                        outcome.epochs(),
                        outcome.bestEpoch(),
                        outcome.bestAccuracy(),
                        outcome.frames(),
                        outcome.predictions());
        return ExitCode.DONE;
    }
}
