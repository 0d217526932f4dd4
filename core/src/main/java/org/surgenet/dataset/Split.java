package org.surgenet.dataset;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Hashes;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;

/**
 * Which patients are for training, validation and test. Never by image: neighbouring frames of one
 * patient on both sides would make a test a test of memory.
 */
public final class Split {
    /** What a split is drawn from if no seed is given for it. */
    public static final long DEFAULT_SEED = 0;

    private static final String NONE = "none";
    private static final String DRAWN = "drawn by patient from seed ";
    private static final double VAL_SHARE = 0.15;
    private static final double TEST_SHARE = 0.2;
    // Keeps the draw of a split apart from other draws with the same seed.
    private static final long DRAW = 0x53504C4954L;

    private final Map<String, SplitName> parts;
    private final String source;
    private final OptionalLong seed;

    private Split(Map<String, SplitName> parts, String source, OptionalLong seed) {
        this.parts = new TreeMap<>(parts);
        this.source = source;
        this.seed = seed;
    }

    /**
     * The split to use: the file's if given, otherwise the data set's own, otherwise one drawn from
     * the seed.
     *
     * @param file CSV with the columns {@code patient,split}, or null
     * @param seed of the split alone: runs that differ in the seed of their training must share
     *     their split, or their scores are of different patients
     * @throws UserException if the file puts a patient on two sides or leaves one out, or there are
     *     fewer than three patients to draw from
     */
    public static Split of(Dataset<?> dataset, Path file, long seed) {
        if (file != null) {
            return read(file, dataset.patients());
        }
        if (!dataset.ownSplit().isEmpty()) {
            return new Split(dataset.ownSplit(), dataset.ownSplitSource(), OptionalLong.empty());
        }
        return draw(dataset.patients(), seed);
    }

    /**
     * Reads a split file: columns {@code patient} and {@code split}, the latter {@code train},
     * {@code val}, {@code test} or {@code none} for patients to leave out. Patients that are not in
     * {@code patients} are passed over, so that a published split serves for a part of its data.
     *
     * @param patients every one of whom the file must name
     * @throws UserException naming file and lines
     */
    public static Split read(Path file, List<String> patients) {
        Map<String, SplitName> parts = new HashMap<>();
        Map<String, CsvTable.Row> seen = new HashMap<>();
        for (CsvTable.Row row : CsvTable.read(file, "patient", "split").rows()) {
            String patient = row.get("patient");
            String label = row.get("split");
            Optional<SplitName> part = SplitName.of(label);
            if (part.isEmpty() && !label.equals(NONE)) {
                throw row.error("split", "is none of train, val, test, none");
            }
            CsvTable.Row before = seen.putIfAbsent(patient, row);
            if (before != null && !before.get("split").equals(label)) {
                throw new UserException(
                        file
                                + ":"
                                + row.line()
                                + ": patient '"
                                + patient
                                + "' is in "
                                + label
                                + " here and in "
                                + before.get("split")
                                + " on line "
                                + before.line()
                                + "; put every patient on one side only");
            }
            if (before != null) {
                throw new UserException(
                        file
                                + ":"
                                + row.line()
                                + ": patient '"
                                + patient
                                + "' is already on line "
                                + before.line()
                                + "; remove one of the two");
            }
            part.ifPresent(name -> parts.put(patient, name));
        }
        List<String> missing = patients.stream().filter(p -> !seen.containsKey(p)).toList();
        if (!missing.isEmpty()) {
            throw new UserException(
                    file
                            + ": does not name patient '"
                            + missing.get(0)
                            + "'"
                            + (missing.size() > 1
                                    ? " and " + (missing.size() - 1) + " others of the data"
                                    : " of the data")
                            + "; add a line for each, with the split none to leave it out");
        }
        parts.keySet().retainAll(patients);
        return new Split(parts, "file " + file, OptionalLong.empty());
    }

    /**
     * Draws a split: a fifth of the patients for test, 15 % for validation, at least one each, the
     * others for training. Depends on the patients' names and the seed alone.
     *
     * @throws UserException if there are fewer than three patients
     */
    public static Split draw(List<String> patients, long seed) {
        int n = patients.size();
        if (n < 3) {
            throw new UserException(
                    "the data set has "
                            + Words.counted(n, "patient")
                            + " ("
                            + String.join(", ", patients)
                            + "); training, validation and test by patient need three."
                            + " Give a split file with the columns patient,split to use fewer"
                            + " parts");
        }
        List<String> sorted = patients.stream().sorted().toList();
        int[] order = CounterRandom.of(seed, DRAW).permutation(n);
        int test = (int) Math.max(1, Math.round(TEST_SHARE * n));
        int val = (int) Math.max(1, Math.round(VAL_SHARE * n));
        Map<String, SplitName> parts = new HashMap<>();
        for (int i = 0; i < n; i++) {
            SplitName part =
                    i < test ? SplitName.TEST : i < test + val ? SplitName.VAL : SplitName.TRAIN;
            parts.put(sorted.get(order[i]), part);
        }
        return new Split(parts, DRAWN + seed, OptionalLong.of(seed));
    }

    /** The part a patient is in; empty if left out. */
    public Optional<SplitName> of(String patient) {
        return Optional.ofNullable(parts.get(patient));
    }

    /** The patients of a part in alphabetical order. */
    public List<String> patients(SplitName part) {
        return parts.entrySet().stream()
                .filter(entry -> entry.getValue() == part)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Where the split is from, in words. */
    public String source() {
        return source;
    }

    /** Whether a {@link #source} is that of a drawn split. */
    public static boolean isDrawn(String source) {
        return source.startsWith(DRAWN);
    }

    /** The seed that it was drawn from; empty for the split of a file or of the data set. */
    public OptionalLong seed() {
        return seed;
    }

    /**
     * What to tell someone who gave a seed that nothing was drawn from; empty if all is well.
     *
     * @param given the seed that was given, null if it was not given
     */
    public Optional<String> unusedSeed(Long given) {
        return given == null || seed.isPresent()
                ? Optional.empty()
                : Optional.of(
                        "split-seed "
                                + given
                                + " has no effect, because no split is drawn ("
                                + source
                                + ")");
    }

    /** SHA-256 of the sorted {@code patient,split} lines: equal for equal splits. */
    public String hash() {
        StringBuilder text = new StringBuilder();
        parts.forEach((p, part) -> text.append(p).append(',').append(part.label()).append('\n'));
        return Hashes.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
