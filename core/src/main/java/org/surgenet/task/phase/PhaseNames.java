package org.surgenet.task.phase;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/**
 * The phases of a table of one's own. {@code classes.csv} (value,name) says which there are, in
 * which order, and what numbers stand for; several values may share a name, and {@code ignore}
 * stands for times without a label. Without it they are those that occur: numbers in ascending
 * order, names in alphabetical order.
 */
final class PhaseNames {
    /** The index of times without a label. */
    static final int UNLABELLED = -1;

    private static final String IGNORE = "ignore";

    private final List<String> names;
    private final Map<String, Integer> index;

    private PhaseNames(List<String> names, Map<String, Integer> index) {
        this.names = names;
        this.index = index;
    }

    /**
     * @param file {@code classes.csv}, which may not be there
     * @param found the phases that occur in the table
     * @param table where they occur, for messages
     */
    static PhaseNames of(Path file, Collection<String> found, Path table) {
        return Files.exists(file) ? listed(file) : occurring(found, file, table);
    }

    private static PhaseNames listed(Path file) {
        List<String> names = new ArrayList<>();
        Map<String, Integer> index = new HashMap<>();
        for (CsvTable.Row row : CsvTable.read(file, "value", "name").rows()) {
            String value = row.get("value");
            String name = row.get("name");
            if (name.isEmpty()) {
                throw row.error("name", "is empty");
            }
            boolean ignored = name.toLowerCase(Locale.ROOT).equals(IGNORE);
            if (!ignored && !names.contains(name)) {
                names.add(name);
            }
            int its = ignored ? UNLABELLED : names.indexOf(name);
            index.put(name, its);
            if (!value.isEmpty() && !value.equals(name) && index.put(value, its) != null) {
                throw row.error("value", "is on an earlier line too");
            }
        }
        return checked(names, index, file);
    }

    private static PhaseNames occurring(Collection<String> found, Path file, Path table) {
        TreeSet<String> names = new TreeSet<>(found);
        long numbers = names.stream().filter(name -> name.matches("\\d{1,9}")).count();
        if (numbers > 0 && numbers < names.size()) {
            throw new UserException(
                    table
                            + ": has phases by number and by name ("
                            + String.join(", ", names)
                            + "); write "
                            + file
                            + " with the columns value,name");
        }
        List<String> order = new ArrayList<>(names);
        if (numbers > 0) {
            order.sort(Comparator.comparingInt(Integer::parseInt));
        }
        Map<String, Integer> index = new HashMap<>();
        order.forEach(name -> index.put(name, index.size()));
        return checked(order, index, table);
    }

    private static PhaseNames checked(List<String> names, Map<String, Integer> index, Path file) {
        if (names.size() < 2) {
            throw new UserException(
                    file + ": names " + names.size() + " phase; at least two are needed");
        }
        return new PhaseNames(List.copyOf(names), Map.copyOf(index));
    }

    List<String> names() {
        return names;
    }

    /**
     * The phase in a field, or {@link #UNLABELLED}.
     *
     * @throws UserException naming file and line if it is unknown
     */
    int index(CsvTable.Row row, String column) {
        Integer found = index.get(row.get(column));
        if (found == null) {
            throw row.error(column, "is not in classes.csv (" + String.join(", ", names) + ")");
        }
        return found;
    }
}
