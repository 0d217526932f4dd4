package org.surgenet.finetune;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Progress;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.task.Task;

/**
 * The part of a data set that is scored.
 *
 * @param dataset the data
 * @param samples of the part, in the data set's order
 * @param training the samples of the training part; empty where no split tells
 * @param name of the part, such as {@code test}
 * @param source which samples these are, for people
 * @param split where the split is from, for people; empty where there is none
 * @param splitHash of the split; empty where there is none
 */
record EvaluatedPart<S extends Sample>(
        Dataset<S> dataset,
        List<S> samples,
        List<S> training,
        String name,
        String source,
        String split,
        String splitHash) {
    private static final Logger LOG = LoggerFactory.getLogger(EvaluatedPart.class);

    /**
     * Reads labelled data and takes a part of them.
     *
     * @param values of the reader's settings
     * @param seed of a drawn split, unless the request has one
     * @throws UserException if the data are not as the format says or the part is empty
     */
    static <S extends Sample> EvaluatedPart<S> read(
            Task<S, ?> task, EvaluationRequest.Data data, SettingValues values, long seed) {
        Dataset<S> dataset = task.read(data.format(), data.folder(), values, Progress.NONE);
        dataset.notes().forEach(note -> LOG.warn("{}: {}", data.folder(), note));
        Split split =
                Split.of(
                        dataset,
                        data.splitFile(),
                        data.splitSeed() == null ? seed : data.splitSeed());
        split.unusedSeed(data.splitSeed()).ifPresent(LOG::warn);
        String name = data.part().label();
        List<S> samples = dataset.part(split, data.part());
        if (samples.isEmpty()) {
            throw new UserException(
                    "the split (" + split.source() + ") has no " + name + " samples");
        }
        return new EvaluatedPart<>(
                dataset,
                samples,
                dataset.part(split, SplitName.TRAIN),
                name,
                name + ", " + split.source(),
                split.source(),
                split.hash());
    }

    /** All of a data set. */
    static <S extends Sample> EvaluatedPart<S> whole(Dataset<S> dataset, String source) {
        return new EvaluatedPart<>(dataset, dataset.samples(), List.of(), "all", source, "", "");
    }

    long patients() {
        return samples.stream().map(Sample::patient).distinct().count();
    }
}
