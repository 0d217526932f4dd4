package org.surgenet.cli;

import java.util.List;

/**
 * The subcommands of {@code surgenet}. Apart from {@link Main}, so that a program of one command
 * does not bring the others with it.
 */
final class Commands {
    /** The subcommands in the order of the work. */
    static final List<Class<?>> ALL =
            List.of(
                    // Data.
                    ExtractFramesCommand.class,
                    CurateCommand.class,
                    MakeSampleCommand.class,
                    // Training.
                    PretrainCommand.class,
                    EmbedCommand.class,
                    FineTuneSegCommand.class,
                    FineTunePhaseCommand.class,
                    FineTuneCvsCommand.class,
                    // Comparison.
                    EvaluateCommand.class,
                    PredictCommand.class,
                    BootstrapStatsCommand.class,
                    // Weights.
                    WeightsCommand.class,
                    // The machine.
                    DoctorCommand.class);

    private Commands() {}
}
