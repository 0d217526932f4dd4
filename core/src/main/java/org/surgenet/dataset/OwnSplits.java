package org.surgenet.dataset;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Published splits, which are told by the numbers of the videos. */
public final class OwnSplits {
    private static final Pattern NUMBER = Pattern.compile("\\D*(\\d{1,6})");

    private OwnSplits() {}

    /**
     * The split of these patients.
     *
     * @param patients names that end in the video's number, such as {@code video01}
     * @return empty if a patient has no number in {@code numbers} or a part would be empty: then
     *     these are not, or too little of, the published data
     */
    public static Map<String, SplitName> byNumber(
            Collection<String> patients, Map<SplitName, List<Integer>> numbers) {
        Map<Integer, SplitName> partOf = new HashMap<>();
        numbers.forEach((part, list) -> list.forEach(n -> partOf.put(n, part)));
        Map<String, SplitName> parts = new HashMap<>();
        for (String patient : patients) {
            Matcher matcher = NUMBER.matcher(patient);
            SplitName part =
                    matcher.matches() ? partOf.get(Integer.parseInt(matcher.group(1))) : null;
            if (part == null) {
                return Map.of();
            }
            parts.put(patient, part);
        }
        Set<SplitName> found = EnumSet.noneOf(SplitName.class);
        found.addAll(parts.values());
        return found.size() == SplitName.values().length ? parts : Map.of();
    }
}
