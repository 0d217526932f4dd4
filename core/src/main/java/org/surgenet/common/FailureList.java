package org.surgenet.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * {@code failures.csv} of a command that reads images: the path of each that could not be read, and
 * the cause, in the order in which they were added. Not thread-safe.
 */
public final class FailureList {
    /** Usual name of the file. */
    public static final String NAME = "failures.csv";

    private static final List<String> HEADER = List.of("path", "cause");

    private final List<List<String>> rows = new ArrayList<>();

    /** Adds an image; one that is used twice is listed twice. */
    public void add(Path image, String cause) {
        rows.add(List.of(image.toString(), cause));
    }

    public int count() {
        return rows.size();
    }

    /** Writes the list, or deletes that of an earlier run if it is empty. */
    public void write(Path file) throws IOException {
        if (rows.isEmpty()) {
            Files.deleteIfExists(file);
        } else {
            CsvTable.write(file, HEADER, rows);
        }
    }

    /**
     * Hands each path and cause of a written list to {@code sink}; does nothing without a file.
     *
     * @throws UserException if it is not such a list
     */
    public static void read(Path file, BiConsumer<Path, String> sink) {
        if (Files.exists(file)) {
            CsvTable.scan(
                    file,
                    row -> sink.accept(Path.of(row.get("path")), row.get("cause")),
                    HEADER.toArray(String[]::new));
        }
    }
}
