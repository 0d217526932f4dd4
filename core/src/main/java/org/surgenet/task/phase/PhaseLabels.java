package org.surgenet.task.phase;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/**
 * The phases of one video by label number: a table with the columns {@code Frame} and {@code
 * Phase}, separated by tabs or commas, phases by name or by number. A label holds from its number
 * to one step further, the step being the most frequent distance of two numbers in the file: what
 * lies in a gap has no label.
 */
final class PhaseLabels {
    private static final int GROWTH = 2;

    private final Map<Long, Integer> steps = new HashMap<>();
    private long[] numbers = new long[1024];
    private int[] phases = new int[1024];
    private int size;
    private long firstLine;
    private long step;
    private int lowestPhase = Integer.MAX_VALUE;

    /**
     * Reads a label file.
     *
     * @param columns of a file without a header; empty if it has one
     * @param classes the phases' names
     * @param firstPhase the number that stands for the first phase
     * @throws UserException naming file and line of an unknown phase or of numbers that are none or
     *     not in ascending order
     */
    static PhaseLabels read(Path file, List<String> columns, List<String> classes, int firstPhase) {
        PhaseLabels labels = new PhaseLabels();
        Consumer<CsvTable.Row> add = row -> labels.add(row, classes, firstPhase);
        if (columns.isEmpty()) {
            CsvTable.scan(file, separator(file), add);
        } else {
            CsvTable.scanWithoutHeader(file, columns, add);
        }
        if (labels.size == 0) {
            throw new UserException(file + ": has a header but no labels");
        }
        return labels;
    }

    /** The separator of a table's header: a tab if there is one, else a comma. */
    static char separator(Path file) {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String header = reader.readLine();
            return header != null && header.indexOf('\t') >= 0 ? '\t' : ',';
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read as text: " + e.getMessage(), e);
        }
    }

    private void add(CsvTable.Row row, List<String> classes, int firstPhase) {
        String column = column(row, "frame");
        int phase = index(row, column(row, "phase"), classes, firstPhase);
        add(row, column, row.integer(column), phase);
    }

    /**
     * Adds a label.
     *
     * @param column of the number
     * @throws UserException if the number is negative or not higher than the one before
     */
    void add(CsvTable.Row row, String column, long number, int phase) {
        if (number < 0) {
            throw row.error(column, "is negative");
        }
        if (size > 0 && number == last()) {
            throw row.error(column, "is on the line before too; remove one of them");
        }
        if (size > 0 && number < last()) {
            throw row.error(column, "comes after a higher one; frames must ascend");
        }
        if (size == 0) {
            firstLine = row.line();
        } else {
            steps.merge(number - last(), 1, Integer::sum);
        }
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, GROWTH * size);
            phases = Arrays.copyOf(phases, GROWTH * size);
        }
        numbers[size] = number;
        phases[size] = phase;
        size++;
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

    private int index(CsvTable.Row row, String column, List<String> classes, int firstPhase) {
        String phase = row.get(column);
        int named = classes.indexOf(phase);
        if (named >= 0) {
            return named;
        }
        if (phase.matches("\\d{1,4}")) {
            int number = Integer.parseInt(phase);
            lowestPhase = Math.min(lowestPhase, number);
            int index = number - firstPhase;
            if (index >= 0 && index < classes.size()) {
                return index;
            }
        }
        throw row.error(
                column,
                "is not a phase; known are "
                        + String.join(", ", classes)
                        + " or "
                        + firstPhase
                        + " .. "
                        + (firstPhase + classes.size() - 1)
                        + (phase.equals(Integer.toString(firstPhase + classes.size()))
                                ? "; if the phases are numbered from "
                                        + (firstPhase + 1)
                                        + ", give first-phase "
                                        + (firstPhase + 1)
                                : ""));
    }

    /** The number of the first label. */
    long first() {
        return numbers[0];
    }

    /** The line of the first label. */
    long firstLine() {
        return firstLine;
    }

    private long last() {
        return numbers[size - 1];
    }

    /** The number one step behind the last label, where nothing is labelled any more. */
    long end() {
        return last() + step();
    }

    /** The most frequent distance of two labels, the smallest of several; 1 for a single label. */
    long step() {
        if (step == 0) {
            step = mostFrequent();
        }
        return step;
    }

    private long mostFrequent() {
        return steps.entrySet().stream()
                .max(Map.Entry.<Long, Integer>comparingByValue().thenComparing(e -> -e.getKey()))
                .map(Map.Entry::getKey)
                .orElse(1L);
    }

    /** The lowest phase given by number; empty if all are by name. */
    OptionalInt lowestPhase() {
        return lowestPhase == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(lowestPhase);
    }

    /**
     * The phase at a number: that of the last label at or before it, if it is within one step of
     * it.
     */
    OptionalInt at(long number) {
        return at(number, 0);
    }

    /** As {@link #at(long)}, if it is within a step and {@code slack} of it. */
    OptionalInt at(long number, long slack) {
        int found = Arrays.binarySearch(numbers, 0, size, number);
        int i = found >= 0 ? found : -found - 2;
        return i < 0 || number >= numbers[i] + step() + slack
                ? OptionalInt.empty()
                : OptionalInt.of(phases[i]);
    }
}
