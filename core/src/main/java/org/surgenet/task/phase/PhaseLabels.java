package org.surgenet.task.phase;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/**
 * The phases of one video by frame number: a table with the columns {@code Frame} and {@code
 * Phase}, separated by tabs or commas, phases by name or by number.
 */
final class PhaseLabels {
    private final List<String> classes;
    private final int firstNumber;

    /** Phase by the first frame of each stretch of one phase. */
    private final TreeMap<Long, Integer> stretches = new TreeMap<>();

    private long last = -1;
    private long step = Long.MAX_VALUE;
    private int lastPhase = -1;

    private PhaseLabels(List<String> classes, int firstNumber) {
        this.classes = classes;
        this.firstNumber = firstNumber;
    }

    /**
     * Reads a label file.
     *
     * @param classes the phases' names
     * @param firstNumber the number that stands for the first phase
     * @throws UserException naming file and line of an unknown phase or of frames that are no
     *     numbers or not in ascending order
     */
    static PhaseLabels read(Path file, List<String> classes, int firstNumber) {
        PhaseLabels labels = new PhaseLabels(classes, firstNumber);
        CsvTable.scan(file, separator(file), labels::add);
        if (labels.stretches.isEmpty()) {
            throw new UserException(file + ": has a header but no labels");
        }
        return labels;
    }

    private static char separator(Path file) {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String header = reader.readLine();
            return header != null && header.indexOf('\t') >= 0 ? '\t' : ',';
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read as text: " + e.getMessage(), e);
        }
    }

    private void add(CsvTable.Row row) {
        String column = column(row, "frame");
        long frame = row.integer(column);
        if (frame < 0) {
            throw row.error(column, "is negative");
        }
        if (frame == last) {
            throw row.error(column, "is on the line before too; remove one of them");
        }
        if (frame < last) {
            throw row.error(column, "comes after a higher one; frames must ascend");
        }
        int phase = index(row, column(row, "phase"));
        if (phase != lastPhase) {
            stretches.put(frame, phase);
            lastPhase = phase;
        }
        if (last >= 0) {
            step = Math.min(step, frame - last);
        }
        last = frame;
    }

    private static String column(CsvTable.Row row, String name) {
        for (String column : row.header()) {
            if (column.toLowerCase(Locale.ROOT).equals(name)) {
                return column;
            }
        }
        throw new UserException(
                row.file()
                        + ":1: has no column '"
                        + name
                        + "'; a phase file begins with the line Frame,Phase (comma or tab)");
    }

    private int index(CsvTable.Row row, String column) {
        String phase = row.get(column);
        int named = classes.indexOf(phase);
        if (named >= 0) {
            return named;
        }
        if (phase.matches("\\d{1,4}")) {
            int index = Integer.parseInt(phase) - firstNumber;
            if (index >= 0 && index < classes.size()) {
                return index;
            }
        }
        throw row.error(
                column,
                "is no phase; known are "
                        + String.join(", ", classes)
                        + " or "
                        + firstNumber
                        + " .. "
                        + (firstNumber + classes.size() - 1));
    }

    /** Number of the first labelled frame. */
    long first() {
        return stretches.firstKey();
    }

    /**
     * The phase of a frame: that of the last label at or before it. Empty before the first label
     * and from one step of the labels after the last.
     */
    OptionalInt at(long frame) {
        Map.Entry<Long, Integer> stretch = stretches.floorEntry(frame);
        long end = last + (step == Long.MAX_VALUE ? 1 : step);
        return stretch == null || frame >= end
                ? OptionalInt.empty()
                : OptionalInt.of(stretch.getValue());
    }
}
