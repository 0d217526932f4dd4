package org.surgenet.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
 * @param left the file's names, in this part, of layers that the network does without: a backbone
 *     leaves a classification head
 * @param resampled keys whose values were interpolated, each with what it was before
 * @param prefix what comes before the network's keys in the file, such as {@code teacher.backbone.}
 * @param dialect of the file's keys
 * @param others parts of the file that fit as well, or nearly so
 */
public record Coverage(
        int loaded,
        int expected,
        List<String> missing,
        List<String> reshaped,
        List<String> unexpected,
        List<String> left,
        List<String> resampled,
        String prefix,
        Dialect dialect,
        List<String> others) {
    /** The name of the part whose names stand under no other. */
    static final String WHOLE = ".";

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

    /** The part of the file that was taken, by its name. */
    public String part() {
        return part(prefix);
    }

    static String part(String prefix) {
        return prefix.isEmpty() ? WHOLE : prefix.substring(0, prefix.length() - 1);
    }

    /**
     * What a complete fit says besides: interpolated values, what stays in the file, and which part
     * was taken of several; empty if nothing.
     */
    public String remarks() {
        List<String> remarks = new ArrayList<>();
        if (!resampled.isEmpty()) {
            remarks.add("interpolated " + listed(resampled));
        }
        if (!left.isEmpty()) {
            remarks.add("left out " + grouped(left));
        }
        if (!others.isEmpty()) {
            remarks.add(
                    String.format(
                            Locale.ROOT,
                            "took the part '%s'; weights-part selects another: %s",
                            part(),
                            listed(others)));
        }
        return String.join("; ", remarks);
    }

    /**
     * Whether the part was one of several with nothing to tell them apart: neither is the only one
     * of averaged weights.
     */
    boolean arbitrary() {
        return !others.isEmpty()
                && (!Matching.averaged(prefix)
                        || others.stream().anyMatch(other -> Matching.averaged(other + ".")));
    }

    /** The count, the gaps and the remarks if there are any, in one line. */
    public String report() {
        return remarks().isEmpty() ? toString() : this + "; " + remarks();
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
