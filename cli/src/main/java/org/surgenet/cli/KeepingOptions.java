package org.surgenet.cli;

import org.surgenet.train.TrainingLoop;
import picocli.CommandLine.Option;

/** What a training saves, and what it bears; none of it changes its result. */
final class KeepingOptions {
    @Option(
            names = "--checkpoint-every-steps",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Save a checkpoint every N steps as well as after each epoch (default:"
                            + " ${DEFAULT-VALUE}, never).")
    int checkpointEverySteps;

    @Option(
            names = "--keep-last",
            defaultValue = "1",
            paramLabel = "N",
            description =
                    "Keep the N newest checkpoints: checkpoints/last, and earlier ones named by"
                            + " their step. To resume from one, rename it to last (default:"
                            + " ${DEFAULT-VALUE}).")
    int keepLast;

    @Option(
            names = "--keep-every-epochs",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Keep a permanent checkpoint every N epochs (default: ${DEFAULT-VALUE},"
                            + " none).")
    int keepEveryEpochs;

    @Option(
            names = "--max-bad-fraction",
            defaultValue = "0.1",
            paramLabel = "X",
            description =
                    "Stop when more than this fraction of the images cannot be read; until then"
                            + " they are skipped and listed (default: ${DEFAULT-VALUE}).")
    double maxBadFraction;

    TrainingLoop.Keeping keeping() {
        return TrainingLoop.Keeping.builder()
                .checkpointEverySteps(checkpointEverySteps)
                .keepLast(keepLast)
                .keepEveryEpochs(keepEveryEpochs)
                .maxBadFraction(maxBadFraction)
                .build();
    }
}
