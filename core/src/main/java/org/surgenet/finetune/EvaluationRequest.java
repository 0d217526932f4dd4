package org.surgenet.finetune;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.dataset.SplitName;
import org.surgenet.task.Task;

/**
 * What an evaluation is asked for, whatever is evaluated.
 *
 * @param data the targets
 * @param scoring how they are scored
 * @param running where and how it runs
 */
public record EvaluationRequest(Data data, Scoring scoring, Running running) {
    /**
     * Labelled data, and the part of them to score.
     *
     * @param folder of the data; null where targets lie beside predictions
     * @param format of the data; null likewise
     * @param splitFile null for the data set's own split or a drawn one
     * @param splitSeed of a drawn split; null for that of the model's
     * @param part to be scored
     */
    public record Data(Path folder, String format, Path splitFile, Long splitSeed, SplitName part) {
        /** Targets beside the predictions. */
        public static final Data NONE = new Data(null, null, null, null, SplitName.TEST);
    }

    /**
     * How it is scored.
     *
     * @param modelName in {@code scores.csv}
     * @param values of the task's settings of data and scoring
     * @param overlays pictures to draw where the task has any
     */
    public record Scoring(String modelName, SettingValues values, int overlays) {}

    /**
     * Where and how.
     *
     * @param output directory
     * @param overwrite whether to do it again
     * @param batchSize images per forward pass
     * @param workers threads that prepare pictures
     * @param device of the network; null where there is none
     */
    public record Running(
            Path output, boolean overwrite, int batchSize, int workers, Device device) {}

    public EvaluationRequest {
        if (running.batchSize < 1) {
            throw new SettingException("batch-size", running.batchSize, "must be at least 1");
        }
        if (scoring.overlays < 0) {
            throw new SettingException("overlays", scoring.overlays, "must not be negative");
        }
    }

    /**
     * Refuses settings that this task's data and scoring do not have.
     *
     * @throws SettingException about the first
     */
    void requireRead(Task<?, ?> task) {
        List<Setting<?>> read =
                Stream.concat(task.dataSettings().stream(), task.scoringSettings().stream())
                        .toList();
        scoring.values.requireRead(
                read,
                key ->
                        "is for "
                                + Tasks.ALL.stream()
                                        .filter(other -> has(other, key))
                                        .map(Task::title)
                                        .collect(Collectors.joining(" and "))
                                + ", but this is "
                                + task.title());
    }

    private static boolean has(Task<?, ?> task, String key) {
        return Stream.concat(task.dataSettings().stream(), task.scoringSettings().stream())
                .anyMatch(setting -> setting.key().equals(key));
    }
}
