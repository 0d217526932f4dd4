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
                    "Stop when more than this share of the images cannot be read; until then they"
                            + " are skipped and listed (default: ${DEFAULT-VALUE}).")
    double maxBadFraction;

    TrainingLoop.Keeping keeping() {
        return new TrainingLoop.Keeping(
                checkpointEverySteps, keepLast, keepEveryEpochs, maxBadFraction);
    }
}
