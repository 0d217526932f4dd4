package org.surgenet.metrics;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** A score of classes' counts, added up over units. */
final class CountStatistic implements UnitStatistic {
    /** The scores to average, from the counts of some classes; NaN where undefined. */
    interface Score {
        double[] of(ClassCounts[] classes);
    }

    /** By class: the counts of each unit. */
    private final Map<String, ClassCounts[]> counts;

    private final int units;
    private final Score score;

    CountStatistic(int units, Map<String, ClassCounts[]> counts, Score score) {
        this.units = units;
        this.counts = counts;
        this.score = score;
    }

    /** The mean over the classes whose own score is not missing. */
    static Score macro(ToDoubleFunction<ClassCounts> perClass) {
        return classes -> Stream.of(classes).mapToDouble(perClass).toArray();
    }

    /** One score of all classes together. */
    static Score whole(ToDoubleFunction<ClassCounts[]> ofAll) {
        return classes -> new double[] {ofAll.applyAsDouble(classes)};
    }

    @Override
    public int units() {
        return units;
    }

    @Override
    public double[] parts(int[] weights) {
        return score.of(
                counts.values().stream()
                        .map(of -> ClassCounts.sum(of, weights))
                        .toArray(ClassCounts[]::new));
    }

    @Override
    public UnitStatistic select(int[] wanted) {
        Map<String, ClassCounts[]> selected = new LinkedHashMap<>();
        counts.forEach(
                (label, of) ->
                        selected.put(
                                label,
                                Arrays.stream(wanted)
                                        .mapToObj(u -> of[u])
                                        .toArray(ClassCounts[]::new)));
        return new CountStatistic(wanted.length, selected, score);
    }

    /** A class that only one of both has was nowhere seen or predicted by the other. */
    @Override
    public UnitStatistic joined(UnitStatistic other) {
        if (!(other instanceof CountStatistic more)) {
            throw new IllegalArgumentException("not a statistic of counts");
        }
        Set<String> labels = new LinkedHashSet<>(counts.keySet());
        labels.addAll(more.counts.keySet());
        Map<String, ClassCounts[]> both = new LinkedHashMap<>();
        for (String label : labels) {
            both.put(
                    label,
                    Stream.concat(Stream.of(of(label)), Stream.of(more.of(label)))
                            .toArray(ClassCounts[]::new));
        }
        return new CountStatistic(units + more.units, both, score);
    }

    private ClassCounts[] of(String label) {
        ClassCounts[] none = new ClassCounts[units];
        Arrays.fill(none, ClassCounts.NONE);
        return counts.getOrDefault(label, none);
    }
}
