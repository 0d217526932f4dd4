package org.surgenet.train;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.weights.Safetensors;

/**
 * Folders of a run's states, each replaced as a whole: {@code NAME.part} is written and forced to
 * the disk, {@code NAME} steps aside as {@code NAME.old}, the new one takes its place. Whenever the
 * program dies, one of the three is whole, and {@link #find} puts the newest of them back.
 *
 * @param folder {@code checkpoints/} of the run
 */
public record Checkpoints(Path folder) {
    /** The newest state. */
    public static final String LAST = "last";

    /** The state with the best validation score. */
    public static final String BEST = "best";

    /** Written last of all, so that its presence says that a folder is whole. */
    public static final String STATE = "state.json";

    /** Ending of the files that {@link #save} writes for its parts. */
    public static final String TENSORS_SUFFIX = ".safetensors";

    private static final String PART = ".part";
    private static final String OLD = ".old";

    /** What writes a checkpoint's files into a new folder. */
    @FunctionalInterface
    interface Content {
        /** Writes and forces all files but {@link #STATE}, then that. */
        void writeTo(Path folder) throws IOException;
    }

    /**
     * Saves a state under {@code name}, in place of the one that is there.
     *
     * @param state becomes {@code state.json}
     * @param tensors float32 arrays by name, in a file for each part's name
     * @throws UserException if it cannot be written (a full disk); the old one is then as it was
     */
    public void save(String name, ObjectNode state, Map<String, Map<String, NDArray>> tensors) {
        replace(
                name,
                to -> {
                    for (Map.Entry<String, Map<String, NDArray>> part : tensors.entrySet()) {
                        Safetensors.write(
                                to.resolve(part.getKey() + TENSORS_SUFFIX),
                                part.getValue(),
                                Map.of("format", "pt"));
                    }
                    Json.write(to.resolve(STATE), state);
                });
    }

    /**
     * The state saved under {@code name}, if there is one.
     *
     * @throws UserException if it cannot be read
     */
    public Optional<Checkpoint> load(String name) {
        return find(name).map(path -> new Checkpoint(path, Json.read(path.resolve(STATE))));
    }

    /**
     * Replaces the checkpoint {@code name}.
     *
     * @throws UserException if it cannot be written (a full disk); the old one is then as it was
     */
    void replace(String name, Content content) {
        Path target = folder.resolve(name);
        Path part = folder.resolve(name + PART);
        Path old = folder.resolve(name + OLD);
        try {
            find(name);
            Files.createDirectories(part);
            try {
                content.writeTo(part);
            } catch (IOException | RuntimeException e) {
                RunDirectory.deleteTree(part);
                throw e;
            }
            if (Files.exists(target)) {
                Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            RunDirectory.deleteTree(old);
        } catch (IOException e) {
            throw new UserException(
                    target
                            + ": checkpoint cannot be written ("
                            + e.getMessage()
                            + "); the one before is kept. Free some space and run the same command"
                            + " again to go on from it",
                    e);
        }
    }

    /**
     * The folder of a checkpoint, after mending what a killed program left.
     *
     * @throws UserException if the folder cannot be mended
     */
    public Optional<Path> find(String name) {
        Path target = folder.resolve(name);
        Path part = folder.resolve(name + PART);
        Path old = folder.resolve(name + OLD);
        try {
            if (!isWhole(target)) {
                // Killed between the two renames: the new one is whole and not yet in place.
                for (Path candidate : List.of(part, old)) {
                    if (isWhole(candidate)) {
                        RunDirectory.deleteTree(target);
                        Files.move(candidate, target, StandardCopyOption.ATOMIC_MOVE);
                        break;
                    }
                }
            }
            RunDirectory.deleteTree(part);
            if (isWhole(target)) {
                RunDirectory.deleteTree(old);
                return Optional.of(target);
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UserException(target + ": cannot be mended: " + e.getMessage(), e);
        }
    }

    private static boolean isWhole(Path folder) {
        return Files.isRegularFile(folder.resolve(STATE));
    }
}
