package org.surgenet.train;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
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
                        Map.of("format", "pt", "program", "surgenet"));
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
     * @throws UserException if it cannot be written (a full disk); the old one, if any, is then as
     *     it was
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
            throw unwritten(target + ": checkpoint", e);
        }
    }

    /**
     * What to tell where a file of the run cannot be written.
     *
     * @param what begins the message, such as "run1: results"
     */
    public UserException unwritten(String what, IOException e) {
        return new UserException(
                what
                        + " cannot be written ("
                        + cause(e)
                        + "); "
                        + standing()
                        + ". "
                        + (isOfPath(e) ? "Mend the cause" : "Free some space")
                        + " and run the same command again to "
                        + (isWhole(folder.resolve(LAST)) ? "go on from it" : "start afresh"),
                e);
    }

    /** For messages of a run that ends early: what it has saved to go on from. */
    public String standing() {
        Path last = folder.resolve(LAST);
        return isWhole(last)
                ? "the last checkpoint is kept in " + last
                : "no checkpoint has been saved so far";
    }

    /**
     * Refuses to begin anew beside states of an earlier run: its newest would be taken for this
     * run's.
     *
     * @throws UserException if there are some, naming the newest
     */
    void requireNoOlder() throws IOException {
        List<Path> older = older();
        if (!older.isEmpty()) {
            throw new UserException(
                    folder.resolve(LAST)
                            + ": is missing, but there is "
                            + older.get(0)
                            + "; rename that to last to go on from it, or set overwrite to start"
                            + " again");
        }
    }

    /** For messages about a state that cannot be read: what else there is to go on from. */
    String otherStates() {
        List<Path> older;
        try {
            older = older();
        } catch (IOException e) {
            older = List.of();
        }
        return older.isEmpty()
                ? "; set overwrite to start again"
                : "; "
                        + older.get(0)
                        + " is the newest of the other states: put it in the place of last to go on"
                        + " from it";
    }

    /** The kept states before the last, the newest first. */
    private List<Path> older() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> OLDER.matcher(path.getFileName().toString()).matches())
                    .filter(Checkpoints::isWhole)
                    .sorted(Comparator.comparingLong(Checkpoints::step).reversed())
                    .toList();
        }
    }

    private static String cause(IOException e) {
        return e instanceof FileSystemException f && f.getReason() == null
                ? e.toString()
                : e.getMessage();
    }

    /** Whether a path or a right is what is missing, not room. */
    private static boolean isOfPath(IOException e) {
        return e instanceof NoSuchFileException
                || e instanceof AccessDeniedException
                || e instanceof FileAlreadyExistsException
                || e instanceof NotDirectoryException;
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
