package org.surgenet.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.surgenet.common.SameRun;
import org.surgenet.metrics.ScoresCsv;

/**
 * A cell with all that it takes to make it.
 *
 * @param cell what it is
 * @param folder of its training
 * @param division of the patients
 * @param split file for the division; empty where the plan's own split is taken as it is
 * @param commands that make it
 * @param settings what its result depends on: settings, weights, labels and division
 */
record PlannedCell(
        Cell cell,
        Path folder,
        Division division,
        Optional<Path> split,
        CellCommands commands,
        ObjectNode settings) {
    static final String WEIGHTS = "weights_sha256";
    static final String LABELS = "labels_sha256";
    static final String PATIENTS = "patients_sha256";

    private static final Map<String, String> HASHES =
            Map.of(
                    WEIGHTS,
                    "the file of weights is another",
                    LABELS,
                    "samples or labels of the data set have changed",
                    PATIENTS,
                    "other patients train, validate or test");

    /** How far a cell is. */
    enum State {
        DONE,
        /** Never begun, or begun and not ended. */
        OPEN,
        /** Its last run ended with an error. */
        FAILED,
        /** Made with other settings or inputs than the plan has now. */
        CHANGED
    }

    /** The record of how the cell was made. */
    Path record() {
        return folder.resolveSibling(folder.getFileName() + ".json");
    }

    /** What its commands said. */
    Path log() {
        return folder.resolveSibling(folder.getFileName() + ".log");
    }

    /** The scores on the test part. */
    Path scores() {
        return CellProgram.scores(folder).resolve(ScoresCsv.FILE_NAME);
    }

    State state() {
        Optional<CellRecord> made = CellRecord.read(record());
        if (made.isEmpty()) {
            return State.OPEN;
        }
        if (change(made.get()).isPresent()) {
            return State.CHANGED;
        }
        return switch (made.get().status()) {
            case DONE, DONE_WITH_SKIPPED -> Files.isRegularFile(scores()) ? State.DONE : State.OPEN;
            case FAILED -> State.FAILED;
            case RUNNING -> State.OPEN;
        };
    }

    /** What differs from when it was made, in words. */
    Optional<String> change(CellRecord made) {
        return SameRun.change(made.settings(), settings).map(PlannedCell::said);
    }

    /** Whether what differs is how the model is scored, so that it need not be trained again. */
    boolean onlyScoringChanged(CellRecord made) {
        return change(made).isPresent()
                && SameRun.change(withoutScoring(made.settings()), withoutScoring(settings))
                        .isEmpty();
    }

    private static JsonNode withoutScoring(JsonNode all) {
        ObjectNode rest = all.deepCopy();
        rest.remove(CellCommands.SCORING);
        return rest;
    }

    /** Hashes tell nobody anything. */
    private static String said(String change) {
        for (Map.Entry<String, String> hash : HASHES.entrySet()) {
            if (change.startsWith(hash.getKey())) {
                return hash.getValue();
            }
        }
        return change;
    }
}
