package org.surgenet.curate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.surgenet.common.UserException;

/**
 * From which scores on a frame is dropped: values by the names of the {@link Threshold}s, which
 * have their defaults where none was set. The defaults were chosen on labelled frames of ten
 * laparoscopies so that they drop none that lies in the body; they are meant to be looked at with
 * the report and changed.
 */
public final class Thresholds {
    /** What can be set. */
    public static final List<Threshold> ALL = Detectors.ALL.thresholds();

    private final Map<String, Object> values;

    private Thresholds(Map<String, Object> values) {
        this.values = values;
    }

    public static Thresholds defaults() {
        return new Thresholds(Map.of());
    }

    /**
     * The same but for one value.
     *
     * @param value of the threshold's type
     * @throws ClassCastException if it is of another
     */
    public Thresholds with(Threshold threshold, Object value) {
        Map<String, Object> changed = new HashMap<>(values);
        changed.put(threshold.name(), threshold.kind().type().cast(value));
        return new Thresholds(Map.copyOf(changed));
    }

    /**
     * Checks the values' ranges.
     *
     * @param declared what may have been set
     * @param spelling from a threshold's name to what the user knows it by
     * @throws UserException if a value is out of its range
     */
    public void check(List<Threshold> declared, UnaryOperator<String> spelling) {
        for (Threshold threshold : declared) {
            if (threshold.kind() == Threshold.Kind.SHARE
                    && !(number(threshold) >= 0 && number(threshold) <= 1)) {
                throw new UserException(text(threshold, spelling) + ": must be a share, 0 to 1");
            }
        }
        for (Threshold threshold : declared) {
            for (Threshold other : declared) {
                if (threshold.atMost().filter(other.name()::equals).isPresent()
                        && number(threshold) > number(other)) {
                    throw new UserException(
                            text(threshold, spelling) + ": is above " + text(other, spelling));
                }
            }
        }
    }

    private String text(Threshold threshold, UnaryOperator<String> spelling) {
        return spelling.apply(threshold.name()) + " " + value(threshold);
    }

    private Object value(Threshold threshold) {
        return values.getOrDefault(threshold.name(), threshold.defaultValue());
    }

    /** The value of a threshold that is a number. */
    public double number(Threshold threshold) {
        return (Double) value(threshold);
    }

    /** The value of a threshold that is an action. */
    public Action action(Threshold threshold) {
        return (Action) value(threshold);
    }
}
