package org.surgenet.curate;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.RandomAccessFile;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/**
 * The scores of all frames so far, in the list's order, appended as they are made: an interrupted
 * run goes on behind the last row, and a run with other thresholds measures nothing again. Frames
 * need not be held in memory.
 */
final class ScoreFile {
    /** In the output directory. It may be deleted; then everything is measured again. */
    static final String NAME = "scores.part.csv";

    private final Path file;

    ScoreFile(Path directory) {
        file = directory.resolve(NAME);
    }

    Path path() {
        return file;
    }

    boolean exists() {
        return Files.exists(file);
    }

    /** Begins an empty file. */
    void create() throws IOException {
        Files.createDirectories(file.getParent());
        try (Writer text = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                CsvWriter csv = CsvWriter.builder().build(text)) {
            csv.writeRecord(ScoredFrame.HEADER);
        }
    }

    /** Appends rows; they are in the file when this returns. */
    void append(List<ScoredFrame> rows) throws IOException {
        try (Writer text =
                        new OutputStreamWriter(
                                Files.newOutputStream(file, StandardOpenOption.APPEND),
                                StandardCharsets.UTF_8);
                CsvWriter csv = CsvWriter.builder().build(text)) {
            for (ScoredFrame row : rows) {
                csv.writeRecord(row.fields());
            }
        }
    }

    /**
     * Hands all rows to {@code sink}, in order.
     *
     * @throws UserException if the file is malformed
     */
    void scan(Consumer<ScoredFrame> sink) {
        CsvTable.scan(
                file,
                row -> sink.accept(ScoredFrame.of(row)),
                ScoredFrame.HEADER.toArray(String[]::new));
    }

    /** Cuts off a last line that a kill left unfinished. */
    void repair() throws IOException {
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
            long end = data.length();
            while (end > 0) {
                data.seek(end - 1);
                if (data.read() == '\n') {
                    break;
                }
                end--;
            }
            data.setLength(end);
        }
    }

    /** Keeps the first {@code rows} rows only. */
    void truncate(long rows) throws IOException {
        Path shorter = file.resolveSibling(NAME + ".new");
        try (Writer text = Files.newBufferedWriter(shorter, StandardCharsets.UTF_8);
                CsvWriter csv = CsvWriter.builder().build(text)) {
            csv.writeRecord(ScoredFrame.HEADER);
            long[] written = new long[1];
            CsvTable.scan(
                    file,
                    row -> {
                        if (written[0]++ < rows) {
                            csv.writeRecord(row.fields());
                        }
                    });
        }
        Files.move(
                shorter,
                file,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
}
