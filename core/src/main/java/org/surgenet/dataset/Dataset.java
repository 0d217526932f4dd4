package org.surgenet.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.surgenet.common.Hashes;

/**
 * A labelled data set.
 *
 * @param name of the data set, for tables: the format's, or the folder's where the format is no
 *     data set of its own
 * @param format the format's name
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

    private static final String UNREADABLE = "unreadable";

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

    /**
     * Equal for equal data: of each sample its names, time, target and the size of its image. An
     * image whose content changed while its size did not is not told apart. What cannot be read
     * counts as such: whoever wants the sample says why.
     *
     * @param some samples of this data set, or of one that holds them
     * @return SHA-256
     */
    public String hash(List<? extends Sample> some) {
        MessageDigest digest = Hashes.newSha256();
        add(digest, classes);
        for (Sample sample : some) {
            add(
                    digest,
                    List.of(
                            sample.name(),
                            sample.patient(),
                            sample.video(),
                            Double.toString(sample.timeSeconds()),
                            target(sample),
                            bytes(sample.image())));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, List<String> lines) {
        digest.update((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String target(Sample sample) {
        try {
            return sample.target();
        } catch (IOException e) {
            return UNREADABLE;
        }
    }

    /** Predictions beside their targets need no image. */
    private static String bytes(Path image) {
        try {
            return Files.isRegularFile(image) ? Long.toString(Files.size(image)) : "";
        } catch (IOException e) {
            return UNREADABLE;
        }
    }
}
