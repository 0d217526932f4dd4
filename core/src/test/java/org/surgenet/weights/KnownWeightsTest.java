package org.surgenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.UserException;
import org.surgenet.nn.zoo.Backbones;

class KnownWeightsTest {
    private static final String FILE = "SurgeNetXL_checkpoint_epoch0050_teacher.pth";

    @TempDir Path folder;

    private void write(String backbone, Path file) throws IOException {
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            Backbones.create(backbone)
                    .parameters()
                    .forEach((key, p) -> arrays.put(key, manager.zeros(p.shape())));
            Safetensors.write(file, arrays, Map.of());
        }
    }

    @Test
    void aPathIsTakenAsItIs() throws IOException {
        Path file = Files.createFile(folder.resolve("mine.pth"));

        assertThat(KnownWeights.resolve(file.toString(), folder)).isEqualTo(file);
    }

    @Test
    void absentOnesAreNotDownloadedButTheirPlaceIsTold() {
        assertThatThrownBy(() -> KnownWeights.resolve("surgenetxl", folder))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("https://huggingface.co/TimJaspersTue/SurgeNetModels/")
                .hasMessageContaining(folder.resolve(FILE).toString())
                .hasMessageContaining("CC-BY-NC-SA")
                .hasMessageContaining("as weights-dir");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void presentOnesAreVerified() throws IOException {
        Path file = folder.resolve(FILE);
        write("caformer_s18", file);
        assertThat(KnownWeights.resolve("SurgeNetXL", folder)).isEqualTo(file);

        write("caformer_test", file);
        assertThatThrownBy(() -> KnownWeights.resolve("SurgeNetXL", folder))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("should hold SurgeNetXL for caformer_s18");
    }

    @Test
    void otherNamesAreAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> KnownWeights.resolve("SurgNetXL", folder))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("SurgNetXL: no such file")
                .hasMessageContaining("SurgeNetXL, SurgeNet,");
    }

    @Test
    void everyEntryNamesAKnownBackboneAndAFile() {
        assertThat(KnownWeights.all())
                .allSatisfy(
                        known -> {
                            assertThat(Backbones.ids()).contains(known.backbone());
                            assertThat(known.fileName()).matches("[\\w.]+\\.(pth|pt)");
                        });
        assertThat(KnownWeights.all().stream().map(KnownWeights::name).distinct().toList())
                .hasSameSizeAs(KnownWeights.all())
                .containsAll(List.of("SurgeNetXL", "SurgeNetPublic", "SurgeNetXL-ViT-B"));
        // Every network with public weights has an entry.
        assertThat(KnownWeights.all().stream().map(KnownWeights::backbone).distinct())
                .containsExactlyInAnyOrder(
                        "caformer_s18",
                        "caformer_s18_star",
                        "convnextv2_tiny",
                        "pvt_v2_b2",
                        "vit_small_16",
                        "vit_base_16");
    }
}
