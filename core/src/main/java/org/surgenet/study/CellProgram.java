package org.surgenet.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The program whose commands make a study's cells. */
public interface CellProgram {
    /** How a command ended. */
    enum Ending {
        DONE,
        /** Done, but some inputs were skipped and are listed. */
        DONE_WITH_SKIPPED,
        FAILED,
        /** Its state is saved. */
        INTERRUPTED
    }

    /**
     * Reads a data set as its fine-tuning would.
     *
     * @throws org.surgenet.common.UserException if it cannot be read
     */
    StudyData read(Plan.LabelledData data);

    /**
     * The commands of a cell.
     *
     * @param folder of the training; the evaluation goes to {@link #scores}
     * @param split file of the patients' parts; empty for the plan's own
     */
    CellCommands commands(Cell cell, Path folder, Optional<Path> split);

    /** The folder of a cell's evaluation. */
    static Path scores(Path folder) {
        return folder.resolve("test");
    }

    /**
     * The file that a cell's weights are in; empty for random ones.
     *
     * @throws org.surgenet.common.UserException if they cannot be found
     */
    Optional<Path> weights(Plan.LabelledData data, Plan.Arm arm);

    /**
     * Measures the first steps of a data set's fine-tuning with the first of the weights.
     *
     * @param scratch folder for what the run leaves
     */
    CellCost measure(Plan.LabelledData data, Path scratch);

    /**
     * Runs a command.
     *
     * @param log file that all its messages are appended to
     */
    Ending run(List<String> command, Path log) throws IOException;
}
