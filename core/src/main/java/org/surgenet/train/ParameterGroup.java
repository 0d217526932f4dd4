package org.surgenet.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.nn.Parameter;

/**
 * Parameters that an optimiser treats alike.
 *
 * @param name for logs
 * @param parameters by key
 * @param lrScale factor on the learning rate, 1 for most
 * @param decayed whether weight decay applies
 */
public record ParameterGroup(
        String name, Map<String, Parameter> parameters, double lrScale, boolean decayed) {

    /**
     * DINO's two groups (dino {@code utils.py: get_params_groups}): biases and tensors of one
     * dimension are not decayed, all else is. So CAFormer's residual scales are not, ConvNeXtV2's
     * {@code grn.gamma} and {@code grn.beta}, which are (1, 1, 1, C), are.
     */
    public static List<ParameterGroup> ofDino(Map<String, Parameter> parameters) {
        return split("", parameters, 1);
    }

    /** {@link #ofDino} with a name's prefix and a factor on the learning rate. */
    public static List<ParameterGroup> split(
            String prefix, Map<String, Parameter> parameters, double lrScale) {
        Map<String, Parameter> decayed = new LinkedHashMap<>();
        Map<String, Parameter> plain = new LinkedHashMap<>();
        parameters.forEach(
                (key, parameter) ->
                        (isDecayed(key, parameter.shape().dimension()) ? decayed : plain)
                                .put(key, parameter));
        List<ParameterGroup> groups = new ArrayList<>();
        groups.add(new ParameterGroup(prefix + "decayed", decayed, lrScale, true));
        groups.add(new ParameterGroup(prefix + "undecayed", plain, lrScale, false));
        return List.copyOf(groups);
    }

    /**
     * Whether weight decay applies to a parameter.
     *
     * @param dimensions of its shape
     */
    public static boolean isDecayed(String key, int dimensions) {
        return !key.endsWith(".bias") && dimensions != 1;
    }
}
