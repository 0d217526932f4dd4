package org.surgenet.finetune;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
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
public record TrainedModel(Path file, ModelCard card) {
    static Path weights(Path directory) {
        return directory.resolve("model.safetensors");
    }

    static Path card(Path directory) {
        return directory.resolve("model.json");
    }

    static void write(Path directory, TaskNetwork network, ModelCard card) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt");
        metadata.put("backbone", card.backbone());
        if (!card.licence().isEmpty()) {
            metadata.put("licence", card.licence());
        }
        metadata.put(ModelCard.METADATA_KEY, Json.line(card.toJson()));
        Safetensors.write(weights(directory), network.arrays(), metadata);
        Json.write(card(directory), card.toJson());
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
        StateDict tensors = WeightsFile.read(file);
        String json = tensors.metadata().get(ModelCard.METADATA_KEY);
        if (json == null) {
            throw new UserException(
                    file
                            + ": has no description of a model inside; --model takes what"
                            + " finetune-seg, finetune-phase or finetune-cvs wrote");
        }
        return new TrainedModel(
                file,
                ModelCard.fromJson(
                        Json.parse(json.getBytes(StandardCharsets.UTF_8), file.toString()),
                        file.toString()));
    }

    /**
     * The network with its values.
     *
     * @param manager owns the arrays
     */
    TaskNetwork load(NDManager manager) {
        TaskNetwork network =
                TaskNetwork.create(card.task(), card.backbone(), card.classes().size());
        network.module().allocate(manager);
        WeightLoader.load(network.module(), WeightsFile.read(file), false);
        return network;
    }
}
