package org.surgenet.study;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Hashes;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;

/**
 * Which patients of a data set a cell trains on, validates on and tests on.
 *
 * <p>Folds: the patients are dealt into equal parts in a random order; each part is the test part
 * once. Of the others every seventh or so (15 %, at least one) validates. Fewer training patients
 * are the first of a random order that is the same for every number and every arm, so that smaller
 * sets lie within larger ones; validation and test parts stay as they are.
 */
final class Division {
    private static final long FOLDS = 0x464F4C44L;
    private static final long SUBSET = 0x53554253L;
    private static final double VAL_SHARE = 0.15;
    private static final String NONE = "none";

    private final Map<String, Optional<SplitName>> parts;

    private Division(Map<String, Optional<SplitName>> parts) {
        this.parts = parts;
    }

    /** The parts of a split, of all of these patients. */
    static Division of(Split split, List<String> patients) {
        Map<String, Optional<SplitName>> parts = new TreeMap<>();
        patients.forEach(patient -> parts.put(patient, split.of(patient)));
        return new Division(parts);
    }

    /**
     * One of several folds.
     *
     * @param fold from 0, the test part
     * @throws IllegalArgumentException if there are too few patients; see {@link #leastPatients}
     */
    static Division fold(List<String> patients, int folds, int fold, long seed) {
        int n = patients.size();
        if (n < leastPatients(folds)) {
            throw new IllegalArgumentException(n + " patients for " + folds + " folds");
        }
        List<String> sorted = patients.stream().sorted().toList();
        int[] order = CounterRandom.of(seed, FOLDS).permutation(n);
        Map<String, Optional<SplitName>> parts = new TreeMap<>();
        List<String> others = new ArrayList<>();
        // From behind the fold on, so that every patient validates about as often.
        for (int i = 0; i < n; i++) {
            int place = (int) ((i + (long) n * (fold + 1) / folds) % n);
            String patient = sorted.get(order[place]);
            if (place * (long) folds / n == fold) {
                parts.put(patient, Optional.of(SplitName.TEST));
            } else {
                others.add(patient);
            }
        }
        int validating = (int) Math.max(1, Math.round(VAL_SHARE * others.size()));
        for (int i = 0; i < others.size(); i++) {
            parts.put(others.get(i), Optional.of(i < validating ? SplitName.VAL : SplitName.TRAIN));
        }
        return new Division(parts);
    }

    /** How many patients so many folds need: one for each, and one more to validate on. */
    static int leastPatients(int folds) {
        return Math.max(folds, 3);
    }

    /** The patients of a part in alphabetical order. */
    List<String> patients(SplitName part) {
        return parts.entrySet().stream()
                .filter(entry -> entry.getValue().filter(part::equals).isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * The same with so many training patients.
     *
     * @param size at most as many as there are
     */
    Division withTraining(int size, long seed) {
        List<String> training = patients(SplitName.TRAIN);
        int[] order = CounterRandom.of(seed, SUBSET).permutation(training.size());
        Map<String, Optional<SplitName>> fewer = new TreeMap<>(parts);
        for (int i = size; i < order.length; i++) {
            fewer.put(training.get(order[i]), Optional.empty());
        }
        return new Division(fewer);
    }

    /**
     * Writes {@code patient,split}, as the commands read it. Several processes may write the same
     * division to one file at once.
     */
    void write(Path file) throws IOException {
        List<List<String>> lines = new ArrayList<>();
        parts.forEach(
                (patient, part) ->
                        lines.add(
                                List.of(
                                        patient,
                                        part.map(p -> p.label().toLowerCase(Locale.ROOT))
                                                .orElse(NONE))));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        CsvTable.writeTo(text, List.of("patient", "split"), lines);
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), text.toByteArray())) {
            return;
        }
        Path own = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
        try {
            Files.write(own, text.toByteArray());
            Files.move(own, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(own);
        }
    }

    /** SHA-256; equal for equal divisions. */
    String hash() {
        StringBuilder text = new StringBuilder();
        parts.forEach(
                (patient, part) ->
                        text.append(patient)
                                .append(',')
                                .append(part.map(SplitName::label).orElse(NONE))
                                .append('\n'));
        return Hashes.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
