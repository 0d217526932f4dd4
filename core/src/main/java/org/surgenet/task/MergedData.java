package org.surgenet.task;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.dataset.ClassMerges;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.SplitName;

/** Gives a data set the classes that a user merged. */
final class MergedData {
    private MergedData() {}

    static <S extends Sample> Dataset<S> of(
            Task<S, ?> task, Dataset<S> dataset, ClassMerges merges) {
        List<S> samples = new ArrayList<>();
        for (S sample : dataset.samples()) {
            Optional<S> merged = task.merged(sample, merges);
            merged.ifPresent(samples::add);
        }
        if (samples.isEmpty()) {
            throw new UserException(
                    merges.file() + ": leaves no sample; all their classes are ignored");
        }
        List<String> notes = new ArrayList<>(dataset.notes());
        notes.add(merges.text());
        int ignored = dataset.samples().size() - samples.size();
        if (ignored > 0) {
            notes.add(Words.counted(ignored, "sample") + " of ignored classes left out");
        }
        Map<String, SplitName> split = new HashMap<>(dataset.ownSplit());
        split.keySet().retainAll(samples.stream().map(Sample::patient).collect(Collectors.toSet()));
        return new Dataset<>(
                dataset.name(),
                dataset.format(),
                merges.classes(),
                samples,
                split,
                dataset.ownSplitSource(),
                notes);
    }
}
