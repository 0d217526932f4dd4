package org.surgenet.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.surgenet.FillRule;
import org.surgenet.common.Json;
import org.surgenet.engine.Recording;
import org.surgenet.nn.tcn.MsTcn;
import org.surgenet.nn.tcn.TeCno;
import org.surgenet.nn.tcn.TemporalHead;
import org.surgenet.train.Gradients;

/**
 * Forward pass, loss and gradients of TeCNO and MS-TCN++ as their published definitions give them
 * in PyTorch 2.13.0 (tcn.json: weights and input by the fill rule; the last convolutions of
 * MS-TCN++ times 3, so that the smoothing loss truncates some steps).
 */
class TemporalHeadsReferenceTest {
    private static final JsonNode REFERENCE = reference();
    private static final int FRAMES = REFERENCE.get("frames").asInt();
    private static final int FEATURES = REFERENCE.get("features").asInt();
    private static final int CLASSES = REFERENCE.get("classes").asInt();
    private static final double TOLERANCE = 1e-5;

    private static JsonNode reference() {
        try (InputStream in =
                TemporalHeadsReferenceTest.class.getResourceAsStream("/temporal/tcn.json")) {
            return Json.parse(in.readAllBytes(), "tcn.json");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<JsonNode> cases() {
        List<JsonNode> cases = new ArrayList<>();
        REFERENCE.get("cases").forEach(cases::add);
        return cases;
    }

    private static TemporalHead head(String name) {
        boolean causal = name.endsWith("online");
        return name.startsWith("tecno")
                ? new TeCno(2, 3, 8, FEATURES, CLASSES, causal)
                : new MsTcn(2, 4, 3, 8, FEATURES, CLASSES, causal);
    }

    private static TemporalHead filled(NDManager manager, String name) {
        TemporalHead head = head(name);
        head.initialize(manager, 0);
        FillRule.fill(head, "");
        if (name.startsWith("mstcn")) {
            head.parameters()
                    .forEach(
                            (key, parameter) -> {
                                if (key.endsWith("conv_out.weight")) {
                                    parameter.array().muli(3);
                                }
                            });
        }
        return head;
    }

    private static SequenceLoss loss(String name) {
        return name.startsWith("tecno")
                ? new SequenceLoss(doubles(REFERENCE.get("weights")), 0, true)
                : new SequenceLoss(null, 0.15, false);
    }

    private static double[] doubles(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    private static int[] targets() {
        return StreamSupport.stream(REFERENCE.get("targets").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void keysLogitsLossAndGradientsAreTorchs(JsonNode one) {
        String name = one.get("name").asText();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            TemporalHead head = filled(manager, name);
            List<String> keys = new ArrayList<>();
            one.get("keys").forEach(key -> keys.add(key.asText()));
            assertThat(head.parameters().keySet()).containsExactlyElementsOf(keys);

            Gradients.require(head);
            NDArray input = FillRule.input(manager, "features", FRAMES, FEATURES);
            double value;
            List<NDArray> stages;
            try (Recording recording = Gradients.collect()) {
                stages = head.forward(input);
                NDArray loss = loss(name).of(stages, targets());
                recording.backward(loss);
                value = loss.getFloat();
            }

            assertThat(stages).hasSameSizeAs(one.get("stages"));
            for (int s = 0; s < stages.size(); s++) {
                requireClose(stages.get(s).toFloatArray(), doubles(one.get("stages").get(s)));
            }
            double expected = one.get("loss").asDouble();
            assertThat(value).isCloseTo(expected, within(TOLERANCE * Math.max(1, expected)));
            head.parameters()
                    .forEach(
                            (key, parameter) -> {
                                double norm = one.get("gradient_l2").get(key).asDouble();
                                try (NDArray gradient = Gradients.of(parameter).orElseThrow()) {
                                    assertThat((double) gradient.norm().getFloat())
                                            .as(key)
                                            .isCloseTo(norm, within(1e-4 * Math.max(1, norm)));
                                }
                            });
        }
    }

    private static void requireClose(float[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .isCloseTo(expected[i], within(TOLERANCE * Math.max(1, Math.abs(expected[i]))));
        }
    }

    /** What comes after a frame changes its score offline, and never online. */
    @ParameterizedTest
    @MethodSource("cases")
    void theFutureChangesThePastOfflineAlone(JsonNode one) {
        String name = one.get("name").asText();
        int now = 11;
        float[] features = FillRule.input("features", FRAMES, FEATURES);
        float[] other = features.clone();
        for (int i = (now + 1) * FEATURES; i < other.length; i++) {
            other[i] += 5;
        }
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            TemporalHead head = filled(manager, name);

            float[] before = past(manager, head, features, now);
            float[] after = past(manager, head, other, now);

            if (name.endsWith("online")) {
                assertThat(after).isEqualTo(before);
            } else {
                assertThat(after).isNotEqualTo(before);
            }
        }
    }

    /** The last stage's logits of the frames up to {@code now}. */
    private static float[] past(NDManager manager, TemporalHead head, float[] features, int now) {
        NDArray input = manager.create(features, new ai.djl.ndarray.types.Shape(FRAMES, FEATURES));
        List<NDArray> stages = head.forward(input);
        return java.util.Arrays.copyOf(
                stages.get(stages.size() - 1).toFloatArray(), (now + 1) * CLASSES);
    }

    /** Dropout acts in training alone, half of the values are zero, and a key draws the same. */
    @Test
    void dropoutDrawsFromItsKey() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            org.surgenet.nn.Dropout dropout = new org.surgenet.nn.Dropout(0.5);
            ai.djl.ndarray.types.Shape shape = new ai.djl.ndarray.types.Shape(100, 103);
            assertThat(dropout.forward(manager.ones(shape)).toFloatArray()).containsOnly(1f);

            dropout.setTraining(true);
            dropout.setNoise(org.surgenet.common.CounterRandom.of(3));
            float[] first = dropout.forward(manager.ones(shape)).toFloatArray();
            dropout.setNoise(org.surgenet.common.CounterRandom.of(3));
            float[] again = dropout.forward(manager.ones(shape)).toFloatArray();

            assertThat(first).containsOnly(0f, 2f).isEqualTo(again);
            double mean = 0;
            for (float value : first) {
                mean += value / first.length;
            }
            // Five standard deviations of the mean of 10,300 draws.
            assertThat(mean).isCloseTo(1, within(0.05));
        }
    }
}
