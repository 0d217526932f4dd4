package org.surgenet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.surgenet.engine.Recording;
import org.surgenet.nn.Init;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;

/** Against PyTorch's formula in double precision. */
class AdamWTest {
    private static final double LR = 1e-2;
    private static final double DECAY = 0.3;
    private static final float[][] TARGETS = {{3, -2, 0.001f}, {-1, 1, 0}, {1e-6f, 5, 2}};

    private NDManager manager;
    private Pair network;

    /** Two parameters, one of two dimensions (decayed) and one bias (not). */
    private static final class Pair extends Module {
        final Parameter weight = parameter("weight", Init.ONES, 1, 3);
        final Parameter bias = parameter("bias", Init.ONES, 3);
        final Parameter unused = parameter("unused", Init.ONES, 2, 2);

        /** (w · a + b · a) summed: the gradient of both is a. */
        NDArray forward(NDArray a) {
            return a.mul(weight.array()).add(a.mul(bias.array())).sum();
        }
    }

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        network = new Pair();
        network.initialize(manager, 1);
        Gradients.require(network);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private void backward(float... a) {
        try (NDManager step = manager.newSubManager();
                Recording recording = Gradients.collect()) {
            recording.backward(network.forward(step.create(a, new Shape(1, 3))));
        }
    }

    private static double[] expected(double decay, int from) {
        double[] p = {1, 1, 1};
        double[] m = new double[3];
        double[] v = new double[3];
        for (int t = 1; t <= TARGETS.length - from; t++) {
            for (int i = 0; i < 3; i++) {
                double g = TARGETS[t - 1 + from][i];
                p[i] *= 1 - LR * decay;
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.999 * v[i] + 0.001 * g * g;
                double hat = v[i] / (1 - Math.pow(0.999, t));
                p[i] -= LR * (m[i] / (1 - Math.pow(0.9, t))) / (Math.sqrt(hat) + 1e-8);
            }
        }
        return p;
    }

    private static void assertValues(Parameter parameter, double[] expected) {
        float[] values = parameter.array().toFloatArray();
        for (int i = 0; i < values.length; i++) {
            assertThat((double) values[i]).isCloseTo(expected[i], within(1e-6));
        }
    }

    @Test
    void equalsPyTorchsFormula() {
        AdamW adam = new AdamW(manager, ParameterGroup.ofDino(network.trainable()));

        for (float[] target : TARGETS) {
            backward(target);
            adam.step(LR, DECAY);
        }

        assertValues(network.weight, expected(DECAY, 0));
        assertValues(network.bias, expected(0, 0));
    }

    @Test
    void leftOutParametersKeepNoStepCount() {
        AdamW adam = new AdamW(manager, ParameterGroup.ofDino(network.trainable()));

        backward(TARGETS[0]);
        adam.step(LR, DECAY, key -> key.equals("weight"));
        assertThat(network.weight.array().toFloatArray()).containsExactly(1, 1, 1);
        assertThat(adam.steps()).containsEntry("weight", 0L).containsEntry("bias", 1L);
        for (int i = 1; i < TARGETS.length; i++) {
            backward(TARGETS[i]);
            adam.step(LR, DECAY);
        }

        // As if its first gradient had never been.
        assertValues(network.weight, expected(DECAY, 1));
    }

    @Test
    void parametersWithoutGradientAreNotEvenDecayed() {
        AdamW adam = new AdamW(manager, ParameterGroup.ofDino(network.trainable()));

        backward(1, 1, 1);
        adam.step(LR, DECAY);

        assertThat(network.unused.array().toFloatArray()).containsExactly(1, 1, 1, 1);
        assertThat(adam.steps()).containsEntry("unused", 0L);
    }

    @Test
    void backwardPassesAddUpUntilTheStep() {
        AdamW adam = new AdamW(manager, ParameterGroup.ofDino(network.trainable()));
        backward(1, 2, 3);
        backward(1, 2, 3);
        assertThat(gradient(network.bias)).containsExactly(2, 4, 6);

        adam.step(LR, DECAY);

        assertThat(gradient(network.bias)).containsExactly(0, 0, 0);
        backward(1, 2, 3);
        Gradients.zero(network.parameters());
        assertThat(gradient(network.bias)).containsExactly(0, 0, 0);
    }

    @Test
    void groupsScaleTheRate() {
        List<ParameterGroup> groups = ParameterGroup.split("half-", network.trainable(), 0.5);
        AdamW adam = new AdamW(manager, groups);

        backward(4, 4, 4);
        adam.step(LR, 0);

        // The first step's length is the rate, whatever the gradient.
        assertThat((double) network.bias.array().toFloatArray()[0])
                .isCloseTo(1 - LR / 2, within(1e-6));
        assertThat(groups).extracting(ParameterGroup::name).contains("half-decayed");
    }

    @Test
    void clippingLooksAtEachParameterOrAtAll() {
        backward(0, 3, 4); // weight and bias have norm 5 each

        assertThat(GradientClipping.clipEach(network.parameters(), 10))
                .isCloseTo(Math.sqrt(50), within(1e-5));
        assertThat(gradient(network.bias)).containsExactly(0, 3, 4);
        GradientClipping.clipEach(network.parameters(), 1);
        assertThat(gradient(network.bias)[2]).isCloseTo(0.8f, within(1e-5f));
        GradientClipping.clipTogether(network.parameters(), 1);
        assertThat(gradient(network.bias)[2])
                .isCloseTo((float) (0.8 / Math.sqrt(2)), within(1e-5f));
        backward(Float.NaN, 0, 0);
        assertThat(GradientClipping.clipEach(network.parameters(), 1)).isNaN();
    }

    @Test
    void liveArraysStayFlat() {
        AdamW adam = new AdamW(manager, ParameterGroup.ofDino(network.trainable()));
        int before = 0;
        for (int i = 0; i < 20; i++) {
            backward(1, 2, 3);
            GradientClipping.clipEach(network.parameters(), 1);
            adam.step(LR, DECAY);
            before = i == 1 ? manager.getManagedArrays().size() : before;
        }

        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    private static float[] gradient(Parameter parameter) {
        try (NDArray gradient = Gradients.of(parameter).orElseThrow()) {
            return gradient.toFloatArray();
        }
    }
}
