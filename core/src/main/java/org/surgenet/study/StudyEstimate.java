package org.surgenet.study;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.surgenet.common.Words;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.SplitName;

/** How long the cells that are not done would take, and how much disk they need. */
public final class StudyEstimate {
    private final Study study;
    private final Map<String, CellCost> costs = new LinkedHashMap<>();

    /**
     * Measures a few steps of each data set that has something to be made.
     *
     * @param scratch folder for what the measured runs leave; its caller deletes it
     */
    public StudyEstimate(Study study, CellProgram program, Path scratch) {
        this.study = study;
        for (PlannedCell cell : study.cells()) {
            String name = cell.cell().dataset();
            if (cell.state() != PlannedCell.State.DONE && !costs.containsKey(name)) {
                costs.put(name, program.measure(study.plan().dataset(name), scratch.resolve(name)));
            }
        }
    }

    /** The estimate in a line for each data set, and the sum. */
    public String text() {
        StringBuilder text = new StringBuilder();
        double all = 0;
        long bytes = 0;
        for (Map.Entry<String, CellCost> cost : costs.entrySet()) {
            double seconds = 0;
            int cells = 0;
            for (PlannedCell cell : study.cells()) {
                if (cell.cell().dataset().equals(cost.getKey())
                        && cell.state() != PlannedCell.State.DONE) {
                    seconds += seconds(cost.getValue(), cell);
                    bytes += cost.getValue().bytes();
                    cells++;
                }
            }
            all += seconds;
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%s: %s of about %s each (%.2f s a step of %d)%n",
                            cost.getKey(),
                            Words.counted(cells, "cell"),
                            clock(seconds / cells),
                            cost.getValue().step(),
                            cost.getValue().batch()));
        }
        return text
                + String.format(
                        Locale.ROOT,
                        "estimate: %s in one process on this machine, %s of disk besides"
                                + " predictions%n",
                        clock(all),
                        size(bytes));
    }

    private static String size(long bytes) {
        return bytes < 1e9
                ? String.format(Locale.ROOT, "%.0f MB", Math.ceil(bytes * 1e-6))
                : String.format(Locale.ROOT, "%.1f GB", bytes * 1e-9);
    }

    private static String clock(double seconds) {
        return Words.clock((long) (seconds * 1e9));
    }

    private double seconds(CellCost cost, PlannedCell cell) {
        return cost.seconds(
                samples(cell, SplitName.TRAIN),
                samples(cell, SplitName.VAL),
                samples(cell, SplitName.TEST));
    }

    private int samples(PlannedCell cell, SplitName part) {
        Set<String> patients = Set.copyOf(cell.division().patients(part));
        int n = 0;
        for (Sample sample : study.data(cell.cell().dataset()).dataset().samples()) {
            n += patients.contains(sample.patient()) ? 1 : 0;
        }
        return n;
    }
}
