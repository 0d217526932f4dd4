package org.surgenet.metrics;

import java.nio.file.Path;
import java.util.List;
import org.surgenet.common.UserException;

/**
 * A model's score over a whole test set that is no mean of one number per unit, with what it takes
 * to compute it again on any resample of the units. Read from the files that {@code evaluate}
 * writes beside {@code scores.csv}.
 *
 * @param model as in {@code scores.csv}
 * @param task as in {@code scores.csv}
 * @param dataset as in {@code scores.csv}
 * @param metric such as {@code map}; the name that {@code metrics.json} has
 * @param label the class; {@link ScoreRow#ALL} for all of them
 * @param over what it is taken over, for people, such as "all frames"
 * @param headline whether it is among the main results; others are compared where asked for
 * @param units names of the statistic's units
 * @param statistic the score
 */
public record Recomputable(
        String model,
        String task,
        String dataset,
        String metric,
        String label,
        String over,
        boolean headline,
        List<String> units,
        UnitStatistic statistic) {
    /** The same score of a model of another name. */
    public Recomputable named(String other) {
        return new Recomputable(
                other, task, dataset, metric, label, over, headline, units, statistic);
    }

    /** The kinds of file that hold such scores. */
    private static final List<EvidenceFile> FILES =
            List.of(new CountsCsv(), new ProbabilitiesCsv());

    /** Evidence for recomputing scores, in a file of its own beside {@code scores.csv}. */
    interface EvidenceFile {
        String name();

        /**
         * @throws UserException if the file is not as documented; the message names file and line
         */
        List<Recomputable> read(Path file);
    }

    /** The files beside {@code scores} that {@link #beside} would read, whether there or not. */
    public static List<Path> files(Path scores) {
        // Beside a file of another name it may be of another evaluation.
        return scores.getFileName() == null
                        || !scores.getFileName().toString().equals(ScoresCsv.FILE_NAME)
                ? List.of()
                : FILES.stream().map(file -> scores.resolveSibling(file.name())).toList();
    }

    /**
     * All that can be recomputed from the files beside a {@code scores.csv}.
     *
     * @throws UserException if such a file is there and is not as documented
     */
    public static List<Recomputable> beside(Path scores) {
        List<Path> there = files(scores).stream().filter(java.nio.file.Files::exists).toList();
        return FILES.stream()
                .flatMap(
                        kind ->
                                there.stream()
                                        .filter(f -> f.endsWith(kind.name()))
                                        .flatMap(f -> kind.read(f).stream()))
                .toList();
    }
}
