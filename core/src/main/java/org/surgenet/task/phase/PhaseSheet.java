package org.surgenet.task.phase;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.surgenet.frames.Frame;
import org.surgenet.task.PredictionSheet;

/** The phase and the probability of each. */
final class PhaseSheet implements PredictionSheet<PhaseOutput> {
    private final List<String> classes;

    PhaseSheet(List<String> classes) {
        this.classes = classes;
    }

    @Override
    public List<String> columns() {
        List<String> columns = new ArrayList<>(List.of(PredictedPhases.PREDICTION));
        classes.forEach(name -> columns.add("p_" + name));
        return columns;
    }

    @Override
    public List<String> write(int index, Frame frame, PhaseOutput output) {
        List<String> cells = new ArrayList<>(List.of(classes.get(output.phase())));
        for (double value : output.probabilities()) {
            cells.add(String.format(Locale.ROOT, "%.6f", value));
        }
        return cells;
    }
}
