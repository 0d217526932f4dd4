package org.surgenet.study;

import java.nio.file.Path;

/**
 * One training of a study and its score.
 *
 * @param dataset name of the data set
 * @param arm name of the weights
 * @param seed of training and of the draw of training patients
 * @param fold counted from 0; {@link #NO_FOLD} where the data set has a split
 * @param size number of training patients, or {@link Plan#ALL}
 */
public record Cell(String dataset, String arm, long seed, int fold, int size) {
    /** The fold of a data set with a split. */
    public static final int NO_FOLD = -1;

    /** Its folder below that of the cells. */
    Path folder() {
        Path path = Path.of(dataset, arm, "n" + Plan.label(size));
        if (fold != NO_FOLD) {
            path = path.resolve("fold" + fold);
        }
        return path.resolve("seed" + seed);
    }

    /** For people: {@code cvs/ours, 4 training patients, fold 1, seed 0}. */
    @Override
    public String toString() {
        return dataset
                + "/"
                + arm
                + (size == Plan.ALL ? "" : ", " + size + " training patients")
                + (fold == NO_FOLD ? "" : ", fold " + fold)
                + ", seed "
                + seed;
    }
}
