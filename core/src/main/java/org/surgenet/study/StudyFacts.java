package org.surgenet.study;

import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import org.surgenet.common.Words;
import org.surgenet.dataset.SplitName;

/** What a study has of patients, for people. */
final class StudyFacts {
    private StudyFacts() {}

    static int trainingPatients(PlannedCell cell) {
        return cell.division().patients(SplitName.TRAIN).size();
    }

    /** The mean number of training patients behind a size, over folds. */
    static double trainingPatients(Study study, String dataset, int size) {
        return study.cells().stream()
                .filter(c -> c.cell().dataset().equals(dataset) && c.cell().size() == size)
                .mapToInt(StudyFacts::trainingPatients)
                .average()
                .orElse(Double.NaN);
    }

    /** Patients and samples of a data set and how they are divided, in a line. */
    static String described(Study study, Plan.LabelledData set) {
        StudyData data = study.data(set.name());
        List<String> parts = new ArrayList<>();
        for (SplitName part : SplitName.values()) {
            IntSummaryStatistics n =
                    study.cells().stream()
                            .filter(c -> c.cell().dataset().equals(set.name()))
                            .filter(c -> part != SplitName.TRAIN || c.cell().size() == Plan.ALL)
                            .mapToInt(c -> c.division().patients(part).size())
                            .summaryStatistics();
            if (n.getCount() > 0) {
                parts.add(
                        part.label()
                                + " "
                                + (n.getMin() == n.getMax()
                                        ? Integer.toString(n.getMin())
                                        : n.getMin() + " to " + n.getMax()));
            }
        }
        return String.format(
                Locale.ROOT,
                "%s (%s, %s): %s, %s; patients for %s (%s)",
                set.name(),
                set.task(),
                set.format(),
                Words.counted(data.dataset().patients().size(), "patient"),
                Words.counted(data.dataset().samples().size(), "sample"),
                String.join(", ", parts),
                set.folds() > 0
                        ? set.folds() + " folds by patient"
                        : data.split().orElseThrow().source());
    }
}
