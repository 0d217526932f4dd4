package org.surgenet.cli;

import org.surgenet.dataset.CvsSample;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Datasets;
import org.surgenet.finetune.ClassWeights;
import org.surgenet.finetune.Objective;
import org.surgenet.finetune.TaskKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code surgenet finetune-cvs}. */
@Command(
        name = "finetune-cvs",
        description = {
            "Fine-tune a backbone for the three criteria of the critical view of safety.",
            "",
            "The targets are the shares of raters who saw a criterion fulfilled. The epoch with the"
                + " highest mean average precision on the validation videos, against the raters'"
                + " majority, becomes model.safetensors. The same command again goes on where it"
                + " stopped."
        },
        footer = {
            "",
            "Example:",
            "  surgenet finetune-cvs --data endoscapes --format endoscapes --weights"
                    + " run1/backbone.safetensors --output cvs1"
        })
final class FineTuneCvsCommand extends FineTuneCommand<CvsSample> {
    @Option(
            names = "--size",
            paramLabel = "WxH",
            defaultValue = "399x224",
            description =
                    "Size of the network's input; pictures are resized to it, whatever their shape"
                            + " (default: ${DEFAULT-VALUE}).")
    String size;

    @Option(
            names = "--class-weights",
            paramLabel = "none|balanced|W,W,W",
            defaultValue = "none",
            description =
                    "Weights of fulfilled criteria in the loss; balanced takes negative per"
                            + " positive votes of the training part (default: ${DEFAULT-VALUE}).")
    String classWeights;

    @Override
    TaskKind task() {
        return TaskKind.CVS;
    }

    @Override
    Dataset<CvsSample> read() {
        return Datasets.cvs(data.format, data.data, quietly());
    }

    @Override
    Objective<CvsSample> objective() {
        return Objective.cvs(ClassWeights.parse(classWeights));
    }

    @Override
    String size() {
        return size;
    }
}
