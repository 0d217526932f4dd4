package org.surgenet.dataset;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A labelled data set.
 *
 * @param name of the data set, for tables: the format's, or the folder's where the format is no
 *     data set of its own
 * @param format the name given to {@code --format}
 * @param classes names by index; for segmentation 0 is the background
 * @param samples in a fixed order, that of patients and then of time or name
 * @param ownSplit the publishers' or an established split by patient; empty if there is none that
 *     covers the patients at hand
 * @param ownSplitSource where {@code ownSplit} is from; empty if there is none
 * @param notes what the user should know of what was left out, a sentence each
 */
public record Dataset<S extends Sample>(
        String name,
        String format,
        List<String> classes,
        List<S> samples,
        Map<String, SplitName> ownSplit,
        String ownSplitSource,
        List<String> notes) {

    public Dataset {
        classes = List.copyOf(classes);
        samples = List.copyOf(samples);
        ownSplit = Map.copyOf(ownSplit);
        notes = List.copyOf(notes);
    }

    /** The patients in alphabetical order. */
    public List<String> patients() {
        TreeSet<String> patients = new TreeSet<>();
        samples.forEach(sample -> patients.add(sample.patient()));
        return List.copyOf(patients);
    }

    /** The samples of the patients that {@code split} puts into {@code part}, in order. */
    public List<S> part(Split split, SplitName part) {
        return samples.stream()
                .filter(sample -> split.of(sample.patient()).filter(part::equals).isPresent())
                .toList();
    }
}
