package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.nn.Classifier;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.weights.Safetensors;
import org.surgenet.weights.WeightLoader;
import org.surgenet.weights.WeightsFile;

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
    void inspectCountsValuesThatAreNoNumbers() throws IOException {
        Path broken = folder.resolve("broken.safetensors");
        try (NDManager manager = NDManager.newBaseManager()) {
            Safetensors.write(
                    broken,
                    Map.of("head.bias", manager.create(new float[] {1, Float.NaN, 1f / 0})),
                    Map.of());
        }

        assertThat(ProgramRun.of("weights", "inspect", broken).out())
                .contains("NaN or infinite: 2 of 3 values, in head.bias");
        assertThat(ProgramRun.of("weights", "inspect", file).out()).doesNotContain("NaN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.pth", "x.safetensors"})
    void licenceAndEpochsGoWithTheWeightsIntoEveryFormat(String name) throws IOException {
        Path own = folder.resolve("own.safetensors");
        Safetensors.writeTensors(
                own,
                WeightsFile.read(file).tensors(),
                Map.of(
                        "licence",
                        "ours",
                        WeightLoader.EPOCHS_DONE,
                        "3",
                        WeightLoader.EPOCHS_ASKED,
                        "10"));
        for (String names : List.of("surgenet", "timm", "keep")) {
            Path out = folder.resolve(names + name);
            assertThat(ProgramRun.of("weights", "convert", own, out, "--names", names).code())
                    .isZero();

            assertThat(WeightsFile.read(out).metadata())
                    .containsEntry("licence", "ours")
                    .containsEntry(WeightLoader.EPOCHS_DONE, "3")
                    .containsEntry(WeightLoader.EPOCHS_ASKED, "10");
            assertThat(ProgramRun.of("weights", "inspect", out).out()).contains("licence   ours");
        }
    }

    @Test
    void aLicenceInOthersSpellingAndTheirNotesAreKept() throws IOException {
        Path theirs = folder.resolve("theirs.safetensors");
        Safetensors.writeTensors(
                theirs,
                WeightsFile.read(file).tensors(),
                Map.of("license", "CC BY-NC-SA 4.0", "author", "Someone"));
        Path out = folder.resolve("out.pth");

        assertThat(ProgramRun.of("weights", "convert", theirs, out).code()).isZero();

        assertThat(ProgramRun.of("weights", "inspect", theirs, out).out())
                .contains("licence   CC BY-NC-SA 4.0")
                .doesNotContain("not known");
        assertThat(WeightsFile.read(out).metadata())
                .containsEntry("author", "Someone")
                .containsEntry("licence", "CC BY-NC-SA 4.0");
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

    /** A file that has the network twice, the second time as an average. */
    private Path withAverage() throws IOException {
        Path both = folder.resolve("both.safetensors");
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            for (String part : new String[] {"model", "model_ema"}) {
                Classifier network = new Classifier(Backbones.create("caformer_test"), 7);
                network.initialize(manager, part.length());
                network.parameters().forEach((key, p) -> arrays.put(part + "." + key, p.array()));
            }
            Safetensors.write(both, arrays, Map.of());
        }
        return both;
    }

    @Test
    void ofSeveralPartsItIsSaidWhichWasTaken() throws IOException {
        Path both = withAverage();

        assertThat(ProgramRun.of("weights", "inspect", both).out())
                .contains("took the part 'model_ema'; weights-part selects another: model");
        ProgramRun run = ProgramRun.of("weights", "convert", both, folder.resolve("ema.pth"));
        assertThat(run.out())
                .contains("of the part 'model_ema'; weights-part selects another: model");
        run =
                ProgramRun.of(
                        "weights",
                        "convert",
                        both,
                        folder.resolve("raw.pth"),
                        "--weights-part",
                        "model");
        assertThat(run.out()).contains("of the part 'model';");
        assertThat(Files.readAllBytes(folder.resolve("raw.pth")))
                .isNotEqualTo(Files.readAllBytes(folder.resolve("ema.pth")));

        run =
                ProgramRun.of(
                        "weights",
                        "convert",
                        both,
                        folder.resolve("x.pth"),
                        "--weights-part",
                        "teacher");
        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.messages())
                .singleElement()
                .asString()
                .endsWith("has no part 'teacher'; weights-part takes model, model_ema");
        assertThat(folder.resolve("x.pth")).doesNotExist();
    }

    @Test
    void namesAndPartsOfARunsStateAreDinos() throws IOException {
        Path state = Files.createDirectories(folder.resolve("last"));

        assertThat(
                        ProgramRun.of(
                                        "weights",
                                        "convert",
                                        state,
                                        folder.resolve("full.pth"),
                                        "--names",
                                        "timm")
                                .messages())
                .singleElement()
                .asString()
                .contains("leave out --names");
        assertThat(
                        ProgramRun.of(
                                        "weights",
                                        "convert",
                                        state,
                                        folder.resolve("full.safetensors"))
                                .messages())
                .singleElement()
                .asString()
                .contains("must end in .pth or .pt");
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
