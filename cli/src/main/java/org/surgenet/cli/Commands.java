package org.surgenet.cli;

import java.util.List;
import org.surgenet.finetune.Tasks;

/**
 * The subcommands of {@code surgenet}. Apart from {@link Main}, so that a program of one command
 * does not bring the others with it.
 */
final class Commands {
    /** The subcommands in the order of the work. */
    static final List<Subcommand> ALL =
            List.of(
                    // Data.
                    Subcommand.of(ExtractFramesCommand.class),
                    Subcommand.of(CurateCommand.class),
                    Subcommand.of(MakeSampleCommand.class),
                    Subcommand.of(DatasetCommand.class),
                    // Training.
                    Subcommand.of(PretrainCommand.class),
                    Subcommand.of(EmbedCommand.class),
                    Subcommand.of(ProbeCommand.class),
                    fineTuning("seg"),
                    fineTuning("phase"),
                    fineTuning("cvs"),
                    Subcommand.of(FineTuneTemporalCommand.class),
                    // Comparison.
                    Subcommand.of(EvaluateCommand.class),
                    Subcommand.of(PredictCommand.class),
                    Subcommand.of(BootstrapStatsCommand.class),
                    Subcommand.of(StudyCommand.class),
                    // Weights.
                    Subcommand.of(WeightsCommand.class),
                    // The machine.
                    Subcommand.of(DoctorCommand.class));

    private Commands() {}

    /** By the task's id: the tasks themselves are not loaded for other commands. */
    private static Subcommand fineTuning(String task) {
        return new Subcommand(
                "finetune-" + task, () -> new FineTuneCommand<>(Tasks.find(task).orElseThrow()));
    }
}
