package org.surgenet.weights;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How well a file fits a network.
 *
 * @param loaded tensors of the network that the file has
 * @param expected tensors of the network
 * @param missing the network's keys that the file lacks or has in another shape
 * @param unexpected the file's keys, in its own names, that the network lacks
 * @param prefix what comes before the network's keys in the file, such as {@code teacher.backbone.}
 * @param dialect of the file's keys
 */
public record Coverage(
        int loaded,
        int expected,
        List<String> missing,
        List<String> unexpected,
        String prefix,
        Dialect dialect) {
    private static final int GROUPS = 8;

    /** Whether nothing is missing and nothing is left over. */
    public boolean complete() {
        return missing.isEmpty() && unexpected.isEmpty();
    }

    /** Such as "158 of 158 tensors", and what is missing or left over, grouped by prefix. */
    @Override
    public String toString() {
        String text = loaded + " of " + expected + " tensors";
        if (!missing.isEmpty()) {
            text += "; missing " + grouped(missing);
        }
        if (!unexpected.isEmpty()) {
            text += "; unexpected " + grouped(unexpected);
        }
        return text;
    }

    private static String grouped(List<String> keys) {
        Map<String, Long> groups =
                keys.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Coverage::group, TreeMap::new, Collectors.counting()));
        String text =
                groups.entrySet().stream()
                        .limit(GROUPS)
                        .map(
                                group ->
                                        group.getKey()
                                                + (group.getValue() > 1
                                                        ? " (" + group.getValue() + ")"
                                                        : ""))
                        .collect(Collectors.joining(", "));
        int more = groups.size() - GROUPS;
        return more > 0 ? text + " and " + more + " more groups" : text;
    }

    /** The first two elements of a key that has more, else the key. */
    private static String group(String key) {
        // A remark about the shape follows a key after a space.
        int end = key.indexOf(' ') < 0 ? key.length() : key.indexOf(' ');
        int first = key.indexOf('.');
        int second = first < 0 ? -1 : key.indexOf('.', first + 1);
        return second < 0 || second >= end ? key : key.substring(0, second) + ".*";
    }
}
