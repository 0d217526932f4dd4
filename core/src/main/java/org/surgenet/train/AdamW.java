package org.surgenet.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.surgenet.engine.NoGrad;
import org.surgenet.engine.Recording;
import org.surgenet.engine.Updates;
import org.surgenet.nn.Parameter;

/**
 * AdamW as PyTorch computes it: {@code p ← p·(1 − lr·wd)}, then {@code p ← p − lr/(1−β1ᵗ) · m /
 * (√(v/(1−β2ᵗ)) + ε)}, with a step count t per parameter.
 *
 * <p>The engine's fused kernel passes over a parameter once; its own Java interface has an update
 * of a dozen passes, which took ten times as long.
 */
public final class AdamW {
    /** PyTorch's defaults. */
    public static final double BETA1 = 0.9;

    public static final double BETA2 = 0.999;
    public static final double EPS = 1e-8;

    /** Where the state of a run has the step counts, by parameter. */
    public static final String STEPS = "optimizer_steps";

    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private final double beta1;
    private final double beta2;
    private final double eps;

    private static final class Slot {
        final Parameter parameter;
        final ParameterGroup group;
        final NDArray mean;
        final NDArray square;
        long steps;

        Slot(NDManager manager, Parameter parameter, ParameterGroup group) {
            this.parameter = parameter;
            this.group = group;
            mean = manager.zeros(parameter.shape(), DataType.FLOAT32);
            square = manager.zeros(parameter.shape(), DataType.FLOAT32);
        }
    }

    /** With PyTorch's β and ε. */
    public AdamW(NDManager manager, List<ParameterGroup> groups) {
        this(manager, groups, BETA1, BETA2, EPS);
    }

    /**
     * @param manager owns the moments, on the parameters' device
     * @param groups with keys that are distinct over all groups
     */
    public AdamW(
            NDManager manager,
            List<ParameterGroup> groups,
            double beta1,
            double beta2,
            double eps) {
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.eps = eps;
        for (ParameterGroup group : groups) {
            group.parameters()
                    .forEach(
                            (key, parameter) -> {
                                if (slots.put(key, new Slot(manager, parameter, group)) != null) {
                                    throw new IllegalArgumentException(
                                            "parameter '" + key + "' is in two groups");
                                }
                            });
        }
    }

    /** {@link #step(double, double, Predicate)} of all parameters. */
    public void step(double lr, double weightDecay) {
        step(lr, weightDecay, key -> false);
    }

    /**
     * Updates the parameters and clears all gradients.
     *
     * @param lr learning rate; a group's is this times its factor
     * @param weightDecay for the decayed groups
     * @param left keys of parameters that this step leaves out wholly: no decay, no moments, no
     *     step count, as PyTorch does with a parameter whose gradient is None. The same happens to
     *     parameters that no backward pass has reached.
     */
    public void step(double lr, double weightDecay, Predicate<String> left) {
        try (NoGrad off = NoGrad.open()) {
            slots.forEach(
                    (key, slot) -> {
                        Optional<NDArray> gradient = Gradients.of(slot.parameter);
                        if (gradient.isEmpty()) {
                            return;
                        }
                        try (NDArray g = gradient.get()) {
                            if (left.test(key)) {
                                Recording.clearGradient(slot.parameter.array());
                            } else {
                                update(slot, g, lr * slot.group.lrScale(), weightDecay);
                            }
                        }
                    });
        }
    }

    private void update(Slot slot, NDArray gradient, double lr, double weightDecay) {
        slot.steps++;
        NDArray weight = slot.parameter.array();
        Updates.adamw(
                weight,
                gradient,
                slot.mean,
                slot.square,
                slot.steps,
                new Updates.AdamWRates(
                        lr, slot.group.decayed() ? weightDecay : 0, beta1, beta2, eps));
        Recording.clearGradient(weight);
    }

    /**
     * The moments by {@code exp_avg.KEY} and {@code exp_avg_sq.KEY}; the arrays are the optimiser's
     * own.
     */
    public Map<String, NDArray> moments() {
        Map<String, NDArray> all = new LinkedHashMap<>();
        slots.forEach(
                (key, slot) -> {
                    all.put("exp_avg." + key, slot.mean);
                    all.put("exp_avg_sq." + key, slot.square);
                });
        return all;
    }

    /** How many updates each parameter has had. */
    public Map<String, Long> steps() {
        Map<String, Long> all = new LinkedHashMap<>();
        slots.forEach((key, slot) -> all.put(key, slot.steps));
        return all;
    }

    /**
     * Sets a parameter's step count, when a checkpoint is taken up.
     *
     * @throws IllegalArgumentException if there is no such parameter
     */
    public void setSteps(String key, long steps) {
        Slot slot = slots.get(key);
        if (slot == null) {
            throw new IllegalArgumentException("no parameter '" + key + "'");
        }
        slot.steps = steps;
    }

    /** Notes the step counts in the state of a run, to be saved with the {@link #moments}. */
    public void writeSteps(ObjectNode state) {
        ObjectNode all = state.putObject(STEPS);
        steps().forEach(all::put);
    }

    /**
     * Takes the step counts from the state of a run, as {@link #writeSteps} left them.
     *
     * @throws IllegalArgumentException if one is of a parameter that is not trained here
     */
    public void readSteps(JsonNode state) {
        state.path(STEPS)
                .fields()
                .forEachRemaining(entry -> setSteps(entry.getKey(), entry.getValue().asLong()));
    }

    /** The keys, in order. */
    public List<String> keys() {
        return new ArrayList<>(slots.keySet());
    }
}
