package org.surgenet.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Split;
import org.surgenet.image.Resampling;
import org.surgenet.nn.ImageNorm;
import org.surgenet.task.InputSize;
import org.surgenet.task.Task;

/**
 * What must be known of a fine-tuned network to use it and to say where it is from. It lies in the
 * weight file itself, as the metadata value {@link #METADATA_KEY}, and as {@code model.json} beside
 * it for reading.
 *
 * @param task what it is for
 * @param backbone the backbone's name
 * @param classes names by index
 * @param size of its input, and how pictures get it
 * @param norm how its input is normalised
 * @param dataset the training data's name
 * @param format the training data's format
 * @param splitSource where the split is from
 * @param splitHash of the split, see {@code Split.hash}
 * @param splitSeed that the split was drawn from; empty if it is of a file or the data set
 * @param initialWeights file that the backbone began with, or {@code none}
 * @param licence of the initial weights, which binds these too; empty if there were none
 * @param epoch that it is from, counted from 1
 * @param metric what decided that
 * @param score of that epoch on the validation part; NaN if undefined
 * @param epochs that the training was to have; 0 if an earlier version did not note it
 * @param finished whether the training had come to its end
 * @param seed of the training
 * @param version of surgenet
 */
record ModelCard(
        Task<?, ?> task,
        String backbone,
        List<String> classes,
        InputSize size,
        ImageNorm norm,
        String dataset,
        String format,
        String splitSource,
        String splitHash,
        OptionalLong splitSeed,
        String initialWeights,
        String licence,
        long epoch,
        String metric,
        double score,
        long epochs,
        boolean finished,
        long seed,
        String version) {
    /** Key of the card in the weight file's metadata. */
    static final String METADATA_KEY = "surgenet";

    /** Whether the training had come to its end. */
    static final String FINISHED = "finished";

    private static final String RESIZE = "resize";

    /** The card as JSON. */
    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("task", task.id());
        json.put("backbone", backbone);
        ArrayNode names = json.putArray("classes");
        classes.forEach(names::add);
        json.put("width", size.width());
        json.put("height", size.height());
        json.put(RESIZE, size.resampling().label());
        ArrayNode mean = json.putArray("mean");
        ArrayNode deviation = json.putArray("std");
        for (int c = 0; c < norm.mean().length; c++) {
            mean.add(norm.mean()[c]);
            deviation.add(norm.deviation()[c]);
        }
        json.put("dataset", dataset);
        json.put("format", format);
        json.put("split", splitSource);
        json.put("split_sha256", splitHash);
        splitSeed.ifPresent(value -> json.put("split_seed", value));
        json.put("initial_weights", initialWeights);
        json.put("licence", licence);
        json.put("epoch", epoch);
        json.put("metric", metric);
        json.put("score", Double.isNaN(score) ? null : score);
        json.put("epochs", epochs);
        json.put(FINISHED, finished);
        json.put("seed", seed);
        json.put("version", version);
        return json;
    }

    /**
     * Reads a card.
     *
     * @param where file, for messages
     * @throws UserException if something is missing or makes no sense
     */
    static ModelCard fromJson(JsonNode json, String where) {
        return fromJson(json, where, Tasks.ALL);
    }

    /** As {@link #fromJson(JsonNode, String)}, of one of these tasks. */
    static ModelCard fromJson(JsonNode json, String where, List<Task<?, ?>> tasks) {
        String id = json.path("task").asText("").toLowerCase(Locale.ROOT);
        Optional<Task<?, ?>> kind = tasks.stream().filter(task -> task.id().equals(id)).findFirst();
        List<String> classes = new ArrayList<>();
        json.path("classes").forEach(name -> classes.add(name.asText()));
        int width = json.path("width").asInt();
        int height = json.path("height").asInt();
        float[] mean = floats(json.path("mean"));
        float[] deviation = floats(json.path("std"));
        if (kind.isEmpty()
                || classes.isEmpty()
                || width <= 0
                || height <= 0
                || mean.length != 3
                || deviation.length != 3) {
            throw new UserException(where + ": its description of the model is incomplete");
        }
        return new ModelCard(
                kind.get(),
                json.path("backbone").asText(),
                List.copyOf(classes),
                new InputSize(width, height, resampling(json, where)),
                new ImageNorm(mean, deviation),
                json.path("dataset").asText(),
                json.path("format").asText(),
                json.path("split").asText(),
                json.path("split_sha256").asText(),
                splitSeed(json),
                json.path("initial_weights").asText(),
                json.path("licence").asText(),
                json.path("epoch").asLong(),
                json.path("metric").asText(),
                json.path("score").asDouble(Double.NaN),
                json.path("epochs").asLong(),
                json.path(FINISHED).asBoolean(),
                json.path("seed").asLong(),
                json.path("version").asText());
    }

    /** Until there was a seed of its own for it, the training's seed drew the split. */
    private static OptionalLong splitSeed(JsonNode json) {
        if (json.has("split_seed")) {
            return OptionalLong.of(json.get("split_seed").asLong());
        }
        return Split.isDrawn(json.path("split").asText())
                ? OptionalLong.of(json.path("seed").asLong())
                : OptionalLong.empty();
    }

    /** Cards had no such field before there was a choice. */
    private static Resampling resampling(JsonNode json, String where) {
        return json.has(RESIZE) ? Resampling.of(json.get(RESIZE).asText(), where) : Resampling.AREA;
    }

    /** The same model with pictures resized in another way; as it is for null. */
    ModelCard with(Resampling other) {
        return other == null
                ? this
                : new ModelCard(
                        task,
                        backbone,
                        classes,
                        size.with(other),
                        norm,
                        dataset,
                        format,
                        splitSource,
                        splitHash,
                        splitSeed,
                        initialWeights,
                        licence,
                        epoch,
                        metric,
                        score,
                        epochs,
                        finished,
                        seed,
                        version);
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }
}
