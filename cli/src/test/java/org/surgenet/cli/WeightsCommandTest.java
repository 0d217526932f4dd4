package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.nn.Backbones;
import org.surgenet.nn.Classifier;
import org.surgenet.weights.Safetensors;

class WeightsCommandTest {
    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void writeWeights() throws IOException {
        file = folder.resolve("model.safetensors");
        try (NDManager manager = NDManager.newBaseManager()) {
            Classifier network = new Classifier(Backbones.create("caformer_test"), 7);
            network.initialize(manager, 1);
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            network.parameters().forEach((key, p) -> arrays.put("module." + key, p.array()));
            Safetensors.write(file, arrays, Map.of());
        }
    }

    @Test
    void inspectTellsNetworkNamesAndCoverage() {
        ProgramRun run = ProgramRun.of("weights", "inspect", file);

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("safetensors")
                .contains("caformer_test, classifier of 7 classes")
                .contains("SurgeNet / original, under 'module.'")
                .contains("50 of 50 tensors");
    }

    @Test
    void inspectShowsTheOtherFilesWhereOneCannotBeRead() throws IOException {
        Path text = folder.resolve("notes.pth");
        Files.writeString(text, "to do: weights");

        ProgramRun run = ProgramRun.of("weights", "inspect", text, file);

        assertThat(run.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        assertThat(run.out()).contains("50 of 50 tensors");
        assertThat(run.err()).contains("notes.pth: is neither a PyTorch checkpoint");
    }

    @Test
    void convertWritesTimmNamesThatAreRecognisedAgain() {
        Path out = folder.resolve("timm.pth");

        ProgramRun run = ProgramRun.of("weights", "convert", file, out, "--names", "timm");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(ProgramRun.of("weights", "inspect", out).out())
                .contains("names     timm")
                .contains("50 of 50 tensors");
    }

    @Test
    void aFileThatIsThereIsNotReplacedUnasked() throws IOException {
        Path out = folder.resolve("out.pth");
        Files.writeString(out, "precious");

        ProgramRun run = ProgramRun.of("weights", "convert", file, out);

        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.messages()).singleElement().asString().contains("--overwrite");
        assertThat(out).hasContent("precious");
    }

    @Test
    void otherFilesAreRefusedWithOneLine() throws IOException {
        Path text = folder.resolve("notes.pth");
        Files.writeString(text, "to do: weights");

        ProgramRun run = ProgramRun.of("weights", "inspect", text);

        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.messages())
                .singleElement()
                .asString()
                .contains("notes.pth: is neither a PyTorch checkpoint nor a safetensors file");
    }
}
