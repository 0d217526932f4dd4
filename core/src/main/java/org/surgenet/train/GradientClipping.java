package org.surgenet.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.surgenet.engine.NoGrad;
import org.surgenet.nn.Parameter;

/** Limits to the length of gradients, by the Euclidean norm. */
public final class GradientClipping {
    /** Keeps a zero norm from dividing; dino's and torch's value. */
    private static final double EPS = 1e-6;

    private GradientClipping() {}

    /**
     * Scales each parameter's gradient on its own so that its norm is at most {@code max} (dino
     * {@code utils.py: clip_gradients}, which clips no global norm).
     *
     * @param max positive; infinity only measures
     * @return the norm of all gradients together, before clipping; NaN or infinite if any element
     *     is, and then nothing is clipped
     */
    public static double clipEach(Map<String, Parameter> parameters, double max) {
        return clip(parameters, max, true);
    }

    /**
     * Scales all gradients by one factor so that their common norm is at most {@code max} (torch's
     * {@code clip_grad_norm_}).
     *
     * @return as {@link #clipEach}
     */
    public static double clipTogether(Map<String, Parameter> parameters, double max) {
        return clip(parameters, max, false);
    }

    private static double clip(Map<String, Parameter> parameters, double max, boolean each) {
        List<NDArray> gradients = new ArrayList<>();
        for (Parameter parameter : parameters.values()) {
            Optional<NDArray> gradient = Gradients.of(parameter);
            gradient.ifPresent(gradients::add);
        }
        if (gradients.isEmpty()) {
            return 0;
        }
        try (NDManager manager = gradients.get(0).getManager().newSubManager();
                NoGrad off = NoGrad.open()) {
            NDList norms = new NDList();
            for (NDArray gradient : gradients) {
                gradient.attach(manager);
                norms.add(gradient.norm());
            }
            // One transfer from the device for all norms.
            float[] lengths = NDArrays.stack(norms).toFloatArray();
            double squares = 0;
            for (float length : lengths) {
                squares += (double) length * length;
            }
            double total = Math.sqrt(squares);
            if (!Double.isFinite(total)) {
                return total;
            }
            for (int i = 0; i < lengths.length; i++) {
                double factor = max / ((each ? lengths[i] : total) + EPS);
                if (factor < 1) {
                    gradients.get(i).muli((float) factor);
                }
            }
            return total;
        }
    }
}
