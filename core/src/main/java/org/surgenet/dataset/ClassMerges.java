package org.surgenet.dataset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Setting;
import org.surgenet.common.UserException;

/**
 * Which classes become one: a CSV file with the columns {@code class,into}. Classes that it does
 * not name stay as they are; {@code into} is the name of another class, a new name, or {@code
 * ignore} for what counts nowhere. The classes keep the order in which the first of each was.
 */
public final class ClassMerges {
    /** The file. */
    public static final Setting<Path> SETTING =
            Setting.of(
                    "merge-classes",
                    Path.class,
                    "FILE.csv",
                    null,
                    "Merge classes of the data, for segmentation and phases, by a CSV file with the"
                            + " columns class,into; 'ignore' leaves a class out, and classes not"
                            + " named stay (default: none merged).");

    /** What an ignored class becomes. */
    public static final int IGNORED = -1;

    private static final String IGNORE = "ignore";

    private final Path file;
    private final List<String> before;
    private final List<String> classes = new ArrayList<>();
    private final int[] indices;

    private ClassMerges(Path file, List<String> before) {
        this.file = file;
        this.before = before;
        indices = new int[before.size()];
    }

    /**
     * Reads the file.
     *
     * @param classes of the data
     * @throws UserException naming file and line of a class that is unknown, named twice, or merged
     *     into one that is itself merged, or if fewer than two classes are left
     */
    public static ClassMerges read(Path file, List<String> classes) {
        Map<String, CsvTable.Row> targets = new LinkedHashMap<>();
        for (CsvTable.Row row : CsvTable.read(file, "class", "into").rows()) {
            if (!classes.contains(row.get("class"))) {
                throw row.error(
                        "class", "is not a class of the data: " + String.join(", ", classes));
            }
            if (row.get("into").isEmpty()) {
                throw row.error("into", "is empty; name a class, or ignore");
            }
            CsvTable.Row earlier = targets.putIfAbsent(row.get("class"), row);
            if (earlier != null) {
                throw row.error("class", "is on line " + earlier.line() + " too");
            }
        }
        ClassMerges merges = new ClassMerges(file, List.copyOf(classes));
        for (CsvTable.Row row : targets.values()) {
            CsvTable.Row next = targets.get(row.get("into"));
            if (next != null && !next.get("into").equals(row.get("into"))) {
                throw row.error(
                        "into",
                        "is itself merged into " + next.get("into") + " on line " + next.line());
            }
        }
        for (int c = 0; c < classes.size(); c++) {
            CsvTable.Row row = targets.get(classes.get(c));
            merges.indices[c] = merges.index(row == null ? classes.get(c) : row.get("into"), row);
        }
        if (merges.classes.size() < 2) {
            throw new UserException(
                    file
                            + ": leaves "
                            + merges.classes.size()
                            + " class of "
                            + classes.size()
                            + "; at least two are needed");
        }
        return merges;
    }

    private int index(String name, CsvTable.Row row) {
        if (row != null && name.toLowerCase(Locale.ROOT).equals(IGNORE)) {
            return IGNORED;
        }
        if (!classes.contains(name)) {
            classes.add(name);
        }
        return classes.indexOf(name);
    }

    /** The file that says so. */
    public Path file() {
        return file;
    }

    /** The classes that are left, by index. */
    public List<String> classes() {
        return List.copyOf(classes);
    }

    /** What a class of the data becomes, or {@link #IGNORED}. */
    public int of(int index) {
        return indices[index];
    }

    /** A text that is equal for equal merges, wherever their file is. */
    public String key() {
        return before + " " + classes + " " + Arrays.toString(indices);
    }

    /** What becomes what, in words. */
    public String text() {
        Map<String, List<String>> sources = new LinkedHashMap<>();
        for (int c = 0; c < indices.length; c++) {
            String into = indices[c] == IGNORED ? IGNORE : classes.get(indices[c]);
            sources.computeIfAbsent(into, name -> new ArrayList<>()).add(before.get(c));
        }
        List<String> merged = new ArrayList<>();
        sources.forEach(
                (into, from) -> {
                    if (!from.equals(List.of(into))) {
                        merged.add(String.join(" + ", from) + " -> " + into);
                    }
                });
        return before.size()
                + " classes merged into "
                + classes.size()
                + " by "
                + file
                + (merged.isEmpty() ? "" : ": " + String.join("; ", merged));
    }
}
