package org.surgenet.common;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Files that appear whole or not at all: written beside their place under a temporary name, forced
 * to the disk, then renamed.
 */
public final class AtomicFiles {
    /** Suffix of unfinished files; what bears it may be deleted. */
    public static final String PART_SUFFIX = ".part";

    private AtomicFiles() {}

    /** What writes a file's content. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes {@code file}, replacing it if it is there; creates missing folders.
     *
     * @throws IOException if writing fails; the old file, if any, is then untouched
     */
    public static void write(Path file, Content content) throws IOException {
        write(file, content, true);
    }

    /**
     * As {@link #write(Path, Content)}, but without forcing the data to the disk before the rename:
     * for many small files whose completeness a later, forced file vouches for.
     */
    public static void writeUnforced(Path file, Content content) throws IOException {
        write(file, content, false);
    }

    public static void writeString(Path file, String text) throws IOException {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void write(Path file, Content content, boolean force) throws IOException {
        Path target = file.toAbsolutePath();
        Files.createDirectories(target.getParent());
        Path part = target.resolveSibling(target.getFileName() + PART_SUFFIX);
        try {
            try (OutputFile unbuffered =
                            OutputFile.open(
                                    part,
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.TRUNCATE_EXISTING,
                                    StandardOpenOption.WRITE);
                    OutputStream out = new BufferedOutputStream(unbuffered, 1 << 16)) {
                content.writeTo(out);
                out.flush();
                if (force) {
                    unbuffered.force();
                }
            }
            Files.move(
                    part,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(part);
            throw e;
        }
    }
}
