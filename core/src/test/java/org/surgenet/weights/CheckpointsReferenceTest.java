package org.surgenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.SharedFiles;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;

/** Files that PyTorch wrote (reference/checkpoints), exactly, and files that must be refused. */
class CheckpointsReferenceTest {
    @TempDir Path folder;

    private Path copy(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, SharedFiles.reference("checkpoints/" + name));
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensors_zip.pth", "tensors_legacy.pth"})
    void everyTypeAndViewIsReadExactly(String name) throws IOException {
        StateDict read = WeightsFile.read(copy(name));

        assertEqual(read.tensors(), "checkpoints/tensors.json");
    }

    @Test
    void teacherOfFullDinoCheckpointIsReadExactly() throws IOException {
        StateDict read = WeightsFile.read(copy("dino_full.pth"));

        assertEqual(read.under("teacher."), "checkpoints/dino_full_teacher.json");
        assertThat(read.under("student.module.")).isNotEmpty();
        assertThat(read.metadata()).containsKey("epoch");
        assertThat(read.metadata().keySet()).anyMatch(key -> key.startsWith("args."));
    }

    /** What DINO's code resumes from: nested as it was, with the epoch and the optimiser. */
    @ParameterizedTest
    @ValueSource(strings = {"kept.pth", "kept.safetensors"})
    void aKeptCheckpointLosesNothing(String name) throws IOException {
        Path file = copy("dino_full.pth");
        Path kept = folder.resolve(name);

        Converter.convert(file, kept, Converter.Names.KEEP, Optional.empty());

        StateDict before = WeightsFile.read(file);
        StateDict after = WeightsFile.read(kept);
        assertThat(after.metadata()).containsAllEntriesOf(before.metadata());
        assertThat(after.tensors().keySet()).isEqualTo(before.tensors().keySet());
        before.tensors()
                .forEach(
                        (key, tensor) ->
                                assertThat(after.tensors().get(key).toDoubles())
                                        .as(key)
                                        .isEqualTo(tensor.toDoubles()));
        if (name.endsWith(".pth")) {
            assertThat(after.content().keySet()).isEqualTo(before.content().keySet());
            assertThat(before.content()).containsKeys("student", "teacher", "epoch", "args");
            assertThat(((Map<?, ?>) after.content().get("teacher")).keySet())
                    .isEqualTo(((Map<?, ?>) before.content().get("teacher")).keySet());
        }
    }

    @Test
    void maliciousPickleIsRefusedByNameAndRunsNothing() throws IOException {
        assertThatThrownBy(() -> WeightsFile.read(copy("malicious.pth")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("malicious.pth")
                .hasMessageContaining("nothing was run")
                .hasMessageMatching("(?s).*(posix|os|nt)\\.system.*");
        // What its command would have left behind.
        assertThat(Path.of("pwned.txt")).doesNotExist();
    }

    @Test
    void truncatedFileIsRefused() throws IOException {
        assertThatThrownBy(() -> WeightsFile.read(copy("truncated.pth")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("cut off");
    }

    @Test
    void otherFileIsRefused() throws IOException {
        assertThatThrownBy(() -> WeightsFile.read(copy("not_a_checkpoint.pth")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("not_a_checkpoint.pth: ");
    }

    // --- files in this project's resources/checkpoints, written by torch 2.13 -------------------

    private Path own(String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = getClass().getResourceAsStream("/checkpoints/" + name)) {
            Files.copy(in, file);
        }
        return file;
    }

    @Test
    void parametersBuffersAndTensorsWithAttributesAreTensors() throws IOException {
        Map<String, Tensor> read = WeightsFile.read(own("attributes.pth")).tensors();

        assertThat(read).containsOnlyKeys("parameter", "buffer", "tensor");
        assertThat(read.get("parameter").toDoubles()).containsExactly(1, 2);
        assertThat(read.get("buffer").toDoubles()).containsExactly(5, 6);
        assertThat(read.get("tensor").toDoubles()).containsExactly(3, 4);
    }

    @Test
    void typesWithoutAStorageClassAreReadExactly() throws IOException {
        Map<String, Tensor> read = WeightsFile.read(own("types.pth")).tensors();

        assertThat(read.get("e4m3").type()).isEqualTo(TensorType.F8_E4M3);
        assertThat(read.get("e4m3").toDoubles())
                .containsExactly(0, 0.5, -1.5, 448, 0x1p-9, Double.NaN);
        assertThat(read.get("e5m2").type()).isEqualTo(TensorType.F8_E5M2);
        assertThat(read.get("e5m2").toDoubles())
                .containsExactly(0, 0.5, -1.5, 57344, 0x1p-16, Double.POSITIVE_INFINITY);
        assertThat(read.get("u64").type()).isEqualTo(TensorType.U64);
        assertThat(read.get("u64").toDoubles()).containsExactly(0, 1, 0x1p53);
    }

    @Test
    void legacyFilesOfTheTextProtocolAreRead() throws IOException {
        assertThat(WeightsFile.read(own("protocol1_legacy.pth")).tensors().get("a").toDoubles())
                .containsExactly(1, 2);
    }

    @Test
    void viewsThatNegateAreRefused() {
        assertThatThrownBy(() -> WeightsFile.read(own("negated.pth")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("negated.pth: ")
                .hasMessageContaining("resolve_neg");
    }

    private static void assertEqual(Map<String, Tensor> tensors, String values) {
        JsonNode expected = Json.parse(SharedFiles.reference(values), values);
        List<String> names = new ArrayList<>();
        expected.fieldNames().forEachRemaining(names::add);
        assertThat(tensors.keySet()).containsExactlyElementsOf(names);
        for (String name : names) {
            JsonNode node = expected.get(name);
            Tensor tensor = tensors.get(name);
            assertThat(tensor.type().torchName()).as(name).isEqualTo(node.get("dtype").asText());
            long[] shape = new long[node.get("shape").size()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = node.get("shape").get(i).asLong();
            }
            assertThat(tensor.shape()).as(name).isEqualTo(shape);
            double[] list = new double[node.get("values").size()];
            for (int i = 0; i < list.length; i++) {
                list[i] = node.get("values").get(i).asDouble();
            }
            assertThat(tensor.toDoubles()).as(name).containsExactly(list);
        }
    }
}
