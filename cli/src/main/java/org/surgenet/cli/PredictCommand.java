package org.surgenet.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.common.Words;
import org.surgenet.finetune.Prediction;
import org.surgenet.frames.FrameLists;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code surgenet predict}. */
@Command(
        name = "predict",
        description = {
            "Apply a fine-tuned model to frames without labels.",
            "",
            "Writes predictions.csv; for segmentation also masks (class numbers, at the frames' own"
                    + " size) and overlays. Frames that cannot be read are listed in failures.csv.",
            "",
            "Whole frames are resized to the model's input size, whatever their shape, as in its"
                    + " training; run.json says how."
        },
        footer = {
            "",
            "Example:",
            "  surgenet predict --model seg1 --frames frames/video01 --output seg1-video01"
        })
final class PredictCommand extends SurgenetCommand {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR|FILE",
            description = "Directory of a fine-tuning, or its model.safetensors.")
    Path model;

    @Option(
            names = "--frames",
            required = true,
            paramLabel = "FRAMES",
            description =
                    "Frames: a folder, frames.csv, curated.csv (its kept rows) or a text list.")
    Path frames;

    @Mixin InferenceOptions inference;

    @Mixin OutputOptions output;

    @Mixin WorkersOption workers;

    @Mixin DeviceOption device;

    @Override
    protected List<String> results() {
        return List.of("predictions.csv", "predictions.json", "failures.csv", "masks", "overlays");
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.of(output.output);
    }

    private Prediction prediction() {
        return new Prediction(
                new Prediction.Request(
                        model,
                        FrameLists.read(frames),
                        output.output,
                        output.overwrite,
                        inference.overlays,
                        inference.batchSize,
                        workers.count(),
                        Devices.resolve(device),
                        inference.resize));
    }

    @Override
    protected int dryRun(Context context) {
        context.out().print(prediction().plan());
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        Prediction prediction = prediction();
        context.record().input(model);
        prediction.unfinished().ifPresent(how -> context.record().put("training_unfinished", how));
        context.record().input(frames);
        context.record().put("preprocessing", prediction.preprocessing());
        Prediction.Outcome outcome =
                prediction.run(context.progress(), context.cancellation(), context.record());
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s: %s; %s%n",
                        output.output,
                        ended(outcome),
                        Words.counted(outcome.frames(), "frame"));
        if (outcome.skipped() == 0) {
            return ExitCode.DONE;
        }
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s could not be read; see %s%n",
                        Words.counted(outcome.skipped(), "frame"),
                        output.output.resolve("failures.csv"));
        return ExitCode.DONE_WITH_SKIPPED;
    }
}
