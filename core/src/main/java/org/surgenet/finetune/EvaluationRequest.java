package org.surgenet.finetune;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.surgenet.common.Require;
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
    public record Scoring(String modelName, SettingValues values, int overlays) {
        /**
         * @throws SettingException if the number of overlays is negative
         */
        public Scoring {
            Require.notNegative("overlays", overlays);
        }
    }

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
            Path output, boolean overwrite, int batchSize, int workers, Device device) {
        /**
         * @throws SettingException about the first value that makes no sense
         */
        public Running {
            Require.atLeast(1, "batch-size", batchSize);
            Require.atLeast(1, "workers", workers);
        }

        /** With defaults for everything else, and no device. */
        public static Builder builder(Path output) {
            return new Builder(output);
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private final Path output;
            private boolean overwrite;
            private int batchSize = 16;
            private int workers = 1;
            private Device device;

            private Builder(Path output) {
                this.output = output;
            }

            public Builder overwrite(boolean value) {
                overwrite = value;
                return this;
            }

            public Builder batchSize(int value) {
                batchSize = value;
                return this;
            }

            public Builder workers(int value) {
                workers = value;
                return this;
            }

            public Builder device(Device value) {
                device = value;
                return this;
            }

            /**
             * @throws SettingException about the first value that makes no sense
             */
            public Running build() {
                return new Running(output, overwrite, batchSize, workers, device);
            }
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
