package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.UserException;
import org.surgenet.engine.EngineInfo;

class EngineSetupTest {
    @TempDir Path folder;

    @Test
    void aFolderWithoutLibtorchIsRefusedAndNotPassedOver() {
        assertThatThrownBy(() -> locate(folder))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("PYTORCH_LIBRARY_PATH is '" + folder + "'")
                .hasMessageContaining(System.mapLibraryName("torch"));
    }

    @Test
    void aLibtorchOfAnotherVersionIsRefused() throws IOException {
        Path lib = Files.createDirectory(folder.resolve("lib"));
        Files.createFile(lib.resolve(System.mapLibraryName("torch")));
        Files.writeString(folder.resolve("build-version"), "2.7.10+cu118\n");

        assertThatThrownBy(() -> locate(lib))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        lib
                                + ": this is libtorch 2.7.10+cu118, but surgenet needs "
                                + EngineInfo.neededLibtorch());
    }

    @Test
    void moreThreadsThanProcessorsAreToldWithTheRemedy() {
        Diagnosis.Finding finding = Diagnosis.threads("64", 64, 2);

        assertThat(finding.state()).isEqualTo(Diagnosis.State.DOUBTFUL);
        assertThat(finding.line())
                .startsWith("warn ")
                .contains("64 threads", "the 2 processors", "set OMP_NUM_THREADS=2");
        assertThat(Diagnosis.threads(null, 2, 2).state()).isEqualTo(Diagnosis.State.WORKS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "0", "-2", "", "2.5"})
    void aNumberOfThreadsThatIsNoneIsTold(String value) {
        Diagnosis.Finding finding = Diagnosis.threads(value, 2, 2);

        assertThat(finding.state()).isEqualTo(Diagnosis.State.DOUBTFUL);
        assertThat(finding.line())
                .contains("OMP_NUM_THREADS=" + value + " is not a number of threads");
        assertThat(Diagnosis.threads("2,1", 2, 2).state()).isEqualTo(Diagnosis.State.WORKS);
    }

    private static void locate(Path libtorch) {
        EngineSetup.locate(Map.of(EngineSetup.LIBRARY_PATH, libtorch.toString()));
    }
}
