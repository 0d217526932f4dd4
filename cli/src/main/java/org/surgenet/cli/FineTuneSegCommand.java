package org.surgenet.cli;

import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Datasets;
import org.surgenet.dataset.SegmentationSample;
import org.surgenet.finetune.Objective;
import org.surgenet.finetune.TaskKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code surgenet finetune-seg}. */
@Command(
        name = "finetune-seg",
        description = {
            "Fine-tune a backbone for segmentation, under SurgeNet's FPN decoder.",
            "",
            "The epoch with the highest Dice on the validation patients (pixels summed per patient"
                    + " and class, background left out) becomes model.safetensors. The same command"
                    + " again goes on where it stopped."
        },
        footer = {
            "",
            "Example:",
            "  surgenet finetune-seg --data CholecSeg8k --format cholecseg8k --weights"
                    + " run1/backbone.safetensors --output seg1"
        })
final class FineTuneSegCommand extends FineTuneCommand<SegmentationSample> {
    @Option(
            names = "--size",
            paramLabel = "WxH",
            defaultValue = "256x256",
            description =
                    "Size of the network's input, multiples of 32; pictures are resized to it,"
                            + " whatever their shape (default: ${DEFAULT-VALUE}).")
    String size;

    @Option(
            names = "--loss",
            paramLabel = "ce|ce-dice",
            defaultValue = "ce",
            description =
                    "Loss: cross-entropy of the labelled pixels, or that plus soft Dice (default:"
                            + " ${DEFAULT-VALUE}).")
    String loss;

    @Option(
            names = "--classes",
            paramLabel = "13|8",
            description =
                    "Classes of cholecseg8k: all 13, or EndoViT's 8 with rare tissues and the"
                            + " instruments merged (default: 13).")
    Integer classes;

    @Override
    TaskKind task() {
        return TaskKind.SEG;
    }

    @Override
    Dataset<SegmentationSample> read() {
        return Datasets.segmentation(data.format, data.data, classes, quietly());
    }

    @Override
    Objective<SegmentationSample> objective() {
        return Objective.segmentation(Objective.SegmentationLoss.parse(loss));
    }

    @Override
    String size() {
        return size;
    }
}
