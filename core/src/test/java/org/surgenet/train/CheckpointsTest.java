package org.surgenet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;

class CheckpointsTest {
    @TempDir Path folder;
    private Checkpoints checkpoints;

    @BeforeEach
    void open() {
        checkpoints = new Checkpoints(folder.resolve("checkpoints"));
    }

    private void save(int step) {
        checkpoints.replace(
                "last",
                to -> Files.writeString(to.resolve("state.json"), "{\"step\": " + step + "}"),
                RunDirectory::deleteTree);
    }

    private int step() {
        return checkpoints.load("last").orElseThrow().state().get("step").asInt();
    }

    private void copy(String from, String to) throws IOException {
        Path target = checkpoints.folder().resolve(to);
        Files.createDirectories(target);
        Files.copy(
                checkpoints.folder().resolve(from).resolve("state.json"),
                target.resolve("state.json"));
    }

    @Test
    void tensorsComeBackAsTheyWere() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray saved = manager.create(new float[] {1, 2.5f, -3});
            checkpoints.save(
                    "last", Json.object().put("step", 7), Map.of("net", Map.of("a", saved)));
            NDArray other = manager.zeros(saved.getShape());

            Checkpoint checkpoint = checkpoints.load("last").orElseThrow();
            checkpoint.restore("net", Map.of("a", other));

            assertThat(checkpoint.state().get("step").asInt()).isEqualTo(7);
            assertThat(other.toFloatArray()).containsExactly(1, 2.5f, -3);
            // A restored array is its own: writing it must not touch the file.
            other.addi(1);
            assertThat(saved.toFloatArray()).containsExactly(1, 2.5f, -3);
            assertThatThrownBy(() -> checkpoint.restore("net", Map.of("b", other)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("another network");
        }
    }

    private void failToSave(String name, IOException cause) {
        checkpoints.replace(
                name,
                to -> {
                    Files.writeString(to.resolve("half"), "half");
                    throw cause;
                },
                RunDirectory::deleteTree);
    }

    @Test
    void aFailedFirstSaveDoesNotSpeakOfOneBefore() {
        for (String name : List.of("last", "best", "epoch-0005")) {
            assertThatThrownBy(() -> failToSave(name, new IOException("No space left on device")))
                    .isInstanceOf(UserException.class)
                    .hasMessage(
                            checkpoints.folder().resolve(name)
                                    + ": checkpoint cannot be written (No space left on device); no"
                                    + " checkpoint has been saved so far. Free some space and run"
                                    + " the same command again to start afresh");
        }
        assertThat(checkpoints.standing()).isEqualTo("no checkpoint has been saved so far");
    }

    @Test
    void onlyAFullDiskAsksForRoom() {
        assertThatThrownBy(() -> failToSave("last", new AccessDeniedException("x")))
                .hasMessageContaining("AccessDeniedException: x")
                .hasMessageContaining("Mend the cause")
                .hasMessageNotContaining("space");
    }

    @Test
    void aFailedSaveKeepsTheOneBefore() {
        save(1);

        for (String name : List.of("last", "best")) {
            assertThatThrownBy(() -> failToSave(name, new IOException("No space left on device")))
                    .isInstanceOf(UserException.class)
                    .hasMessage(
                            checkpoints.folder().resolve(name)
                                    + ": checkpoint cannot be written (No space left on device);"
                                    + " the last checkpoint is kept in "
                                    + checkpoints.folder().resolve("last")
                                    + ". Free some space and run the same command again to go on"
                                    + " from it");
        }

        assertThat(step()).isEqualTo(1);
        assertThat(checkpoints.folder()).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void whicheverMomentTheProgramDiesAtOneWholeStateIsThere() throws Exception {
        // Dead while writing: an unfinished part beside the old one.
        save(1);
        Files.createDirectories(checkpoints.folder().resolve("last.part"));
        Files.writeString(checkpoints.folder().resolve("last.part/student.safetensors"), "hal");
        assertThat(step()).isEqualTo(1);

        // Dead between the renames: the new one whole, the old one aside, none in place.
        save(2);
        copy("last", "last.old");
        Files.writeString(checkpoints.folder().resolve("last/state.json"), "{\"step\": 3}");
        Files.move(checkpoints.folder().resolve("last"), checkpoints.folder().resolve("last.part"));
        assertThat(step()).isEqualTo(3);
        assertThat(checkpoints.folder().resolve("last.old")).doesNotExist();

        // Dead after the renames, before the old one was removed.
        copy("last", "last.old");
        save(4);
        assertThat(step()).isEqualTo(4);
    }

    @Test
    void nothingSavedIsNothingFound() {
        assertThat(checkpoints.load("last")).isEmpty();
    }

    @Test
    void asManyOfTheLastAreKeptAsAskedFor() throws Exception {
        for (int step : new int[] {9, 10, 11, 12}) {
            checkpoints.saveLast(Json.object().put("step", step), Map.of(), 3);
        }

        assertThat(names()).containsExactly("last", "step-00000010", "step-00000011");
        assertThat(step()).isEqualTo(12);
        assertThat(checkpoints.load("step-00000010").orElseThrow().state().get("step").asInt())
                .isEqualTo(10);

        // One that is taken up again, and then fewer.
        checkpoints.saveLast(Json.object().put("step", 11), Map.of(), 3);
        assertThat(names()).containsExactly("last", "step-00000011", "step-00000012");
        checkpoints.saveLast(Json.object().put("step", 12), Map.of(), 1);
        assertThat(names()).containsExactly("last");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(checkpoints.folder())) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
