package org.surgenet.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.surgenet.pretrain.PretrainRequest;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a pretraining run goes; on a CPU none of these but the seed changes its result. */
final class PretrainRunOptions {
    @Option(
            names = "--checkpoint-every-steps",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Save the state every N steps too, not only at the end of each epoch (default:"
                            + " ${DEFAULT-VALUE}, never).")
    int checkpointEverySteps;

    @Option(
            names = "--keep-last",
            defaultValue = "1",
            paramLabel = "N",
            description =
                    "Keep the N newest states: checkpoints/last, and those before it by their step."
                            + " To go back to one, put it in the place of last (default:"
                            + " ${DEFAULT-VALUE}).")
    int keepLast;

    @Option(
            names = "--keep-every-epochs",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Keep the state of every Nth epoch for good (default: ${DEFAULT-VALUE},"
                            + " none).")
    int keepEveryEpochs;

    @Option(
            names = "--max-bad-fraction",
            defaultValue = "0.1",
            paramLabel = "X",
            description =
                    "Stop when more than this share of the frames cannot be read; until then they"
                            + " are skipped and listed (default: ${DEFAULT-VALUE}).")
    double maxBadFraction;

    @Option(
            names = "--knn-probe",
            paramLabel = "CSV",
            description =
                    "Labelled images (columns path, label and perhaps video) for a"
                            + " nearest-neighbour probe of the features.")
    Path knnProbe;

    @Option(
            names = "--knn-every-epochs",
            defaultValue = "1",
            paramLabel = "N",
            description = "Epochs between probes (default: ${DEFAULT-VALUE}).")
    int knnEveryEpochs;

    @Option(
            names = "--preview",
            paramLabel = "FILE",
            description =
                    "Draw some frames beside their augmented views as a PNG file before the run;"
                            + " with --dry-run, only that and the estimate.")
    Path preview;

    @Mixin SeedOption seed;

    @Mixin WorkersOption workers;

    @Mixin DeviceOption device;

    PretrainRequest.Running running() {
        return new PretrainRequest.Running(
                seed.seed,
                workers.count(),
                Devices.resolve(device),
                checkpointEverySteps,
                keepLast,
                keepEveryEpochs,
                maxBadFraction,
                Optional.ofNullable(knnProbe),
                knnEveryEpochs);
    }
}
