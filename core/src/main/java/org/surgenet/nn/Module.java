package org.surgenet.nn;

import ai.djl.ndarray.NDManager;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.surgenet.common.CounterRandom;

/**
 * A node of a network: its own parameters and named children. The dotted path of a parameter is its
 * key in the checkpoint; keys come in PyTorch's order (own parameters first, then children in the
 * order they were added).
 *
 * <p>Not thread-safe. Arrays belong to the manager given to {@link #initialize}.
 */
public abstract class Module {
    private final Map<String, Parameter> own = new LinkedHashMap<>();
    private final Map<String, Module> children = new LinkedHashMap<>();
    private boolean training;

    /** Adds a parameter under {@code name}; for constructors. */
    protected final Parameter parameter(String name, Init init, long... shape) {
        Parameter parameter = new Parameter(new ai.djl.ndarray.types.Shape(shape), init);
        if (own.put(name, parameter) != null) {
            throw new IllegalArgumentException("parameter '" + name + "' added twice");
        }
        return parameter;
    }

    /**
     * Adds a child under {@code name}; for constructors. A name that begins with '@' stands for no
     * path element: the child's keys appear as this module's own.
     */
    protected final <M extends Module> M child(String name, M module) {
        if (children.put(name, module) != null) {
            throw new IllegalArgumentException("child '" + name + "' added twice");
        }
        return module;
    }

    /** All parameters by key, in PyTorch's order. */
    public final Map<String, Parameter> parameters() {
        Map<String, Parameter> all = new LinkedHashMap<>();
        collect("", all);
        return Collections.unmodifiableMap(all);
    }

    private void collect(String prefix, Map<String, Parameter> all) {
        own.forEach((name, parameter) -> all.put(prefix + name, parameter));
        children.forEach(
                (name, module) ->
                        module.collect(name.startsWith("@") ? prefix : prefix + name + ".", all));
    }

    /** Number of elements in all parameters. */
    public final long parameterCount() {
        return parameters().values().stream().mapToLong(Parameter::size).sum();
    }

    /**
     * Draws every parameter's first values. A parameter's values depend on the seed and its key
     * alone, so that two networks that share a part start it alike.
     */
    public final void initialize(NDManager manager, long seed) {
        parameters()
                .forEach(
                        (key, parameter) -> {
                            CRC32 crc = new CRC32();
                            crc.update(key.getBytes(StandardCharsets.UTF_8));
                            float[] values =
                                    parameter
                                            .init()
                                            .draw(
                                                    parameter.shape().getShape(),
                                                    CounterRandom.of(seed, crc.getValue()));
                            parameter.bind(manager.create(values, parameter.shape()));
                        });
    }

    /** Switches stochastic depth and dropout on or off, here and below; off at first. */
    public final void setTraining(boolean on) {
        training = on;
        children.values().forEach(module -> module.setTraining(on));
    }

    public final boolean isTraining() {
        return training;
    }
}
