package org.surgenet.common;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** A CSV file (RFC 4180, UTF-8, header line) read with errors that name file, line and column. */
public final class CsvTable {
    private final Path file;
    private final List<String> header;
    private final List<Row> rows;

    private CsvTable(Path file, List<String> header, List<Row> rows) {
        this.file = file;
        this.header = header;
        this.rows = rows;
    }

    /**
     * Reads a whole file whose field separator is a comma.
     *
     * @param required columns that must be there
     * @throws UserException if it cannot be read, a column is missing or a row has another number
     *     of fields
     */
    public static CsvTable read(Path file, String... required) {
        return read(file, ',', required);
    }

    /** As {@link #read(Path, String...)} with another field separator, such as a tab. */
    public static CsvTable read(Path file, char separator, String... required) {
        List<String> header = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        scan(file, separator, header, rows::add, required);
        return new CsvTable(file, List.copyOf(header), List.copyOf(rows));
    }

    /** Hands the rows one by one to {@code sink}: for tables too large to hold. */
    public static void scan(Path file, Consumer<Row> sink, String... required) {
        scan(file, ',', new ArrayList<>(), sink, required);
    }

    /** As {@link #scan(Path, Consumer, String...)} with another field separator. */
    public static void scan(Path file, char separator, Consumer<Row> sink, String... required) {
        scan(file, separator, new ArrayList<>(), sink, required);
    }

    private static void scan(
            Path file,
            char separator,
            List<String> header,
            Consumer<Row> sink,
            String... required) {
        try (CsvReader<CsvRecord> reader =
                CsvReader.builder()
                        .fieldSeparator(separator)
                        .skipEmptyLines(true)
                        .ofCsvRecord(file)) {
            for (CsvRecord row : reader) {
                if (header.isEmpty()) {
                    row.getFields().forEach(f -> header.add(f.strip().replace("\uFEFF", "")));
                    for (String column : required) {
                        if (!header.contains(column)) {
                            throw new UserException(
                                    file
                                            + ": has no column '"
                                            + column
                                            + "'; its header is "
                                            + String.join(",", header));
                        }
                    }
                    continue;
                }
                if (row.getFieldCount() != header.size()) {
                    throw new UserException(
                            String.format(
                                    Locale.ROOT,
                                    "%s:%d: has %d fields where the header has %d",
                                    file,
                                    row.getStartingLineNumber(),
                                    row.getFieldCount(),
                                    header.size()));
                }
                sink.accept(new Row(file, row.getStartingLineNumber(), header, row.getFields()));
            }
        } catch (IOException | UncheckedIOException e) {
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        } catch (CsvParseException e) {
            throw new UserException(file + ": not a valid CSV file: " + e.getMessage(), e);
        }
        if (header.isEmpty()) {
            throw new UserException(file + ": is empty; a CSV file with a header line is expected");
        }
    }

    /** Writes a table atomically; every row must have as many fields as the header. */
    public static void write(Path file, List<String> header, Iterable<List<String>> rows)
            throws IOException {
        AtomicFiles.write(
                file,
                out -> {
                    // The stream belongs to the atomic file: flushed here, closed there.
                    OutputStreamWriter text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
                    CsvWriter csv = CsvWriter.builder().build(text);
                    csv.writeRecord(header);
                    for (List<String> row : rows) {
                        if (row.size() != header.size()) {
                            throw new IllegalArgumentException(
                                    "row has " + row.size() + " fields, header " + header.size());
                        }
                        csv.writeRecord(row);
                    }
                    csv.flush();
                    text.flush();
                });
    }

    public Path file() {
        return file;
    }

    public List<String> header() {
        return header;
    }

    public boolean has(String column) {
        return header.contains(column);
    }

    public List<Row> rows() {
        return rows;
    }

    /** One line of a table. */
    public record Row(Path file, long line, List<String> header, List<String> fields) {
        /** The field's text, stripped. */
        public String get(String column) {
            return fields.get(header.indexOf(column)).strip();
        }

        /** The field's text, or {@code fallback} if there is no such column or it is empty. */
        public String get(String column, String fallback) {
            int i = header.indexOf(column);
            return i < 0 || fields.get(i).isBlank() ? fallback : fields.get(i).strip();
        }

        /**
         * @throws UserException if the field is no number
         */
        public double number(String column) {
            try {
                return Double.parseDouble(get(column));
            } catch (NumberFormatException e) {
                throw error(column, "is not a number");
            }
        }

        /**
         * @throws UserException if the field is no whole number
         */
        public long integer(String column) {
            try {
                return Long.parseLong(get(column));
            } catch (NumberFormatException e) {
                throw error(column, "is not a whole number");
            }
        }

        /** An error about a field of this row, to be thrown. */
        public UserException error(String column, String problem) {
            return new UserException(
                    file + ":" + line + ": " + column + " '" + get(column) + "' " + problem);
        }
    }
}
