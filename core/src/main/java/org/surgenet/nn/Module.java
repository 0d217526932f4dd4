package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
    private final List<Parameter> constants = new ArrayList<>();
    private boolean training;
    private Precision precision = Precision.FP32;
    private CounterRandom noise = CounterRandom.of(0);

    /** Adds a parameter under {@code name}; for constructors. */
    protected final Parameter parameter(String name, Init init, long... shape) {
        Parameter parameter = new Parameter(new ai.djl.ndarray.types.Shape(shape), init);
        if (own.put(name, parameter) != null) {
            throw new IllegalArgumentException("parameter '" + name + "' added twice");
        }
        return parameter;
    }

    /** Adds an array that is neither trained nor saved; for constructors. */
    protected final Parameter constant(Init init, long... shape) {
        Parameter constant = new Parameter(new ai.djl.ndarray.types.Shape(shape), init);
        constants.add(constant);
        return constant;
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

    /** The arrays of all parameters by their keys, in the order of {@link #parameters}. */
    public final Map<String, NDArray> arrays() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        parameters().forEach((key, parameter) -> arrays.put(key, parameter.array()));
        return arrays;
    }

    /** Number of elements in all parameters. */
    public final long parameterCount() {
        return parameters().values().stream().mapToLong(Parameter::size).sum();
    }

    /** The parameters that training changes: all but the frozen ones. */
    public final Map<String, Parameter> trainable() {
        Map<String, Parameter> some = new LinkedHashMap<>(parameters());
        some.values().removeIf(Parameter::frozen);
        return Collections.unmodifiableMap(some);
    }

    /** Freezes every parameter, here and below. */
    public final void freeze() {
        parameters().values().forEach(parameter -> parameter.setFrozen(true));
    }

    /** Lets training change every parameter again, here and below. */
    public final void unfreeze() {
        parameters().values().forEach(parameter -> parameter.setFrozen(false));
    }

    /**
     * Draws every parameter's first values. A parameter's values depend on the seed and its key
     * alone, so that two networks that share a part start it alike.
     *
     * @param manager owns the arrays from now on
     */
    public final void initialize(NDManager manager, long seed) {
        allocate(manager);
        parameters().forEach((key, parameter) -> draw(parameter, CounterRandom.of(seed, crc(key))));
    }

    private static void draw(Parameter parameter, CounterRandom random) {
        float[] values = parameter.init().draw(parameter.shape().getShape(), random);
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        parameter.set(bytes);
    }

    /**
     * Makes the parameters' arrays without values: for networks whose every parameter is then
     * loaded.
     *
     * @param manager owns the arrays from now on
     */
    public final void allocate(NDManager manager) {
        parameters().values().forEach(parameter -> parameter.allocate(manager));
        allocateConstants(manager);
    }

    private void allocateConstants(NDManager manager) {
        for (Parameter constant : constants) {
            constant.allocate(manager);
            draw(constant, CounterRandom.of(0));
        }
        children.values().forEach(module -> module.allocateConstants(manager));
    }

    /**
     * Copies all values from a network of the same structure.
     *
     * @throws IllegalArgumentException if the keys differ
     */
    public final void copyFrom(Module other) {
        Map<String, Parameter> from = other.parameters();
        Map<String, Parameter> to = parameters();
        if (!from.keySet().equals(to.keySet())) {
            throw new IllegalArgumentException("networks of different structure");
        }
        to.forEach((key, parameter) -> from.get(key).array().copyTo(parameter.array()));
    }

    private static long crc(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    /** Switches stochastic depth and dropout on or off, here and below; off at first. */
    public final void setTraining(boolean on) {
        training = on;
        children.values().forEach(module -> module.setTraining(on));
    }

    public final boolean isTraining() {
        return training;
    }

    /** Sets what products are computed with, here and below; float32 at first. */
    public final void setPrecision(Precision precision) {
        this.precision = precision;
        children.values().forEach(module -> module.setPrecision(precision));
    }

    /** What this module's products are computed with. */
    protected final Precision precision() {
        return precision;
    }

    /**
     * Sets the key from which stochastic depth and dropout draw, here and below; to be called
     * before each step with a key of (seed, epoch, step), so that a resumed run draws the same.
     */
    public final void setNoise(CounterRandom key) {
        noise = key;
        children.forEach((name, module) -> module.setNoise(key.derive(crc(name))));
    }

    /** Where this module's random decisions come from. */
    protected final CounterRandom noise() {
        return noise;
    }
}
