package org.surgenet.study;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.surgenet.common.UserException;

/**
 * What a study compares: initial weights on labelled data sets, over seeds and numbers of training
 * patients.
 *
 * @param file it was read from
 * @param name of the study, for people
 * @param datasets in the file's order
 * @param arms the weights that are compared, in the file's order
 * @param baseline name of the arm that the others are compared with
 * @param seeds of training, and of the draws of training patients
 * @param sizes numbers of training patients, ascending; {@link #ALL} last
 * @param statistics settings of the comparison, by the names of bootstrap-stats
 */
public record Plan(
        Path file,
        String name,
        List<LabelledData> datasets,
        List<Arm> arms,
        String baseline,
        List<Long> seeds,
        List<Integer> sizes,
        List<Option> statistics) {
    /** The number of training patients that stands for all there are. */
    public static final int ALL = Integer.MAX_VALUE;

    /**
     * A setting as the plan gives it.
     *
     * @param key name of the setting
     * @param values as text; one unless the plan has a list
     * @param line of the plan
     */
    public record Option(String key, List<String> values, int line) {}

    /**
     * A labelled data set.
     *
     * @param name in folders, tables and figures
     * @param task id of the task
     * @param data folder
     * @param format of the folder
     * @param split file with the columns patient,split; empty for the data set's own or a drawn one
     * @param splitSeed of a drawn split, and of folds
     * @param folds number of folds by patient; 0 for a split
     * @param preset of the fine-tuning
     * @param options of the fine-tuning
     * @param scoring options of the evaluation
     * @param line of the plan
     */
    public record LabelledData(
            String name,
            String task,
            Path data,
            String format,
            Optional<Path> split,
            Optional<Long> splitSeed,
            int folds,
            Optional<String> preset,
            List<Option> options,
            List<Option> scoring,
            int line) {}

    /**
     * Weights that a network starts from.
     *
     * @param name in folders, tables and figures
     * @param weights a file, or the name of public weights; empty for random ones
     * @param frames unlabelled frames they were trained on; empty where not known
     * @param procedures kinds of operation among these
     * @param epochs of that training
     * @param architecture for the fit of scores to frames; empty for one that all arms share
     * @param run folder of the pretraining they came from; empty where not known
     * @param options of the fine-tuning that go with these weights, such as the backbone
     * @param line of the plan
     */
    public record Arm(
            String name,
            Optional<String> weights,
            OptionalDouble frames,
            OptionalDouble procedures,
            OptionalDouble epochs,
            String architecture,
            Optional<Path> run,
            List<Option> options,
            int line) {}

    /** An error about a line of the plan. */
    public UserException error(int line, String problem) {
        return new UserException(file + ":" + line + ": " + problem);
    }

    /** The weights of this name. */
    public Arm arm(String wanted) {
        return arms.stream().filter(a -> a.name().equals(wanted)).findFirst().orElseThrow();
    }

    /** The data set of this name. */
    public LabelledData dataset(String wanted) {
        return datasets.stream().filter(d -> d.name().equals(wanted)).findFirst().orElseThrow();
    }

    /** The number of training patients, as in folders' names. */
    static String label(int size) {
        return size == ALL ? "all" : Integer.toString(size);
    }
}
