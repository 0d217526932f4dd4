package org.surgenet.frames;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Hashes;
import org.surgenet.common.UserException;

/**
 * The {@code frames.csv} beside a video's frames. It is written after all of them, so that it marks
 * the video as complete.
 */
public final class FramesCsv {
    /** The file's name. */
    public static final String FILE_NAME = "frames.csv";

    /** The file's columns, in order. */
    public static final List<String> HEADER =
            List.of(
                    "path",
                    "procedure",
                    "video",
                    "frame",
                    "time_s",
                    "width",
                    "height",
                    "bytes",
                    "sha256");

    private FramesCsv() {}

    /**
     * Reads a manifest. Paths stay as they are written, relative to the manifest's folder.
     *
     * @throws UserException naming file and line if a column is missing, a field is malformed, or a
     *     path leaves the manifest's folder
     */
    public static List<FrameRecord> read(Path file) {
        List<FrameRecord> records = new ArrayList<>();
        CsvTable.scan(file, row -> records.add(record(row)), HEADER.toArray(String[]::new));
        return records;
    }

    private static FrameRecord record(CsvTable.Row row) {
        FramePaths.inside(row, "path");
        return new FrameRecord(
                row.get("path"),
                row.get("procedure"),
                row.get("video"),
                notNegative(row, "frame"),
                row.number("time_s"),
                Math.toIntExact(Math.min(notNegative(row, "width"), Integer.MAX_VALUE)),
                Math.toIntExact(Math.min(notNegative(row, "height"), Integer.MAX_VALUE)),
                notNegative(row, "bytes"),
                row.get("sha256"));
    }

    private static long notNegative(CsvTable.Row row, String column) {
        long value = row.integer(column);
        if (value < 0) {
            throw row.error(column, "is negative");
        }
        return value;
    }

    /**
     * Writes a manifest atomically; times with six decimals, so that equal runs give equal files.
     */
    public static void write(Path file, List<FrameRecord> records) throws IOException {
        CsvTable.write(file, HEADER, rows(records));
    }

    /** The SHA-256 of the manifest that {@link #write} makes of these records, in hexadecimal. */
    public static String hash(List<FrameRecord> records) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CsvTable.writeTo(bytes, HEADER, rows(records));
        return Hashes.sha256(bytes.toByteArray());
    }

    private static List<List<String>> rows(List<FrameRecord> records) {
        List<List<String>> rows = new ArrayList<>(records.size());
        for (FrameRecord r : records) {
            rows.add(
                    List.of(
                            r.path(),
                            r.procedure(),
                            r.video(),
                            Long.toString(r.frame()),
                            seconds(r.timeSeconds()),
                            Integer.toString(r.width()),
                            Integer.toString(r.height()),
                            Long.toString(r.bytes()),
                            r.sha256()));
        }
        return rows;
    }

    private static String seconds(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_EVEN).toPlainString()
                : "";
    }
}
