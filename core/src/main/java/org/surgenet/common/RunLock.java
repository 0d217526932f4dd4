package org.surgenet.common;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write a run's directory, which one process has at a time: a file in it, {@value
 * #FILE_NAME}, that names its owner. It is taken before anything else is touched there and goes
 * when the run ends, however that ends; what a killed process leaves is recognised and taken over
 * with a word.
 *
 * <p>The file is written under a name of its own and then linked into place, which fails if there
 * is one already, on local disks and over NFS alike (where links are unknown it is created
 * exclusively). Nothing rests on locks of the operating system, which not every network file system
 * passes on. To replace a dead owner's file a process first takes a lock on just that, named after
 * the dead owner: so of several that find it one goes on, and none removes a file that is new.
 *
 * <p>An owner on another host is never taken for dead: a job that was suspended wakes up and
 * writes. Its file is touched from time to time, so that people can judge; the one exception is a
 * job that Slurm itself has put back into the queue.
 *
 * <p>Parts of a run that work side by side (shards) each take a lock of their own name. A whole run
 * and a part exclude each other.
 */
public final class RunLock implements AutoCloseable {
    /** The file's name in a run's directory. */
    public static final String FILE_NAME = "surgenet.lock";

    private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);

    /** The names of parts' files. */
    private static final String PARTS = "surgenet-*.lock";

    /** The names of all drafts. */
    private static final String DRAFTS = "surgenet*.lock.*" + AtomicFiles.PART_SUFFIX;

    private static final String TAKEOVER = ".takeover";

    /** How often the file is touched. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);

    /** For how long a file may be without its text: it may just be being written. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMillis(50);

    private final Path file;
    private final LockOwner self;
    private final List<Path> made;
    private final Thread heartbeat;
    private boolean open = true;

    /** Another process holds the lock, or may hold it. */
    public static final class HeldException extends UserException {
        private static final long serialVersionUID = 1L;

        HeldException(String message) {
            super(message);
        }
    }

    /** Another process of the same launch holds the lock, or has done the work already. */
    public static final class SiblingException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public SiblingException(String message) {
            super(message);
        }
    }

    private RunLock(Path file, LockOwner self, List<Path> made) {
        this.file = file;
        this.self = self;
        this.made = made;
        heartbeat = new Thread(this::beat, "lock");
        heartbeat.setDaemon(true);
        heartbeat.start();
    }

    /**
     * Takes the lock of a directory, which is made if it is missing.
     *
     * @param name of the lock's file: {@link #FILE_NAME}, or that of a part, such as {@code
     *     surgenet-0-of-4.lock}
     * @param command for people
     * @param launch equal among the processes that a launcher started together to do this same
     *     work; empty without one
     * @throws HeldException if another process holds it, which may be alive
     * @throws UserException if the directory cannot be written; nothing there has changed then
     * @throws SiblingException if that process is of the same launch
     */
    public static RunLock acquire(Path directory, String name, String command, String launch) {
        LockOwner self = LockOwner.current(command, launch);
        Path folder = directory.toAbsolutePath();
        Path file = folder.resolve(name);
        boolean part = !name.equals(FILE_NAME);
        List<Path> made = new ArrayList<>();
        try {
            make(folder, made);
            if (part) {
                refuseIfHeld(folder.resolve(FILE_NAME), self);
            }
            take(file, self);
            try {
                if (part) {
                    // A whole run that takes its lock just now sees this one, and yields.
                    awaitRelease(folder.resolve(FILE_NAME), self);
                } else {
                    refuseIfPartsHeld(folder, self);
                }
            } catch (IOException | RuntimeException e) {
                release(file, self);
                throw e;
            }
            clearDrafts(folder, self);
            return new RunLock(file, self, made);
        } catch (IOException e) {
            remove(made);
            throw new UserException(directory + ": cannot be written: " + reason(e), e);
        } catch (RuntimeException e) {
            remove(made);
            throw e;
        }
    }

    /** What the system said: not also the name of a file that is gone by now. */
    private static String reason(IOException e) {
        return e instanceof FileSystemException named && named.getReason() != null
                ? named.getReason()
                : e.getMessage();
    }

    /** Creates a folder and notes which ones were missing, the outermost first. */
    private static void make(Path folder, List<Path> made) throws IOException {
        for (Path f = folder; f != null && !Files.exists(f); f = f.getParent()) {
            made.add(0, f);
        }
        Files.createDirectories(folder);
    }

    private static void take(Path file, LockOwner self) throws IOException {
        while (true) {
            Optional<LockOwner> other = owner(file);
            if (other.isEmpty()) {
                if (create(file, self)) {
                    return;
                }
                continue;
            }
            refuseIfMayLive(file, other.get(), self);
            if (replace(file, other.get(), self)) {
                LOG.warn(
                        "{}: taken over from a process that is gone without removing it: {}",
                        file,
                        other.get().describe());
                return;
            }
        }
    }

    /** Makes the file if there is none; whole or not at all. */
    private static boolean create(Path file, LockOwner self) throws IOException {
        Path draft = draft(file, self);
        try {
            Files.createLink(file, draft);
            return true;
        } catch (FileAlreadyExistsException e) {
            // Over NFS the answer to a link that was made may have been lost.
            return owner(file).filter(other -> other.id().equals(self.id())).isPresent();
        } catch (UnsupportedOperationException | FileSystemException e) {
            return createExclusively(file, self);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Where a file system knows no links. */
    private static boolean createExclusively(Path file, LockOwner self) throws IOException {
        try {
            write(file, self, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /**
     * Puts this process's file in the place of a dead owner's.
     *
     * @return false if another process did so before
     */
    private static boolean replace(Path file, LockOwner dead, LockOwner self) throws IOException {
        Path marker = file.resolveSibling(file.getFileName() + "." + dead.id() + TAKEOVER);
        take(marker, self);
        try {
            if (owner(file).filter(other -> other.id().equals(dead.id())).isEmpty()) {
                return false;
            }
            Path draft = draft(file, self);
            try {
                Files.move(
                        draft,
                        file,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(draft);
            }
            return true;
        } finally {
            release(marker, self);
        }
    }

    private static Path draft(Path file, LockOwner self) throws IOException {
        Path draft =
                file.resolveSibling(file.getFileName() + "." + self.id() + AtomicFiles.PART_SUFFIX);
        write(
                draft,
                self,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        return draft;
    }

    /**
     * Deletes the drafts of locks that killed processes have left. One without its text may just be
     * being written, and stays.
     */
    private static void clearDrafts(Path folder, LockOwner self) {
        try (DirectoryStream<Path> drafts = Files.newDirectoryStream(folder, DRAFTS)) {
            for (Path draft : drafts) {
                boolean dead =
                        LockOwner.parse(Files.readAllBytes(draft), draft.toString())
                                .filter(owner -> owner.life(self) == LockOwner.Life.DEAD)
                                .isPresent();
                if (dead) {
                    Files.deleteIfExists(draft);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("{}: drafts of locks stay: {}", folder, e.getMessage());
        }
    }

    /** Writes a file whole, or leaves none that was not there. */
    private static void write(Path file, LockOwner self, OpenOption... options) throws IOException {
        OutputFile out = OutputFile.open(file, options);
        try (out) {
            out.write(self.toJson().getBytes(StandardCharsets.UTF_8));
            // After a loss of power the owner must be known.
            out.force();
        } catch (IOException e) {
            discard(file);
            throw e;
        }
    }

    private static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("{}: {}", file, e.getMessage());
        }
    }

    /** The owner that a file names; empty if there is no file. */
    private static Optional<LockOwner> owner(Path file) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            byte[] text;
            try {
                text = Files.readAllBytes(file);
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
            Optional<LockOwner> owner = LockOwner.parse(text, file.toString());
            if (owner.isPresent()) {
                return owner;
            }
            if (System.nanoTime() - end > 0) {
                throw new UserException(
                        file
                                + ": is not a lock of surgenet; if no other run writes this"
                                + " directory, delete the file");
            }
            pause();
        }
    }

    private static void refuseIfHeld(Path file, LockOwner self) throws IOException {
        Optional<LockOwner> other = owner(file);
        if (other.isPresent()) {
            refuseIfMayLive(file, other.get(), self);
        }
    }

    private static void awaitRelease(Path file, LockOwner self) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - end < 0) {
            Optional<LockOwner> other = owner(file);
            if (other.isEmpty() || other.get().life(self) == LockOwner.Life.DEAD) {
                return;
            }
            pause();
        }
        refuseIfHeld(file, self);
    }

    private static void refuseIfPartsHeld(Path folder, LockOwner self) throws IOException {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, PARTS)) {
            for (Path part : parts) {
                refuseIfHeld(part, self);
            }
        }
    }

    private static void refuseIfMayLive(Path file, LockOwner other, LockOwner self)
            throws IOException {
        LockOwner.Life life = other.life(self);
        if (life == LockOwner.Life.DEAD) {
            return;
        }
        boolean sibling = !self.launch().isEmpty() && self.launch().equals(other.launch());
        if (sibling && !other.id().equals(self.id())) {
            throw new SiblingException(other.describe());
        }
        String held = file.getParent() + ": is being written by " + other.describe();
        throw new HeldException(
                life == LockOwner.Life.ALIVE
                        ? held + "; wait for its end or give another output directory"
                        : held
                                + lastSign(file)
                                + "; whether it still runs cannot be told from here: wait for its"
                                + " end, give another output directory or, if you know that"
                                + " it is gone, delete "
                                + file);
    }

    private static String lastSign(Path file) throws IOException {
        try {
            Instant touched = Files.getLastModifiedTime(file).toInstant();
            long seconds = Math.max(0, Duration.between(touched, Instant.now()).toSeconds());
            return ", last sign of life "
                    + (seconds < 120
                            ? Words.counted(seconds, "second")
                            : seconds < 7200
                                    ? Words.counted(seconds / 60, "minute")
                                    : Words.counted(seconds / 3600, "hour"))
                    + " ago";
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedRunException();
        }
    }

    private void beat() {
        Informing touch = new Informing("the sign of life in " + file);
        while (!touch.isOff()) {
            try {
                Thread.sleep(HEARTBEAT.toMillis());
            } catch (InterruptedException e) {
                return;
            }
            synchronized (this) {
                if (!open) {
                    return;
                }
                touch.run(() -> Files.setLastModifiedTime(file, FileTime.from(Instant.now())));
            }
        }
    }

    /** Gives the lock back, and takes away what folders were made for it and are empty. */
    @Override
    public synchronized void close() {
        if (!open) {
            return;
        }
        open = false;
        heartbeat.interrupt();
        try {
            release(file, self);
        } catch (IOException | UserException e) {
            LOG.warn("{}: cannot be removed: {}; delete it", file, e.getMessage());
        }
        remove(made);
    }

    private static void release(Path file, LockOwner self) throws IOException {
        // Somebody may have removed it, and another process taken its place.
        if (owner(file).filter(other -> other.id().equals(self.id())).isPresent()) {
            Files.delete(file);
        }
    }

    private static void remove(List<Path> made) {
        for (int i = made.size() - 1; i >= 0; i--) {
            try {
                Files.deleteIfExists(made.get(i));
            } catch (DirectoryNotEmptyException e) {
                return;
            } catch (IOException e) {
                LOG.debug("{}: {}", made.get(i), e.getMessage());
                return;
            }
        }
    }
}
