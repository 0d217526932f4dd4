package org.surgenet.finetune;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.UserException;
import org.surgenet.image.Resampling;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.task.Task;
import org.surgenet.task.TaskNetwork;
import org.surgenet.train.Checkpoints;
import org.surgenet.train.RunDirectory;
import org.surgenet.train.TrainState;
import org.surgenet.weights.Safetensors;
import org.surgenet.weights.StateDict;
import org.surgenet.weights.WeightLoader;
import org.surgenet.weights.WeightsFile;

/**
 * A fine-tuned network as {@code model.safetensors}, with its card inside.
 *
 * @param file the weight file
 * @param card what is known of it
 */
record TrainedModel(Path file, ModelCard card) {
    private static final String WEIGHTS = "model.safetensors";
    private static final String CARD = "model.json";

    static Path weights(Path directory) {
        return directory.resolve(WEIGHTS);
    }

    static Path card(Path directory) {
        return directory.resolve(CARD);
    }

    static void write(Path directory, TaskNetwork network, ModelCard card) throws IOException {
        Safetensors.write(weights(directory), network.arrays(), metadata(card));
        writeCard(directory, card);
    }

    /** Writes {@code model.json} alone, which only repeats what is in the weight file. */
    static void repeatCard(Path directory) throws IOException {
        Json.write(
                card(directory),
                description(weights(directory), WeightsFile.read(weights(directory))));
    }

    private static void writeCard(Path directory, ModelCard card) throws IOException {
        Json.write(card(directory), card.toJson());
    }

    /** Notes in a directory's model that its training has come to its end. */
    static void finish(Path directory) throws IOException {
        Path file = weights(directory);
        if (!Files.exists(file)) {
            // Somebody took it away; the training is worth more than a note.
            return;
        }
        StateDict weights = WeightsFile.read(file);
        ObjectNode card = description(file, weights).put(ModelCard.FINISHED, true);
        Map<String, String> metadata = new LinkedHashMap<>(weights.metadata());
        metadata.put(ModelCard.METADATA_KEY, Json.line(card));
        Safetensors.writeTensors(file, weights.tensors(), metadata);
        Json.write(card(directory), card);
    }

    private static ObjectNode description(Path file, StateDict weights) {
        String json = weights.metadata().get(ModelCard.METADATA_KEY);
        if (json == null) {
            throw new UserException(
                    file
                            + ": has no description of a model inside; a model is what "
                            + Tasks.ALL.stream()
                                    .map(Task::command)
                                    .collect(Collectors.joining(", "))
                            + " wrote");
        }
        return (ObjectNode) Json.parse(json.getBytes(StandardCharsets.UTF_8), file.toString());
    }

    private static Map<String, String> metadata(ModelCard card) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt");
        metadata.put("backbone", card.backbone());
        if (!card.licence().isEmpty()) {
            metadata.put("licence", card.licence());
        }
        metadata.put(ModelCard.METADATA_KEY, Json.line(card.toJson()));
        return metadata;
    }

    /**
     * How far a training that has not come to its end has got, for people; empty where it has, or
     * where neither the model nor the directory around it tells.
     */
    public Optional<String> unfinished() {
        Optional<JsonNode> state = trainingState();
        long asked =
                state.map(s -> s.path("settings").path("epochs").asLong()).orElse(card.epochs());
        if (state.isPresent() && asked > 0) {
            int done = state.get().path("epochs").size();
            return done < asked && !TrainState.isEndedEarly(state.get())
                    ? Optional.of(text(done + " of " + asked + " epochs are done"))
                    : Optional.empty();
        }
        return asked > 0 && !card.finished()
                ? Optional.of(text("it was to have " + asked + " epochs"))
                : Optional.empty();
    }

    private String text(String progress) {
        return "the training has not come to its end: "
                + progress
                + ", and the model is that of epoch "
                + card.epoch()
                + ", the best so far";
    }

    /** The last state of the run in whose directory the model lies, if it lies in one. */
    private Optional<JsonNode> trainingState() {
        Path directory = file.toAbsolutePath().getParent();
        Path state =
                new RunDirectory(directory)
                        .checkpoints()
                        .folder()
                        .resolve(Checkpoints.LAST)
                        .resolve(Checkpoints.STATE);
        boolean itsOwn = file.getFileName().equals(weights(directory).getFileName());
        try {
            return itsOwn && Files.isRegularFile(state)
                    ? Optional.of(Json.read(state))
                    : Optional.empty();
        } catch (UserException e) {
            // It may just be being replaced.
            return Optional.empty();
        }
    }

    /** Those of the model's files that are not there. */
    static List<String> missing(Path directory) {
        return Missing.of(directory, List.of(WEIGHTS, CARD));
    }

    /**
     * Finds a model and reads its card.
     *
     * @param path the directory of a fine-tuning, or its weight file
     * @throws UserException if there is none, or the file is no fine-tuned model
     */
    public static TrainedModel read(Path path) {
        if (!Files.exists(path)) {
            throw new UserException(path + ": there is no such model");
        }
        Path file = Files.isDirectory(path) ? weights(path) : path;
        if (!Files.exists(file)) {
            throw new UserException(
                    file
                            + ": there is no model yet; a fine-tuning writes it after its first"
                            + " epoch");
        }
        return new TrainedModel(
                file,
                ModelCard.fromJson(description(file, WeightsFile.read(file)), file.toString()));
    }

    /** The same model with pictures resized in another way; as it is for null. */
    TrainedModel with(Resampling resampling) {
        return new TrainedModel(file, card.with(resampling));
    }

    /**
     * The network with its values.
     *
     * @param manager owns the arrays
     */
    TaskNetwork load(NDManager manager) {
        TaskNetwork network =
                card.task().network(Backbones.create(card.backbone()), card.classes().size());
        network.module().allocate(manager);
        WeightLoader.load(network.module(), WeightsFile.read(file), false);
        return network;
    }
}
