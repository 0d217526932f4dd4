package org.surgenet.common;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A CSV file (RFC 4180, UTF-8, header line) read with errors that name file, line and column. */
public final class CsvTable {
    /** Decimal numbers, NaN and Infinity: without Java's hexadecimal ones and suffixes. */
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?((\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?|NaN|Infinity)");

    private static final Logger LOG = LoggerFactory.getLogger(CsvTable.class);

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
     * @throws UserException if it cannot be read, is not UTF-8, a column is missing or a row has
     *     another number of fields
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

    /**
     * Hands the rows of a file without a header line one by one to {@code sink}; fields are
     * separated by commas.
     *
     * @param columns names for the fields, in their order
     */
    public static void scanWithoutHeader(Path file, List<String> columns, Consumer<Row> sink) {
        scan(file, ',', new ArrayList<>(columns), sink);
    }

    private static void scan(
            Path file,
            char separator,
            List<String> header,
            Consumer<Row> sink,
            String... required) {
        try (Reader text = Files.newBufferedReader(file);
                CsvReader<CsvRecord> reader =
                        CsvReader.builder()
                                .fieldSeparator(separator)
                                .skipEmptyLines(true)
                                // Told of below, with the line and both numbers.
                                .allowMissingFields(true)
                                .allowExtraFields(true)
                                .ofCsvRecord(text)) {
            for (CsvRecord row : reader) {
                if (header.isEmpty()) {
                    row.getFields().forEach(f -> header.add(f.strip().replace("\uFEFF", "")));
                    requireDistinct(file, header);
                    for (String column : required) {
                        if (!header.contains(column)) {
                            throw new UserException(
                                    file
                                            + ": has no column '"
                                            + column
                                            + "'; its header is "
                                            + String.join(",", header)
                                            + separated(header));
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
            if (e instanceof CharacterCodingException
                    || e.getCause() instanceof CharacterCodingException) {
                throw new UserException(
                        file + ":" + badLine(file) + ": is not UTF-8; save the file as UTF-8", e);
            }
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        } catch (CsvParseException e) {
            String cause = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
            throw new UserException(file + ": not a valid CSV file: " + e.getMessage() + cause, e);
        }
        if (header.isEmpty()) {
            throw new UserException(file + ": is empty; a CSV file with a header line is expected");
        }
    }

    /** Of two columns of a name only one would be read. */
    private static void requireDistinct(Path file, List<String> header) {
        Set<String> seen = new HashSet<>();
        for (String column : header) {
            if (!column.isEmpty() && !seen.add(column)) {
                throw new UserException(file + ": has the column '" + column + "' twice");
            }
        }
    }

    /** What to say of a header that seems to be separated by something else than commas. */
    private static String separated(List<String> header) {
        String only = header.size() == 1 ? header.get(0) : "";
        String by = only.contains(";") ? "semicolons" : only.contains("\t") ? "tabs" : "";
        return by.isEmpty() ? "" : ", separated by " + by + "; save the file with commas";
    }

    /** The first line that is not UTF-8, from 1. */
    private static long badLine(Path file) {
        long line = 1;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                bytes.write(b);
                if (b == '\n') {
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes.toByteArray()));
                    bytes.reset();
                    line++;
                }
            }
        } catch (IOException e) {
            // Found, or the file has become unreadable meanwhile.
        }
        return line;
    }

    /** Writes a table atomically; every row must have as many fields as the header. */
    public static void write(Path file, List<String> header, Iterable<List<String>> rows)
            throws IOException {
        // The stream belongs to the atomic file: flushed here, closed there.
        SpreadsheetFormulas formulas = new SpreadsheetFormulas();
        AtomicFiles.write(file, out -> writeTo(out, header, rows, formulas));
        formulas.warning().ifPresent(warning -> LOG.warn("{}: {}", file, warning));
    }

    /** Writes a table to a stream, which stays open. */
    public static void writeTo(OutputStream out, List<String> header, Iterable<List<String>> rows)
            throws IOException {
        writeTo(out, header, rows, new SpreadsheetFormulas());
    }

    private static void writeTo(
            OutputStream out,
            List<String> header,
            Iterable<List<String>> rows,
            SpreadsheetFormulas formulas)
            throws IOException {
        OutputStreamWriter text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        CsvWriter csv = CsvWriter.builder().build(text);
        csv.writeRecord(header);
        for (List<String> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException(
                        "row has " + row.size() + " fields, header " + header.size());
            }
            row.forEach(formulas::add);
            csv.writeRecord(row);
        }
        csv.flush();
        text.flush();
    }

    /** Whether a field's text is a number as this class reads it. */
    static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    public Path file() {
        return file;
    }

    public List<String> header() {
        return header;
    }

    /** What to add to a message about a missing column; empty where commas separate fields. */
    public String separatorHint() {
        return separated(header);
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
            String text = get(column);
            if (!NUMBER.matcher(text).matches()) {
                throw error(
                        column,
                        text.matches("-?\\d+,\\d+")
                                ? "is not a number; write a point, not a comma"
                                : "is not a number");
            }
            return Double.parseDouble(text);
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
