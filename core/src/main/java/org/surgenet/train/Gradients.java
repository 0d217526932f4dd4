package org.surgenet.train;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.Optional;
import org.surgenet.engine.Recording;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;

/**
 * The gradients of a network's parameters. Repeated backward passes add up, as PyTorch's do, until
 * {@link AdamW#step} or {@link #zero} clears them.
 */
public final class Gradients {
    private Gradients() {}

    /**
     * Makes the engine record gradients for exactly the parameters that are not frozen. To be
     * called once after a network is initialised, and again when parameters are frozen or released.
     */
    public static void require(Module network) {
        network.parameters()
                .values()
                .forEach(
                        parameter -> {
                            if (parameter.array().hasGradient() == parameter.frozen()) {
                                parameter.array().setRequiresGradient(!parameter.frozen());
                            }
                        });
    }

    /**
     * Records operations of this thread from now until closed; at most one at a time in a process.
     */
    public static Recording collect() {
        return Recording.open();
    }

    /**
     * The gradient of a parameter, to be closed by the caller; empty if no backward pass has
     * reached it, which PyTorch's optimisers take as "leave it alone".
     */
    public static Optional<NDArray> of(Parameter parameter) {
        return Recording.gradient(parameter.array());
    }

    /** Sets the gradients that there are to zero. */
    public static void zero(Map<String, Parameter> parameters) {
        for (Parameter parameter : parameters.values()) {
            of(parameter)
                    .ifPresent(
                            gradient -> {
                                gradient.close();
                                Recording.clearGradient(parameter.array());
                            });
        }
    }
}
