package org.surgenet.pretrain.dino;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.nn.Parameter;
import org.surgenet.train.AdamW;
import org.surgenet.train.Checkpoint;
import org.surgenet.train.Checkpoints;
import org.surgenet.train.ParameterGroup;
import org.surgenet.weights.Licences;
import org.surgenet.weights.PthWriter;
import org.surgenet.weights.StateDict;
import org.surgenet.weights.Tensor;
import org.surgenet.weights.WeightsFile;

/**
 * The full checkpoint of the original code (dino {@code main_dino.py: save_dict}): a {@code .pth}
 * with {@code student}, {@code teacher}, {@code optimizer}, {@code epoch}, {@code args} and {@code
 * dino_loss}. A run continues from one; {@code surgenet weights convert} writes one from a run's
 * state.
 */
public final class DinoCheckpoint {
    /** The student is wrapped for distribution there. */
    private static final String MODULE = "module.";

    private static final String STUDENT = "student.";
    private static final String TEACHER = "teacher.";
    private static final String OPTIMIZER = "optimizer.state.";
    private static final String CENTRE = "dino_loss.center";

    private static final List<String> MOMENTS = List.of("exp_avg", "exp_avg_sq");

    private final StateDict file;

    private DinoCheckpoint(StateDict file) {
        this.file = file;
    }

    /**
     * Opens a checkpoint.
     *
     * @throws UserException if it is not readable or lacks one of the parts that a run needs
     */
    static DinoCheckpoint read(Path path) {
        StateDict file = WeightsFile.read(path);
        for (String part : List.of(STUDENT, TEACHER, OPTIMIZER, CENTRE)) {
            if (file.under(part).isEmpty()) {
                throw new UserException(
                        path
                                + ": is no full DINO checkpoint: it has no "
                                + part.replaceAll("\\.$", "")
                                + "; to start from its weights only, give it as weights");
            }
        }
        DinoCheckpoint checkpoint = new DinoCheckpoint(file);
        checkpoint.epochs();
        return checkpoint;
    }

    /** How many epochs it has behind it. */
    int epochs() {
        String text = file.metadata().getOrDefault("epoch", "");
        try {
            return Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new UserException(file.file() + ": its epoch is '" + text + "', not a number", e);
        }
    }

    /**
     * Overwrites both networks, the centre and the optimiser's state.
     *
     * @throws UserException if the checkpoint is of another network, head or optimiser
     */
    void restore(Dino dino) {
        network("student", STUDENT, dino.student().parameters());
        network("teacher", TEACHER, dino.teacher().parameters());
        Checkpoint.fill(
                file.file().toString(),
                Map.of(CENTRE, file.tensors().get(CENTRE)),
                Map.of(CENTRE, dino.centre()));
        optimizer(dino);
    }

    private void network(String part, String prefix, Map<String, Parameter> parameters) {
        Map<String, Tensor> saved = new LinkedHashMap<>();
        file.under(prefix)
                .forEach(
                        (name, tensor) ->
                                saved.put(
                                        name.startsWith(MODULE)
                                                ? name.substring(MODULE.length())
                                                : name,
                                        tensor));
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        parameters.forEach((key, parameter) -> arrays.put(key, parameter.array()));
        requireSameKeys(part, saved, arrays);
        Checkpoint.fill(file.file() + ": " + part, saved, arrays);
    }

