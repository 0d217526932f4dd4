package org.surgenet.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.surgenet.common.UserException;
import org.surgenet.dataset.ClassMerges;
import org.surgenet.dataset.SplitName;
import org.surgenet.finetune.Evaluation;
import org.surgenet.finetune.EvaluationRequest;
import org.surgenet.finetune.PredictionEvaluation;
import org.surgenet.finetune.Tasks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code surgenet evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "Score a fine-tuned model, or anybody's predictions, on a part of a labelled data set,"
                    + " patient by patient.",
            "",
            "Writes scores.csv per patient or video; counts.csv (segmentation, phases) or"
                    + " probabilities.csv (CVS), from which bootstrap-stats takes the main scores"
                    + " again on resampled patients; metrics.json, predictions, overlays or"
                    + " ribbons, confusion matrices and report.html. Segmentation is scored at the"
                    + " masks' own size, predictions being enlarged by the nearest pixel.",
            "",
            "Whole pictures are resized to the model's input size, whatever their shape, as in its"
                    + " training; metrics.json and run.json say how."
        },
        footer = {
            "",
            "Example:",
            "  surgenet evaluate --model seg1 --data CholecSeg8k --format cholecseg8k --split-name"
                    + " test --output seg1-test",
            "  surgenet evaluate --predictions theirs/phases.csv --model-name theirs --output"
                    + " theirs"
        })
final class EvaluateCommand extends SurgenetCommand {
    @Option(
            names = "--model",
            paramLabel = "DIR|FILE",
            description =
                    "Directory of a fine-tuning, or its model.safetensors. This or --predictions.")
    Path model;

    @Option(
            names = "--predictions",
            paramLabel = "DIR|FILE",
            description =
                    "Score predictions of any program instead of a model: a folder of masks (PNG or"
                            + " NPY, classes as 0, 1, ..., at the masks' size), or a CSV of frames"
                            + " as predictions.csv is: path, or video and time_s; prediction for"
                            + " phases; p_NAME for each criterion of CVS. With the columns video"
                            + " and target, or votes_NAME or target_NAME, it needs no --data.")
    Path predictions;

    @Option(
            names = "--model-name",
            paramLabel = "NAME",
            description =
                    "The model's name in scores.csv; runs of one model with several seeds should"
                            + " share it (default: the directory's name).")
    String modelName;

    @Option(
            names = "--dataset-name",
            paramLabel = "NAME",
            defaultValue = PredictionEvaluation.DATASET,
            description =
                    "The data set's name in scores.csv where targets lie beside --predictions;"
                            + " models are compared on equal names (default: ${DEFAULT-VALUE}).")
    String datasetName;

    @Mixin EvaluationDataOptions data;

    @Option(
            names = "--split-name",
            paramLabel = "train|val|test",
            defaultValue = "test",
            description = "Part of the split to score (default: ${DEFAULT-VALUE}).")
    SplitName splitName;

    @Mixin
    final SettingOptions settings =
            new SettingOptions(
                    Tasks.settings(
                            task ->
                                    Stream.concat(
                                                    task.dataSettings().stream(),
                                                    task.scoringSettings().stream())
                                            .toList()));

    @Mixin InferenceOptions inference;

    @Mixin OutputOptions output;

    @Mixin WorkersOption workers;

    @Mixin DeviceOption device;

    @Spec
    void describe(CommandSpec spec) {
        List<String> footer = new ArrayList<>(List.of("", "Formats of --data:"));
        Tasks.readers().forEach(reader -> footer.add("  " + reader.layout()));
        footer.addAll(List.of(spec.usageMessage().footer()));
        spec.usageMessage().footer(footer.toArray(String[]::new));
    }

    @Override
    protected List<String> results() {
        Set<String> names =
                new LinkedHashSet<>(
                        List.of(
                                "metrics.json",
                                "scores.csv",
                                "report.html",
                                "confusion.png",
                                "curves.png",
                                "precision.png"));
        Tasks.ALL.forEach(task -> names.addAll(task.results()));
        return List.copyOf(names);
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.of(output.output);
    }

    private Evaluation evaluation() {
        return new Evaluation(model, inference.resize, request());
    }

    private PredictionEvaluation predictionEvaluation() {
        return new PredictionEvaluation(predictions, datasetName, request());
    }

    /** Whether predictions are scored, not a model. */
    private boolean foreign() {
        if ((model == null) == (predictions == null)) {
            throw new UserException("give either --model or --predictions");
        }
        if (model != null && (data.data == null || data.format == null)) {
            throw new UserException("--model needs --data and --format");
        }
        return predictions != null;
    }

    private EvaluationRequest request() {
        return new EvaluationRequest(
                new EvaluationRequest.Data(
                        data.data, data.format, data.split, data.splitSeed, splitName),
                new EvaluationRequest.Scoring(name(), settings.values(), inference.overlays),
                EvaluationRequest.Running.builder(output.output)
                        .overwrite(output.overwrite)
                        .batchSize(inference.batchSize)
                        .workers(workers.count())
                        .device(model == null ? null : Devices.resolve(device))
                        .build());
    }

    private String name() {
        if (modelName != null) {
            if (modelName.isBlank()) {
                throw new UserException("--model-name is empty");
            }
            return modelName;
        }
        Path path = (model == null ? predictions : model).toAbsolutePath().normalize();
        Path file = path.getFileName();
        boolean weights = file != null && file.toString().equals("model.safetensors");
        Path named = weights && path.getParent() != null ? path.getParent().getFileName() : file;
        String name = named == null ? "model" : named.toString();
        return model == null ? name.replaceFirst("\\.csv$", "") : name;
    }

    @Override
    protected int dryRun(Context context) {
        context.out().print(foreign() ? predictionEvaluation().plan() : evaluation().plan());
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        Path merges = settings.values().get(ClassMerges.SETTING);
        if (merges != null) {
            context.record().input(merges);
        }
        if (foreign()) {
            context.record().input(predictions);
            if (data.data != null) {
                context.record().input(data.data);
            }
            print(
                    context,
                    predictionEvaluation()
                            .run(context.progress(), context.cancellation(), context.record()));
            return ExitCode.DONE;
        }
        Evaluation evaluation = evaluation();
        context.record().input(model);
        evaluation.unfinished().ifPresent(how -> context.record().put("training_unfinished", how));
        context.record().input(data.data);
        context.record().put("preprocessing", evaluation.preprocessing());
        print(
                context,
                evaluation.run(context.progress(), context.cancellation(), context.record()));
        return ExitCode.DONE;
    }

    private void print(Context context, Evaluation.Outcome outcome) {
        context.out().println(EvaluationText.of(output.output, outcome));
    }
}
