package org.surgenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.common.UserException;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.zoo.Backbones;

/** Which part of a file is taken where several fit. */
class PartsTest {
    /** A file whose parts hold one number each: 1, 2 and so on. */
    private static StateDict file(String... prefixes) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        float number = 0;
        for (String prefix : prefixes) {
            float value = ++number;
            Backbones.create("caformer_test")
                    .parameters()
                    .forEach(
                            (key, parameter) -> {
                                float[] values = new float[(int) parameter.size()];
                                java.util.Arrays.fill(values, value);
                                tensors.put(
                                        prefix + key,
                                        Tensor.computed(
                                                parameter.shape().getShape(), () -> values));
                            });
        }
        return new StateDict(Path.of("some.pth"), StateDict.Format.PYTORCH_ZIP, tensors, Map.of());
    }

    private static float taken(StateDict weights, String part) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Backbone network = Backbones.create("caformer_test");
            network.allocate(manager);
            WeightLoader.load(network, weights, false, Optional.ofNullable(part));
            return network.parameters().get("norm.bias").array().getFloat(0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "model. model_ema., 2",
        "state_dict. state_dict_ema., 2",
        "model_ema. model., 1",
        "student.module.backbone. teacher.backbone., 2",
        "teacher.backbone. ema.backbone., 1",
        // No averages: the first in the file. 'schema' and 'gemma' hold the letters only.
        "model. other., 1",
        "first. schema., 1",
        "first. gemma_2., 1",
    })
    void averagedWeightsComeFirst(String prefixes, float expected) {
        assertThat(taken(file(prefixes.split(" ")), null)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "model, 1",
        "model_ema, 2",
        "teacher, 3",
        "teacher.backbone, 3",
        "student, 4",
        "student.module, 4",
        "., 5",
    })
    void thePartAskedForIsTaken(String part, float expected) {
        StateDict weights =
                file("model.", "model_ema.", "teacher.backbone.", "student.module.backbone.", "");

        assertThat(taken(weights, part)).isEqualTo(expected);
    }

    @Test
    void whichWasTakenAndWhatElseThereIsIsSaid() {
        StateDict weights = file("model.", "model_ema.");

        Coverage coverage = Matching.of(Backbones.create("caformer_test"), weights).coverage();

        assertThat(coverage.part()).isEqualTo("model_ema");
        assertThat(coverage.others()).isEqualTo(List.of("model"));
        assertThat(coverage.report())
                .isEqualTo(
                        "44 of 44 tensors; took the part 'model_ema'; weights-part selects"
                                + " another: model");
        assertThat(Matching.of(Backbones.create("caformer_test"), file("model.")).coverage())
                .satisfies(one -> assertThat(one.remarks()).isEmpty());
    }

    @Test
    void aChoiceThatNothingJustifiesIsOne() {
        assertThat(coverage("model.", "model_ema.").arbitrary()).isFalse();
        assertThat(coverage("model.").arbitrary()).isFalse();
        assertThat(coverage("generator.", "critic.").arbitrary()).isTrue();
        assertThat(coverage("model_ema.", "teacher.").arbitrary()).isTrue();
    }

    private static Coverage coverage(String... prefixes) {
        return Matching.of(Backbones.create("caformer_test"), file(prefixes)).coverage();
    }

    @Test
    void anUnknownPartListsThoseThatFit() {
        StateDict weights = file("model.", "model_ema.");

        assertThatThrownBy(() -> taken(weights, "ema"))
                .isInstanceOf(UserException.class)
                .hasMessage("some.pth: has no part 'ema'; weights-part takes model, model_ema");
        assertThatThrownBy(() -> Fit.best(weights, Optional.of("teacher")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("has no part 'teacher'; weights-part takes model,");
    }

    @Test
    void aPartThatDoesNotFitIsToldFromOneThatIsNotThere() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(file("model.").tensors());
        tensors.put(
                "optimizer.state.0.exp_avg", Tensor.computed(new long[] {1}, () -> new float[1]));
        StateDict weights =
                new StateDict(Path.of("a.pth"), StateDict.Format.PYTORCH_ZIP, tensors, Map.of());

        assertThatThrownBy(() -> taken(weights, "optimizer"))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "a.pth: its part 'optimizer' holds no weights of this network;"
                                + " weights-part takes model");
    }

    @Test
    void aPartThatFitsBetterWinsOverAnAverage() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(file("model.", "model_ema.").tensors());
        tensors.put("model_ema.norm.bias", Tensor.computed(new long[] {3}, () -> new float[3]));
        StateDict weights =
                new StateDict(Path.of("a.pth"), StateDict.Format.PYTORCH_ZIP, tensors, Map.of());

        assertThat(taken(weights, null)).isEqualTo(1);
    }
}
