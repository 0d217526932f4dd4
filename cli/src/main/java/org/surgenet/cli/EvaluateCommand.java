package org.surgenet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.surgenet.common.UserException;
import org.surgenet.dataset.SplitName;
import org.surgenet.finetune.Evaluation;
import org.surgenet.finetune.TaskKind;
import org.surgenet.metrics.DiceAverage;
import org.surgenet.metrics.EmptyScore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code surgenet evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "Score a fine-tuned model on a part of a labelled data set, patient by patient.",
            "",
            "Writes scores.csv (for bootstrap-stats), metrics.json, predictions, overlays or"
                    + " ribbons, confusion matrices and report.html. Segmentation is scored at the"
                    + " masks' own size, predictions being enlarged by the nearest pixel."
        },
        footer = {
            "",
            "Example:",
            "  surgenet evaluate --model seg1 --data CholecSeg8k --format cholecseg8k --split-name"
                    + " test --output seg1-test"
        })
final class EvaluateCommand extends SurgenetCommand {
    private static final Map<TaskKind, List<String>> MAIN =
            Map.of(
                    TaskKind.SEG, List.of("dice", "iou"),
                    TaskKind.PHASE, List.of("accuracy", "macro_f1"),
                    TaskKind.CVS, List.of("map", "balanced_accuracy"));

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR|FILE",
            description = "Directory of a fine-tuning, or its model.safetensors.")
    Path model;

    @Option(
            names = "--model-name",
            paramLabel = "NAME",
            description =
                    "The model's name in scores.csv; runs of one model with several seeds should"
                            + " share it (default: the directory's name).")
    String modelName;

    @Mixin LabelledDataOptions data;

    @Option(
            names = "--frames",
            paramLabel = "FRAMES",
            description =
                    "Frames of phases: a folder, frames.csv or curated.csv (default: frames/ below"
                            + " --data).")
    Path frames;

    @Option(
            names = "--split-name",
            paramLabel = "train|val|test",
            defaultValue = "test",
            description = "The part to score (default: ${DEFAULT-VALUE}).")
    SplitName splitName;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Seed of a split that is drawn (default: that of the model's training, which"
                            + " gives the same split).")
    Long seed;

    @Option(
            names = "--dice-average",
            paramLabel = "patient|image|dataset",
            defaultValue = "patient",
            description =
                    "Over what Dice is averaged; metrics.json has all three (default:"
                            + " ${DEFAULT-VALUE}).")
    DiceAverage diceAverage;

    @Option(
            names = "--empty",
            paramLabel = "nan|one|zero",
            defaultValue = "nan",
            description =
                    "Dice of a class in neither target nor prediction; nan leaves it out (default:"
                            + " ${DEFAULT-VALUE}).")
    EmptyScore empty;

    @Mixin InferenceOptions inference;

    @Mixin OutputOptions output;

    @Mixin WorkersOption workers;

    @Mixin DeviceOption device;

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.of(output.output);
    }

    private Evaluation evaluation() {
        return new Evaluation(
                new Evaluation.Request(
                        model,
                        name(),
                        data.data,
                        data.format,
                        frames,
                        data.split,
                        seed,
                        splitName,
                        diceAverage,
                        empty,
                        inference.overlays,
                        output.output,
                        output.overwrite,
                        inference.batchSize,
                        workers.count(),
                        Devices.resolve(device)));
    }

    private String name() {
        if (modelName != null) {
            if (modelName.isBlank()) {
                throw new UserException("--model-name is empty");
            }
            return modelName;
        }
        Path path = model.toAbsolutePath().normalize();
        Path file = path.getFileName();
        boolean weights = file != null && file.toString().equals("model.safetensors");
        Path named = weights && path.getParent() != null ? path.getParent().getFileName() : file;
        return named == null ? "model" : named.toString();
    }

    @Override
    protected int dryRun(Context context) {
        context.out().print(evaluation().plan());
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        Evaluation evaluation = evaluation();
        context.record().input(model);
        context.record().input(data.data);
        Evaluation.Outcome outcome = evaluation.run(context.progress(), context.cancellation());
        JsonNode metrics = outcome.metrics();
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s: %s; %s on %d images of %d patients; scores in %s%n",
                        output.output,
                        outcome.alreadyComplete() ? "was complete already" : "done",
                        MAIN.get(outcome.task()).stream()
                                .map(metric -> metric + " " + shown(metrics.path(metric)))
                                .collect(Collectors.joining(", ")),
                        metrics.path("images").asLong(),
                        metrics.path("patients").asLong(),
                        output.output.resolve("scores.csv"));
        return ExitCode.DONE;
    }

    private static String shown(JsonNode value) {
        return value.isNumber()
                ? String.format(Locale.ROOT, "%.4f", value.asDouble())
                : "undefined";
    }
}