    private void requireSameKeys(
            String part, Map<String, Tensor> saved, Map<String, NDArray> arrays) {
        TreeSet<String> missing = new TreeSet<>(arrays.keySet());
        missing.removeAll(saved.keySet());
        TreeSet<String> unexpected = new TreeSet<>(saved.keySet());
        unexpected.removeAll(arrays.keySet());
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new UserException(
                    file.file()
                            + ": its "
                            + part
                            + " is another network: "
                            + missing.size()
                            + " tensors missing"
                            + (missing.isEmpty() ? "" : " (" + missing.first() + ", ...)")
                            + ", "
                            + unexpected.size()
                            + " unexpected"
                            + (unexpected.isEmpty() ? "" : " (" + unexpected.first() + ", ...)")
                            + "; check backbone");
        }
    }

    /** Parameters are numbered there in the order of the two groups. */
    private void optimizer(Dino dino) {
        Map<String, NDArray> ours = dino.optimizer().moments();
        List<String> keys = dino.optimizer().keys();
        Map<String, Tensor> saved = new LinkedHashMap<>();
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            String number = OPTIMIZER + i + ".";
            if (file.under(number).isEmpty()) {
                // Never updated, as the frozen last layer is in the first epoch.
                continue;
            }
            for (String moment : MOMENTS) {
                Tensor tensor = file.tensors().get(number + moment);
                if (tensor == null) {
                    throw new UserException(
                            file.file() + ": its optimizer has no " + moment + "; AdamW's has");
                }
                String name = moment + "." + keys.get(i);
                saved.put(name, tensor);
                arrays.put(name, ours.get(name));
            }
            dino.optimizer().setSteps(keys.get(i), steps(number));
        }
        String next = OPTIMIZER + keys.size() + ".";
        if (!file.under(next).isEmpty()) {
            throw new UserException(
                    file.file()
                            + ": its optimizer has more than the "
                            + keys.size()
                            + " parameters that are trained here; check norm-last-layer");
        }
        Checkpoint.fill(file.file() + ": optimizer", saved, arrays);
    }

    /** A number in older checkpoints, a tensor without dimensions in newer ones. */
    private long steps(String number) {
        Tensor tensor = file.tensors().get(number + "step");
        if (tensor != null && tensor.elements() == 1) {
            return (long) tensor.floats().getFloat(0);
        }
        try {
            return (long) Double.parseDouble(file.metadata().get(number + "step"));
        } catch (NumberFormatException | NullPointerException e) {
            throw new UserException(
                    file.file() + ": its optimizer has no step count at " + number + "step", e);
        }
    }

    /**
     * Writes a run's state as such a checkpoint, which {@code torch.load(weights_only=True)} reads.
     * {@code args} is a dictionary of the run's settings. What lies between the last whole epoch
     * and the state is in the weights but not in {@code epoch}.
     *
     * @param state a run's folder, such as {@code RUN/checkpoints/last}
     * @return number of tensors written
     * @throws UserException if the folder holds no state of a pretraining run
     */
    public static int write(Path state, Path out) throws IOException {
        Path description = state.resolve(Checkpoints.STATE);
        Path optimizerFile = state.resolve("optimizer.safetensors");
        if (!Files.isRegularFile(description)
                || !Files.isRegularFile(state.resolve("teacher.safetensors"))) {
            throw new UserException(
                    state + ": holds no state of a pretraining run; give RUN/checkpoints/last");
        }
        JsonNode json = Json.read(description);
        Map<String, Object> all = new LinkedHashMap<>();
        Map<String, Object> student = new LinkedHashMap<>();
        tensors(state, "student").forEach((key, tensor) -> student.put(MODULE + key, tensor));
        Map<String, Tensor> teacher = tensors(state, "teacher");
        all.put("student", student);
        all.put("teacher", teacher);
        Map<String, Object> optimizer = optimizer(WeightsFile.read(optimizerFile).tensors(), json);
        all.put("optimizer", optimizer);
        all.put("epoch", json.path("epoch").asInt());
        Map<String, Object> args = new LinkedHashMap<>();
        json.path("settings")
                .fields()
                .forEachRemaining(
                        entry ->
                                args.put(
                                        entry.getKey().replace('-', '_'), value(entry.getValue())));
        args.put("arch", json.path("settings").path("backbone").asText());
        all.put("args", args);
        all.put("dino_loss", tensors(state, "centre"));
        PthWriter.write(
                out,
                all,
                Map.of(
                        "program",
                        "surgenet",
                        Licences.METADATA_KEY,
                        json.path("licence").asText()));
        return student.size()
                + teacher.size()
                + 1
                + MOMENTS.size() * ((Map<?, ?>) optimizer.get("state")).size();
    }

    private static Map<String, Tensor> tensors(Path state, String part) {
        return WeightsFile.read(state.resolve(part + Checkpoints.TENSORS_SUFFIX)).tensors();
    }

    private static Object value(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.asLong();
        }
        if (node.isNumber()) {
            return node.asDouble();
        }
        return node.isBoolean() ? (Object) node.asBoolean() : node.asText();
    }

    private static Map<String, Object> optimizer(Map<String, Tensor> moments, JsonNode json) {
        Map<Object, Object> state = new LinkedHashMap<>();
        List<Object> decayed = new ArrayList<>();
        List<Object> plain = new ArrayList<>();
        String first = MOMENTS.get(0) + ".";
        int number = 0;
        for (String name : moments.keySet()) {
            if (!name.startsWith(first)) {
                continue;
            }
            String key = name.substring(first.length());
            Tensor tensor = moments.get(name);
            long steps = json.path(AdamW.STEPS).path(key).asLong();
            if (steps > 0) {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("step", steps);
                for (String moment : MOMENTS) {
                    entry.put(moment, moments.get(moment + "." + key));
                }
                state.put(number, entry);
            }
            (ParameterGroup.isDecayed(key, tensor.shape().length) ? decayed : plain).add(number);
            number++;
        }
        JsonNode settings = json.path("settings");
        double lr = settings.path("lr").asDouble() * settings.path("batch-size").asInt() / 256;
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("state", state);
        all.put(
                "param_groups",
                Arrays.asList(
                        group(decayed, lr, settings.path("weight-decay").asDouble()),
                        group(plain, lr, 0)));
        return all;
    }

    /** With the fields that PyTorch's AdamW expects; rates are set at each step there. */
    private static Map<String, Object> group(List<Object> parameters, double lr, double decay) {
        Map<String, Object> group = new LinkedHashMap<>();
        group.put("lr", lr);
        group.put("betas", new Object[] {AdamW.BETA1, AdamW.BETA2});
        group.put("eps", AdamW.EPS);
        group.put("weight_decay", decay);
        group.put("amsgrad", false);
        group.put("maximize", false);
        group.put("foreach", null);
        group.put("capturable", false);
        group.put("differentiable", false);
        group.put("fused", null);
        group.put("params", parameters);
        return group;
    }
}
