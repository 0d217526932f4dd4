package org.surgenet.finetune;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.surgenet.common.Json;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.task.Task;
import org.surgenet.train.Checkpoint;
import org.surgenet.weights.WeightsSource;

/**
 * What decides the result of a fine-tuning: settings, data and initial weights, the latter two by
 * their hashes. A run that goes on must have the same.
 */
final class RunSettings {
    private static final String LABELS = "labels_sha256";
    private static final String WEIGHTS = "weights_sha256";
    private static final String CLASS_WEIGHTS = "class_weights_used";

    private final Task<?, ?> task;
    private final ObjectNode json;

    /**
     * Reads labels and weights for their hashes.
     *
     * @param values of the task's settings of data and training
     * @param classWeights in use, by name; empty where all classes count the same
     */
    <S extends Sample> RunSettings(
            FineTuneRequest request,
            Task<S, ?> task,
            SettingValues values,
            Dataset<S> dataset,
            Split split,
            FineTuneLearner.Parts<S> parts,
            Optional<ObjectNode> classWeights) {
        this.task = task;
        json = request.decisive();
        json.put("task", task.id());
        json.put("dataset", dataset.name());
        json.put("classes", dataset.classes().size());
        json.put("training_samples", parts.training().size());
        json.put("validation_samples", parts.validation().size());
        json.put("split_sha256", split.hash());
        DataSettings.put(values.of(task.dataSettings()), json);
        json.put(LABELS, dataset.hash(parts.training()) + " " + dataset.hash(parts.validation()));
        json.put(WEIGHTS, hash(request.model().weights()));
        for (Setting<?> setting : task.trainingSettings()) {
            json.put(name(setting), text(values.get(setting)));
        }
        json.set(CLASS_WEIGHTS, classWeights.orElse(Json.object()));
    }

    /** They as a checkpoint's state has them. */
    ObjectNode json() {
        return json;
    }

    /** Hashes of the labels of both parts. */
    String labels() {
        return json.get(LABELS).asText();
    }

    /** Brings a state that an earlier version saved, with less to choose or to note, up to date. */
    Checkpoint upToDate(Checkpoint saved) {
        if (saved.state().path("settings") instanceof ObjectNode before) {
            FineTuneRequest.complete(before);
            for (String noted : List.of(LABELS, WEIGHTS, CLASS_WEIGHTS)) {
                if (!before.has(noted)) {
                    before.set(noted, json.get(noted));
                }
            }
            if (json.get(WEIGHTS).asText().isEmpty()) {
                // The file was taken away, and is no longer needed.
                json.set(WEIGHTS, before.get(WEIGHTS));
            }
            for (Setting<?> setting : task.trainingSettings()) {
                if (!before.has(name(setting))) {
                    before.put(name(setting), text(setting.defaultValue()));
                }
            }
        }
        return saved;
    }

    /** A hash of the initial weights; empty if their file is not there. */
    private static String hash(Optional<Path> weights) {
        if (weights.isEmpty()) {
            return "none";
        }
        try {
            return Files.exists(weights.get())
                    ? String.join(" ", WeightsSource.hashes(weights.get()))
                    : "";
        } catch (IOException e) {
            throw new UserException(weights.get() + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static String name(Setting<?> setting) {
        return setting.key().replace('-', '_');
    }

    private static String text(Object value) {
        return value instanceof Enum<?> choice ? choice.name() : String.valueOf(value);
    }
}
