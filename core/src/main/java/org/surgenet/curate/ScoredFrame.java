package org.surgenet.curate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.surgenet.common.CsvTable;
import org.surgenet.frames.Frame;

/**
 * A row of the file of scores.
 *
 * @param frame what was measured
 * @param bytes size of the file, to know it again; -1 if it is missing
 * @param modified time of the file's last change, milliseconds since 1970, for the same
 * @param sha256 of the file, lower-case hexadecimal; empty if it was not read
 * @param error why it cannot be read, or empty
 * @param scores null if it cannot be read
 */
record ScoredFrame(
        Frame frame, long bytes, long modified, String sha256, String error, FrameScores scores) {

    /** The columns before those of the scores. */
    static final List<String> FIRST_COLUMNS =
            List.of(
                    "path",
                    "procedure",
                    "video",
                    "time_s",
                    "bytes",
                    "modified_ms",
                    "sha256",
                    "error");

    static List<String> header(Detectors detectors) {
        List<String> header = new ArrayList<>(FIRST_COLUMNS);
        header.addAll(detectors.columnNames());
        return List.copyOf(header);
    }

    /** Whether a detector has yet to measure it. */
    boolean isIncomplete() {
        return scores != null && !scores.areComplete();
    }

    List<String> fields(Detectors detectors) {
        List<String> fields = new ArrayList<>();
        fields.add(frame.path().toString());
        fields.add(frame.procedure());
        fields.add(frame.video());
        fields.add(time(frame.timeSeconds()));
        fields.add(Long.toString(bytes));
        fields.add(Long.toString(modified));
        fields.add(sha256);
        fields.add(error);
        addScores(fields, detectors);
        return fields;
    }

    /** Appends the scores' texts, which are empty for a frame that cannot be read. */
    void addScores(List<String> fields, Detectors detectors) {
        if (scores == null) {
            detectors.columns().forEach(c -> fields.add(""));
        } else {
            fields.addAll(scores.fields());
        }
    }

    static String time(double seconds) {
        return Double.isFinite(seconds) ? String.format(Locale.ROOT, "%.6f", seconds) : "";
    }

    static ScoredFrame of(CsvTable.Row row, Detectors detectors) {
        double time = row.get("time_s").isEmpty() ? Double.NaN : row.number("time_s");
        String error = row.get("error");
        return new ScoredFrame(
                new Frame(Path.of(row.get("path")), row.get("procedure"), row.get("video"), time),
                row.integer("bytes"),
                row.integer("modified_ms"),
                row.get("sha256"),
                error,
                error.isEmpty() ? FrameScores.of(row, detectors) : null);
    }
}
