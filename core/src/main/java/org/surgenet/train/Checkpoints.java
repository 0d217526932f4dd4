package org.surgenet.train;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

    /** How a state that was followed by newer ones is called, by the step it holds. */
    private static final Pattern OLDER = Pattern.compile("step-\\d{8,}");

    /** What writes a checkpoint's files into a new folder. */
    @FunctionalInterface
    interface Content {
        /** Writes and forces all files but {@link #STATE}, then that. */
        void writeTo(Path folder) throws IOException;
    }

    /** What becomes of a checkpoint that has been replaced. */
    @FunctionalInterface
    interface Retirement {
        void of(Path folder) throws IOException;
    }

    /**
     * Saves a state under {@code name}, in place of the one that is there.
     *
     * @param state becomes {@code state.json}
     * @param tensors float32 arrays by name, in a file for each part's name
     * @throws UserException if it cannot be written (a full disk); the old one is then as it was
     */
    public void save(String name, ObjectNode state, Map<String, Map<String, NDArray>> tensors) {
        replace(name, content(state, tensors), RunDirectory::deleteTree);
    }

    /**
     * Saves a state as {@link #LAST} and keeps the ones before it as {@code step-00001234}, as many
     * as asked for. If the program is killed just then, the newest of those may be missing.
     *
     * @param state as in {@link #save}, with the number of its {@code step}
     * @param keep states in all, at least 1
     * @throws UserException as {@link #save}
     */
    public void saveLast(ObjectNode state, Map<String, Map<String, NDArray>> tensors, int keep) {
        replace(LAST, content(state, tensors), old -> retire(old, keep - 1));
    }

    private void retire(Path old, int keep) throws IOException {
        if (keep > 0) {
            long step = Json.read(old.resolve(STATE)).path("step").asLong();
            Path kept = folder.resolve(String.format(Locale.ROOT, "step-%08d", step));
            // A run that was taken back to an earlier state passes the same steps again.
            RunDirectory.deleteTree(kept);
            Files.move(old, kept, StandardCopyOption.ATOMIC_MOVE);
        } else {
            RunDirectory.deleteTree(old);
        }
        List<Path> older;
        try (Stream<Path> all = Files.list(folder)) {
            older =
                    all.filter(path -> OLDER.matcher(path.getFileName().toString()).matches())
                            .sorted(Comparator.comparingLong(Checkpoints::step).reversed())
                            .toList();
        }
        for (Path surplus : older.subList(Math.min(keep, older.size()), older.size())) {
            RunDirectory.deleteTree(surplus);
        }
    }

    private static long step(Path older) {
        return Long.parseLong(older.getFileName().toString().substring("step-".length()));
    }

    private static Content content(ObjectNode state, Map<String, Map<String, NDArray>> tensors) {
        return to -> {
            for (Map.Entry<String, Map<String, NDArray>> part : tensors.entrySet()) {
                Safetensors.write(
                        to.resolve(part.getKey() + TENSORS_SUFFIX),
                        part.getValue(),
                        Map.of("format", "pt"));
            }
            Json.write(to.resolve(STATE), state);
        };
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
     * @param after what becomes of the one before, once the new one is in its place
     * @throws UserException if it cannot be written (a full disk); the old one is then as it was
     */
    void replace(String name, Content content, Retirement after) {
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
            if (Files.exists(old)) {
                after.of(old);
            }
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
