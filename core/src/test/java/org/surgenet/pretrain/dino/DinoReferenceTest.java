package org.surgenet.pretrain.dino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.surgenet.FillRule;
import org.surgenet.SharedFiles;
import org.surgenet.common.CounterRandom;
import org.surgenet.engine.NoGrad;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;
import org.surgenet.nn.Precision;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.train.ParameterGroup;
import org.surgenet.train.Schedule;
import org.surgenet.train.Schedules;

/** Six steps of the original DINO code, in reference/dino.json. */
class DinoReferenceTest {
    private static final double RELATIVE = 5e-4;
    private static final Map<String, String> IDS = Map.of("caformer_s18_surgenet", "caformer_s18");

    private static JsonNode all() throws Exception {
        return new ObjectMapper().readTree(SharedFiles.reference("dino.json"));
    }

    static List<String> networks() throws Exception {
        List<String> names = new ArrayList<>();
        for (Iterator<String> it = all().fieldNames(); it.hasNext(); ) {
            String name = it.next();
            if (Backbones.ids().contains(IDS.getOrDefault(name, name))) {
                names.add(name);
            } else if (!name.equals("schedules")) {
                System.out.println("no backbone of ours: " + name);
            }
        }
        return names;
    }

    @ParameterizedTest
    @MethodSource("networks")
    void reproducesEveryStep(String name) throws Exception {
        JsonNode one = all().get(name);
        int outputs = one.get("out_dim").asInt();
        long perEpoch = one.get("iterations_per_epoch").asLong();
        long steps = one.get("epochs").asLong() * perEpoch;
        Schedule lr =
                Schedules.cosine(
                        one.at("/lr/base").asDouble(),
                        one.at("/lr/final").asDouble(),
                        steps,
                        one.at("/lr/warmup_epochs").asLong() * perEpoch);
        Schedule decay = cosine(one.get("weight_decay"), steps);
        Schedule momentum = cosine(one.get("momentum"), steps);
        Schedule temperature =
                Schedules.perEpochWarmup(
                        one.at("/teacher_temp/warmup").asDouble(),
                        one.at("/teacher_temp/final").asDouble(),
                        one.at("/teacher_temp/warmup_epochs").asInt(),
                        perEpoch);

        try (NDManager manager = NDManager.newBaseManager()) {
            Dino dino =
                    new Dino(
                            manager,
                            () -> Backbones.create(IDS.getOrDefault(name, name)),
                            new Dino.Settings(
                                    outputs,
                                    false,
                                    one.get("student_temp").asDouble(),
                                    one.get("center_momentum").asDouble(),
                                    0,
                                    one.get("clip_grad").asDouble(),
                                    Precision.FP32),
                            0);
            dino.student().setTraining(false);
            FillRule.fill(dino.student(), "");
            dino.teacher().copyFrom(dino.student());
            List<ParameterGroup> groups = ParameterGroup.ofDino(dino.student().trainable());
            assertThat(groups.get(0).parameters()).hasSize(one.get("weight_decay_count").asInt());
            assertThat(groups.get(1).parameters())
                    .hasSize(one.get("no_weight_decay_count").asInt());

            for (JsonNode step : one.get("steps")) {
                long i = step.get("step").asLong();
                assertThat(lr.at(i)).isCloseTo(step.get("lr").asDouble(), within(1e-9));
                assertThat(decay.at(i))
                        .isCloseTo(step.get("weight_decay").asDouble(), within(1e-9));
                assertThat(momentum.at(i)).isCloseTo(step.get("momentum").asDouble(), within(1e-9));
                assertThat(temperature.at(i))
                        .isCloseTo(step.get("teacher_temp").asDouble(), within(1e-9));
                Views views = new Views(one, i);
                assertLogits(manager, dino, views, step);

                Dino.Outcome outcome =
                        dino.step(
                                List.of(views),
                                1,
                                new Dino.Rates(
                                        lr.at(i),
                                        decay.at(i),
                                        momentum.at(i),
                                        temperature.at(i),
                                        i / perEpoch < one.get("freeze_last_layer").asInt()),
                                CounterRandom.of(0));

                System.out.printf(
                        Locale.ROOT,
                        "%s step %d: loss %.6f, relative deviation: loss %.1e, gradient %.1e,"
                                + " student %.1e, teacher %.1e, centre %.1e%n",
                        name,
                        i,
                        outcome.loss(),
                        deviation(outcome.loss(), step.get("loss")),
                        deviation(outcome.gradientNorm(), step.get("grad_l2_before_clip")),
                        deviation(l2(dino.student()), step.get("student_l2")),
                        deviation(l2(dino.teacher()), step.get("teacher_l2")),
                        deviation(outcome.centreNorm(), step.get("center_l2")));
                assertClose("loss", i, outcome.loss(), step.get("loss"));
                assertClose("gradient", i, outcome.gradientNorm(), step.get("grad_l2_before_clip"));
                assertClose("student", i, l2(dino.student()), step.get("student_l2"));
                assertClose("teacher", i, l2(dino.teacher()), step.get("teacher_l2"));
                assertClose("centre", i, outcome.centreNorm(), step.get("center_l2"));
            }
        }
    }

