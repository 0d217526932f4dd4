package org.surgenet.stats;

import java.util.Comparator;
import java.util.stream.IntStream;

/** What the corrections for several comparisons share. */
final class PValues {
    private PValues() {}

    /**
     * The indices of the members of a family, the smallest p-value first; NaN is no member.
     *
     * @throws IllegalArgumentException if a p-value is outside [0, 1]
     */
    static int[] ascending(double... pValues) {
        for (double p : pValues) {
            if (p < 0 || p > 1) {
                throw new IllegalArgumentException("p-value " + p + " is outside [0, 1]");
            }
        }
        return IntStream.range(0, pValues.length)
                .filter(i -> !Double.isNaN(pValues[i]))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> pValues[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
