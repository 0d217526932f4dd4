package org.surgenet.stats;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Corrects p-values family by family. */
final class Families {
    private Families() {}

    /** The groups in their order, with corrected p-values, family sizes and attainable minima. */
    static List<Comparison.Group> corrected(List<Comparison.Group> groups, Settings settings) {
        Map<List<String>, List<Comparison.Group>> families = new LinkedHashMap<>();
        for (Comparison.Group group : groups) {
            families.computeIfAbsent(
                            key(group.scores(), settings.family()), key -> new ArrayList<>())
                    .add(group);
        }
        Map<ScoreTable, Comparison.Group> corrected = new LinkedHashMap<>();
        for (List<Comparison.Group> members : families.values()) {
            corrected(members, settings.correction())
                    .forEach(group -> corrected.put(group.scores(), group));
        }
        return groups.stream().map(group -> corrected.get(group.scores())).toList();
    }

    private static List<String> key(ScoreTable scores, Settings.Family family) {
        return switch (family) {
            case TABLE -> List.of(scores.task());
            case METRIC -> List.of(scores.task(), scores.metric());
            case ALL -> List.of();
        };
    }

    private static List<Comparison.Group> corrected(
            List<Comparison.Group> family, Settings.Correction correction) {
        List<Comparison.Difference> all =
                family.stream().flatMap(group -> group.differences().stream()).toList();
        double[] p =
                correction.adjust(
                        all.stream().mapToDouble(Comparison.Difference::pValue).toArray());
        // Every correction is monotone: no p-values give less than the smallest ones.
        double[] least =
                correction.adjust(
                        all.stream().mapToDouble(Comparison.Difference::pLeast).toArray());
        int size = (int) all.stream().filter(d -> !Double.isNaN(d.pValue())).count();
        List<Comparison.Group> groups = new ArrayList<>();
        int next = 0;
        for (Comparison.Group group : family) {
            List<Comparison.Difference> differences = new ArrayList<>();
            for (Comparison.Difference difference : group.differences()) {
                differences.add(difference.corrected(p[next], least[next], size));
                next++;
            }
            groups.add(new Comparison.Group(group.scores(), group.estimates(), differences));
        }
        return groups;
    }
}