    private static Schedule cosine(JsonNode ends, long steps) {
        return Schedules.cosine(ends.get(0).asDouble(), ends.get(1).asDouble(), steps);
    }

    private static double deviation(double value, JsonNode expected) {
        return Math.abs(value / expected.asDouble() - 1);
    }

    private static void assertClose(String what, long step, double value, JsonNode expected) {
        assertThat(value)
                .as(what + " at step " + step)
                .isCloseTo(expected.asDouble(), Percentage.withPercentage(100 * RELATIVE));
    }

    private static double l2(Module network) {
        double squares = 0;
        for (Parameter parameter : network.parameters().values()) {
            for (float value : parameter.array().toFloatArray()) {
                squares += (double) value * value;
            }
        }
        return Math.sqrt(squares);
    }

    private static void assertLogits(NDManager manager, Dino dino, Views views, JsonNode step) {
        try (NDManager inner = manager.newSubManager();
                NoGrad off = NoGrad.open()) {
            NDArray globals = views.globals(inner);
            assertSamples(
                    dino.teacher().project(dino.teacher().features(List.of(globals))),
                    step.get("teacher_output"));
            assertSamples(
                    dino.student()
                            .project(
                                    dino.student().features(List.of(globals, views.locals(inner)))),
                    step.get("student_output"));
        }
    }

    private static void assertSamples(NDArray logits, JsonNode summary) {
        float[] values = logits.toFloatArray();
        JsonNode index = summary.get("index");
        // Logits are cosines: an absolute tolerance of the relative one's size.
        for (int i = 0; i < index.size(); i++) {
            assertThat((double) values[index.get(i).asInt()])
                    .isCloseTo(summary.get("value").get(i).asDouble(), within(2 * RELATIVE));
        }
    }

    private record Views(JsonNode one, long step) implements Dino.Views {
        @Override
        public int images() {
            return one.get("batch").asInt();
        }

        @Override
        public NDArray globals(NDManager manager) {
            return views(manager, "global", 2, one.get("global_size").asInt());
        }

        @Override
        public NDArray locals(NDManager manager) {
            return views(
                    manager,
                    "local",
                    one.get("local_crops").asInt(),
                    one.get("local_size").asInt());
        }

        private NDArray views(NDManager manager, String kind, int count, int side) {
            NDArray all = null;
            for (int v = 0; v < count; v++) {
                NDArray view =
                        FillRule.input(
                                manager, "step" + step + "." + kind + v, images(), 3, side, side);
                all = all == null ? view : all.concat(view);
            }
            return all;
        }
    }
}
