package org.surgenet.cli;

import java.nio.file.Path;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Datasets;
import org.surgenet.dataset.PhaseSample;
import org.surgenet.finetune.ClassWeights;
import org.surgenet.finetune.Objective;
import org.surgenet.finetune.TaskKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code surgenet finetune-phase}. */
@Command(
        name = "finetune-phase",
        description = {
            "Fine-tune a backbone for surgical phases, frame by frame, under its own head.",
            "",
            "Frames find their label by their time, so they need the frames.csv that extract-frames"
                    + " writes. The epoch that scores highest on the validation videos becomes"
                    + " model.safetensors. The same command again goes on where it stopped."
        },
        footer = {
            "",
            "Example:",
            "  surgenet finetune-phase --data cholec80 --format cholec80 --weights"
                    + " run1/backbone.safetensors --output phase1"
        })
final class FineTunePhaseCommand extends FineTuneCommand<PhaseSample> {
    @Option(
            names = "--frames",
            paramLabel = "FRAMES",
            description =
                    "Frames of the videos: a folder, frames.csv or curated.csv (default: frames/"
                            + " below --data).")
    Path frames;

    @Option(
            names = "--size",
            paramLabel = "WxH",
            defaultValue = "256x256",
            description =
                    "Size of the network's input; pictures are resized to it, whatever their shape"
                            + " (default: ${DEFAULT-VALUE}).")
    String size;

    @Option(
            names = "--class-weights",
            paramLabel = "none|balanced|W,...",
            defaultValue = "none",
            description =
                    "Weights of the phases in the loss; balanced takes them from the training part"
                            + " (default: ${DEFAULT-VALUE}).")
    String classWeights;

    @Option(
            names = "--best-by",
            paramLabel = "accuracy|macro-f1",
            defaultValue = "accuracy",
            description =
                    "Score of the validation videos, a mean over videos, that decides which epoch"
                            + " is kept (default: ${DEFAULT-VALUE}).")
    String bestBy;

    @Override
    TaskKind task() {
        return TaskKind.PHASE;
    }

    @Override
    Dataset<PhaseSample> read() {
        return Datasets.phases(data.format, data.data, frames, quietly());
    }

    @Override
    Objective<PhaseSample> objective() {
        return Objective.phases(
                Objective.PhaseMetric.parse(bestBy), ClassWeights.parse(classWeights));
    }

    @Override
    String size() {
        return size;
    }
}
