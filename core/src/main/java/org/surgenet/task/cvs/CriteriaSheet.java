package org.surgenet.task.cvs;

import java.util.ArrayList;
import java.util.List;
import org.surgenet.frames.Frame;
import org.surgenet.task.PredictionSheet;

/** The probability of each criterion. */
final class CriteriaSheet implements PredictionSheet<CriteriaOutput> {
    private final List<String> classes;

    CriteriaSheet(List<String> classes) {
        this.classes = classes;
    }

    @Override
    public List<String> columns() {
        return classes.stream().map(name -> "p_" + name).toList();
    }

    @Override
    public List<String> write(int index, Frame frame, CriteriaOutput output) {
        List<String> cells = new ArrayList<>();
        for (double value : output.probabilities()) {
            // All digits: rounding would make ties, which change the average precision.
            cells.add(Double.toString(value));
        }
        return cells;
    }
}
