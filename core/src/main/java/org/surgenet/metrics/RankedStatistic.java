package org.surgenet.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.surgenet.common.UserException;

/** A score of one criterion over all frames of its units, or the mean of several criteria's. */
final class RankedStatistic implements UnitStatistic {
    /** A score of one criterion's frames; NaN where it has none. */
    interface Score {
        double of(Ranked frames, int[] weights);
    }

    private final int units;
    private final List<Ranked> criteria;
    private final Score score;

    RankedStatistic(int units, List<Ranked> criteria, Score score) {
        this.units = units;
        this.criteria = List.copyOf(criteria);
        this.score = score;
    }

    @Override
    public int units() {
        return units;
    }

    @Override
    public double[] parts(int[] weights) {
        return criteria.stream().mapToDouble(c -> score.of(c, weights)).toArray();
    }

    @Override
    public UnitStatistic select(int[] wanted) {
        int[] number = new int[units];
        Arrays.fill(number, -1);
        for (int i = 0; i < wanted.length; i++) {
            number[wanted[i]] = i;
        }
        return new RankedStatistic(
                wanted.length, criteria.stream().map(c -> c.renumbered(number)).toList(), score);
    }

    @Override
    public UnitStatistic joined(UnitStatistic other) {
        if (!(other instanceof RankedStatistic ranked)
                || ranked.criteria.size() != criteria.size()) {
            throw new UserException(
                    "models or folds with different criteria cannot be compared; evaluate them on"
                            + " the same ones");
        }
        return new RankedStatistic(
                units + ranked.units,
                IntStream.range(0, criteria.size())
                        .mapToObj(c -> criteria.get(c).joined(ranked.criteria.get(c), units))
                        .toList(),
                score);
    }
}
