package org.surgenet.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.surgenet.common.SameRun;
import org.surgenet.common.UserException;
import org.surgenet.engine.NoGrad;
import org.surgenet.weights.StateDict;
import org.surgenet.weights.Tensor;
import org.surgenet.weights.WeightsFile;

/**
 * A saved state, as read.
 *
 * @param folder where it lies
 * @param state the content of {@code state.json}
 */
public record Checkpoint(Path folder, JsonNode state) {
    /**
     * Refuses to go on from a run of other settings.
     *
     * @param asked the settings that decide the result, as the saved state has them
     * @param output the run's directory, for the message
     * @throws UserException naming the first that differs
     */
    public void requireSettings(ObjectNode asked, Path output) {
        SameRun.requireWithin(output, "a run", state.path("settings"), asked);
    }

    /**
     * Overwrites arrays with those saved under the same names.
     *
     * @param part the name that the tensors were saved under
     * @param arrays float32, by name; all of them and no others must be in the file
     * @throws UserException if the file is damaged or holds something else
     */
    public void restore(String part, Map<String, NDArray> arrays) {
        Path file = folder.resolve(part + Checkpoints.TENSORS_SUFFIX);
        StateDict saved = WeightsFile.read(file);
        if (!saved.tensors().keySet().equals(arrays.keySet())) {
            throw new UserException(
                    file + ": holds tensors of another network; set overwrite to start again");
        }
        fill(file.toString(), saved.tensors(), arrays);
    }

    /**
     * Overwrites arrays with tensors of the same names.
     *
     * @param origin of the tensors, for messages
     * @param arrays float32, each with a tensor
     * @throws UserException if a shape differs, or a value is NaN or infinite
     */
    public static void fill(
            String origin, Map<String, Tensor> tensors, Map<String, NDArray> arrays) {
        arrays.forEach((name, array) -> copy(origin, name, tensors.get(name), array));
    }

    private static void copy(String origin, String name, Tensor saved, NDArray array) {
        if (!Arrays.equals(saved.shape(), array.getShape().getShape())) {
            throw new UserException(
                    origin + ": " + name + " is " + saved + ", not " + array.getShape());
        }
        saved.requireFinite(origin + ": " + name);
        // Not NDArray.set: it would leave the array a view of the file.
        try (NoGrad off = NoGrad.open();
                NDArray source =
                        array.getManager()
                                .create(saved.floats(), array.getShape(), DataType.FLOAT32)) {
            source.copyTo(array);
        }
    }
}
