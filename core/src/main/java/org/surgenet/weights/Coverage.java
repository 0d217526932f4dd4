package org.surgenet.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How well a file fits a network.
 *
 * @param loaded tensors of the network that the file has
 * @param expected tensors of the network
 * @param missing the network's keys that the file lacks
 * @param reshaped the network's keys that the file has in another shape, each with both shapes
 * @param unexpected the file's keys, in its own names, that the network lacks
 * @param prefix what comes before the network's keys in the file, such as {@code teacher.backbone.}
 * @param dialect of the file's keys
 */
public record Coverage(
        int loaded,
        int expected,
        List<String> missing,
        List<String> reshaped,
        List<String> unexpected,
        String prefix,
        Dialect dialect) {
    private static final int GROUPS = 8;

    /** Whether nothing is missing and nothing is left over. */
    public boolean complete() {
        return missing.isEmpty() && reshaped.isEmpty() && unexpected.isEmpty();
    }

    /** Such as "158 of 158 tensors". */
    public String count() {
        return loaded + " of " + expected + " tensors";
    }

    /**
     * What is missing, of another shape, or left over, by these words: keys grouped by prefix, such
     * as "stages.2.* (72), norm.bias". Empty for a complete fit.
     */
    public Map<String, String> gaps() {
        Map<String, String> gaps = new LinkedHashMap<>();
        if (!missing.isEmpty()) {
            gaps.put("missing", grouped(missing));
        }
        if (!reshaped.isEmpty()) {
            gaps.put("of another shape", listed(reshaped));
        }
        if (!unexpected.isEmpty()) {
            gaps.put("unexpected", grouped(unexpected));
        }
        return gaps;
    }

    /** The count, and the gaps if there are any, in one line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(count());
        gaps().forEach((what, keys) -> text.append("; ").append(what).append(' ').append(keys));
        return text.toString();
    }

    private static String grouped(List<String> keys) {
        Map<String, List<String>> groups =
                keys.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Coverage::group, TreeMap::new, Collectors.toList()));
        List<String> texts = new ArrayList<>();
        groups.forEach(
                (prefix, members) ->
                        texts.add(
                                members.size() == 1
                                        ? members.get(0)
                                        : prefix + ".* (" + members.size() + ")"));
        return listed(texts);
    }

    private static String listed(List<String> texts) {
        String text = texts.stream().limit(GROUPS).collect(Collectors.joining(", "));
        int more = texts.size() - GROUPS;
        return more > 0 ? text + " and " + more + " more" : text;
    }

    /** What stands before the second dot of a key, or before its only one. */
    private static String group(String key) {
        int first = key.indexOf('.');
        int second = key.indexOf('.', first + 1);
        int end = second >= 0 ? second : first;
        return end < 0 ? key : key.substring(0, end);
    }
}
