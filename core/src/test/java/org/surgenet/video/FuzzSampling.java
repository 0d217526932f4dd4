package org.surgenet.video;

import java.util.ArrayList;
import java.util.List;
import org.surgenet.common.Rational;
import org.surgenet.video.sampling.Sampling;

/** Random samplings. */
final class FuzzSampling {
    private FuzzSampling() {}

    static Sampling draw(FuzzDice dice) {
        Sampling.Rule rule = dice.chance(0.5) ? Sampling.Rule.NEAREST : Sampling.Rule.FIRST;
        Sampling sampling =
                switch (dice.between(0, 6)) {
                    case 0, 1 ->
                            Sampling.rate(
                                    Rational.parse(dice.word("1 2 3.7 5 0.7 30000/1001 12"), "fps"),
                                    rule);
                    case 2, 3 -> Sampling.every(dice.between(1, 17));
                    case 4, 5 -> Sampling.times(times(dice), rule);
                    default -> Sampling.keyframes();
                };
        Rational start = dice.chance(0.2) ? hundredths(dice, 0, 150) : null;
        Rational end = dice.chance(0.2) ? hundredths(dice, 151, 400) : null;
        return sampling.between(start, end);
    }

    private static List<Rational> times(FuzzDice dice) {
        List<Rational> times = new ArrayList<>();
        for (int i = dice.between(1, 8); i > 0; i--) {
            times.add(hundredths(dice, 0, 500));
        }
        return times;
    }

    private static Rational hundredths(FuzzDice dice, int low, int high) {
        return new Rational(dice.between(low, high), 100);
    }
}
