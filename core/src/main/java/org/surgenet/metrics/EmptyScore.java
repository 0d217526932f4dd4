package org.surgenet.metrics;

/** What a Dice or IoU is where the class is in neither target nor prediction, which is 0/0. */
public enum EmptyScore {
    /** Missing: skipped by every mean. The default. */
    NAN(Double.NaN),
    /** Perfect: rightly found to be absent. Raises means where classes are rare. */
    ONE(1),
    /** Zero. Lowers means where classes are rare. */
    ZERO(0);

    private final double value;

    EmptyScore(double value) {
        this.value = value;
    }

    public double value() {
        return value;
    }
}
