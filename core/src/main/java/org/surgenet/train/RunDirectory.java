package org.surgenet.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.surgenet.common.FailureList;
import org.surgenet.common.UserException;

/**
 * Where a training run keeps its things: {@code checkpoints/}, {@code log.jsonl}, {@code
 * curves.png}, {@code backbone.safetensors}.
 *
 * @param path the run's folder
 */
public record RunDirectory(Path path) {
    public Path log() {
        return path.resolve(JsonLog.FILE_NAME);
    }

    /** The training log's numbers for TensorBoard. */
    public Path events() {
        return path.resolve(EventLog.FILE_NAME);
    }

    public Path curves() {
        return path.resolve("curves.png");
    }

    public Path backbone() {
        return path.resolve("backbone.safetensors");
    }

    /** Inputs that were skipped, with their cause. */
    public Path failures() {
        return path.resolve(FailureList.NAME);
    }

    public Checkpoints checkpoints() {
        return new Checkpoints(path.resolve("checkpoints"));
    }

    /**
     * Removes what a training run left here; files of others stay.
     *
     * @throws UserException if something cannot be removed
     */
    public void clear() {
        try {
            deleteTree(path.resolve("checkpoints"));
            for (Path file : List.of(log(), events(), curves(), backbone(), failures())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UserException(path + ": cannot be cleared: " + e.getMessage(), e);
        }
    }

    /** Deletes a folder with all that is in it, if it is there. */
    public static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            tree.sorted(Comparator.reverseOrder())
                    .forEach(
                            path -> {
                                try {
                                    Files.delete(path);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
