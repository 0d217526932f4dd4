package org.surgenet.curate;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;
import org.surgenet.common.CsvTable;
import org.surgenet.common.OutputFile;
import org.surgenet.common.UserException;

/**
 * The scores of all frames so far, in the list's order, appended as they are made: an interrupted
 * run goes on behind the last row, and a run with other thresholds measures nothing again. Frames
 * need not be held in memory.
 *
 * <p>The columns of scores may be fewer than there are today: then an earlier version wrote the
 * file, and {@link #rewrite} adds what is missing. Columns that no detector knows, of a later
 * version, are not kept then.
 */
final class ScoreFile {
    /** In the output directory. It may be deleted; then everything is measured again. */
    static final String NAME = "scores.part.csv";

    /** The first rows of the file that is to take this one's place. */
    private static final String NEXT = ".new";

    private static final String MERGED = ".merged";

    /** Rows held in memory between two writes: what a kill may lose. */
    static final int BLOCK = 256;

    private static final OpenOption[] NEW = {
        StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE
    };
    private static final OpenOption APPEND = StandardOpenOption.APPEND;

    private final Path file;
    private final Detectors detectors;

    ScoreFile(Path directory, Detectors detectors) {
        this(detectors, directory.resolve(NAME));
    }

    private ScoreFile(Detectors detectors, Path file) {
        this.file = file;
        this.detectors = detectors;
    }

    private ScoreFile sibling(String ending) {
        return new ScoreFile(detectors, file.resolveSibling(NAME + ending));
    }

    boolean exists() {
        return Files.exists(file);
    }

    /** Removes the file and what a rewriting that was cut short left beside it. */
    void delete() throws IOException {
        deleteUnfinished();
        Files.deleteIfExists(file);
    }

    /** Begins an empty file. */
    void create() throws IOException {
        Files.createDirectories(file.getParent());
        deleteUnfinished();
        begin();
    }

    private void deleteUnfinished() throws IOException {
        Files.deleteIfExists(sibling(NEXT).file);
        Files.deleteIfExists(sibling(MERGED).file);
    }

    private void begin() throws IOException {
        try (CsvWriter csv = writer(file, NEW)) {
            csv.writeRecord(ScoredFrame.header(detectors));
        }
    }

    private static CsvWriter writer(Path file, OpenOption... options) throws IOException {
        return CsvWriter.builder()
                .build(
                        new OutputStreamWriter(
                                OutputFile.open(file, options), StandardCharsets.UTF_8));
    }

    /** Appends rows; they are in the file when this returns. */
    void append(List<ScoredFrame> rows) throws IOException {
        try (CsvWriter csv = writer(file, APPEND)) {
            for (ScoredFrame row : rows) {
                csv.writeRecord(row.fields(detectors));
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
                row -> sink.accept(ScoredFrame.of(row, detectors)),
                ScoredFrame.FIRST_COLUMNS.toArray(String[]::new));
    }

    /** Whether the columns are those of today, in today's order, so that rows can be appended. */
    boolean hasAllColumns() throws IOException {
        try (BufferedReader text = Files.newBufferedReader(file)) {
            return String.join(",", ScoredFrame.header(detectors)).equals(text.readLine());
        }
    }

    /**
     * Puts the file into a state that can be read: cuts off a last line that a kill left
     * unfinished, and takes over the rows of a rewriting that was cut short.
     *
     * @throws UserException if the file is malformed
     */
    void recover() throws IOException {
        cutUnfinishedLine();
        ScoreFile next = sibling(NEXT);
        if (!next.exists()) {
            return;
        }
        next.cutUnfinishedLine();
        long[] rewritten = new long[1];
        try {
            next.scan(row -> rewritten[0]++);
        } catch (UserException e) {
            rewritten[0] = 0; // Cut short within the header.
        }
        if (rewritten[0] > 0) {
            ScoreFile merged = sibling(MERGED);
            merged.begin();
            next.copy(row -> true, UnaryOperator.identity(), merged);
            copy(row -> row >= rewritten[0], UnaryOperator.identity(), merged);
            merged.moveTo(file);
        }
        Files.delete(next.file);
    }

    private void cutUnfinishedLine() throws IOException {
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

    /**
     * Gives the file today's columns and keeps its first rows only. When this is cut short, by an
     * exception or a kill, {@link #recover} finds what had been done.
     *
     * @param rows how many are kept
     * @param change what becomes of a block of rows
     */
    void rewrite(long rows, UnaryOperator<List<ScoredFrame>> change) throws IOException {
        ScoreFile next = sibling(NEXT);
        next.begin();
        copy(row -> row < rows, change, next);
        next.moveTo(file);
    }

    private void moveTo(Path target) throws IOException {
        Files.move(
                file, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** An error of writing, which a reader of rows would take for one of its own. */
    private static final class WriteException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final IOException error;

        WriteException(IOException error) {
            super(error);
            this.error = error;
        }
    }

    /** Appends the rows whose numbers, from 0, are {@code wanted} to another file. */
    private void copy(
            LongPredicate wanted, UnaryOperator<List<ScoredFrame>> change, ScoreFile target)
            throws IOException {
        List<ScoredFrame> block = new ArrayList<>();
        long[] row = new long[1];
        try {
            scan(
                    scored -> {
                        if (!wanted.test(row[0]++)) {
                            return;
                        }
                        block.add(scored);
                        if (block.size() == BLOCK) {
                            target.appendUnchecked(change.apply(block));
                            block.clear();
                        }
                    });
        } catch (WriteException e) {
            throw e.error;
        }
        target.append(change.apply(block));
    }

    private void appendUnchecked(List<ScoredFrame> rows) {
        try {
            append(rows);
        } catch (IOException e) {
            throw new WriteException(e);
        }
    }
}
