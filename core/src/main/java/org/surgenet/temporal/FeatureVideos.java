package org.surgenet.temporal;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.features.FeatureTable;
import org.surgenet.task.phase.PhaseSample;

/**
 * The labelled videos of a table of features: a sequence of frames for each.
 *
 * @param dataset of the frames, with the phases as classes
 * @param split of its patients
 * @param videos in order of first appearance
 * @param length features of a frame
 * @param hash of the table's files
 * @param notes what was left out, for people
 */
record FeatureVideos(
        Dataset<PhaseSample> dataset,
        Split split,
        List<Video> videos,
        int length,
        String hash,
        List<String> notes) {
    /** {@code embed} writes it beside the features. */
    private static final String RECORD = "features.json";

    private static final String NAME = "name";

    /**
     * The frames of a video in order of time.
     *
     * @param samples T frames
     * @param features T · D, frame after frame
     */
    record Video(String name, String patient, List<PhaseSample> samples, float[] features) {
        int[] targets() {
            return samples.stream().mapToInt(PhaseSample::phase).toArray();
        }

        int frames() {
            return samples.size();
        }
    }

    /** A row of the table. */
    private record Row(PhaseSample sample, float[] features) {}

    /** The videos of a part in order. */
    List<Video> part(SplitName name) {
        return videos.stream()
                .filter(video -> split.of(video.patient).filter(name::equals).isPresent())
                .toList();
    }

    /**
     * Reads a table.
     *
     * @param path see {@link FeatureTable#find}
     * @param splitFile null for the table's column {@code split}, or a drawn split
     * @param splitSeed null for the usual one
     * @throws UserException if a column is missing, a patient is on two sides, a label is none of
     *     the classes, or two frames of a video have one time
     */
    static FeatureVideos read(Path path, Path splitFile, Long splitSeed) {
        Path file = FeatureTable.find(path);
        FeatureTable table = FeatureTable.read(file);
        Optional<JsonNode> record = record(file);
        List<String> labels = required(file, table, FeatureTable.LABEL);
        List<String> videos = required(file, table, FeatureTable.VIDEO);
        List<String> patients = table.column(FeatureTable.PATIENT).orElse(videos);
        List<String> classes = classes(file, record, labels);
        double[] times = times(file, table);
        List<String> names =
                table.column(NAME).or(() -> table.column(FeatureTable.PATH)).orElse(videos);
        Map<String, List<Row>> rows = new LinkedHashMap<>();
        int unlabelled = 0;
        for (int i = 0; i < table.size(); i++) {
            if (labels.get(i).isEmpty()) {
                unlabelled++;
                continue;
            }
            int phase = classes.indexOf(labels.get(i));
            if (phase < 0) {
                throw new UserException(
                        file
                                + ": row "
                                + (i + 1)
                                + ": label '"
                                + labels.get(i)
                                + "' is none of the classes "
                                + String.join(", ", classes));
            }
            PhaseSample sample =
                    new PhaseSample(
                            names.get(i),
                            Path.of("none"),
                            patients.get(i),
                            videos.get(i),
                            times[i],
                            phase);
            rows.computeIfAbsent(videos.get(i), v -> new ArrayList<>())
                    .add(new Row(sample, table.features().get(i)));
        }
        if (rows.isEmpty()) {
            throw new UserException(file + ": none of its " + table.size() + " rows has a label");
        }
        List<Video> sequences = new ArrayList<>();
        rows.forEach((name, of) -> sequences.add(video(file, name, of, table.length())));
        Dataset<PhaseSample> dataset =
                new Dataset<>(
                        record.map(r -> r.path("dataset").asText())
                                .filter(n -> !n.isEmpty())
                                .orElse("features"),
                        "features",
                        classes,
                        sequences.stream().flatMap(v -> v.samples.stream()).toList(),
                        ownSplit(file, table, patients),
                        "the column split of the features",
                        List.of());
        long seed = splitSeed == null ? Split.DEFAULT_SEED : splitSeed;
        Split split = Split.of(dataset, splitFile, seed);
        List<String> notes = new ArrayList<>();
        if (unlabelled > 0) {
            notes.add(
                    Words.counted(unlabelled, "frame")
                            + " without a label left out, of "
                            + table.size());
        }
        split.unusedSeed(splitSeed).ifPresent(notes::add);
        return new FeatureVideos(
                dataset, split, List.copyOf(sequences), table.length(), hash(table), notes);
    }

    private static Optional<JsonNode> record(Path file) {
        Path record = file.resolveSibling(RECORD);
        return Files.isRegularFile(record) ? Optional.of(Json.read(record)) : Optional.empty();
    }

    private static List<String> required(Path file, FeatureTable table, String column) {
        return table.column(column)
                .orElseThrow(
                        () ->
                                new UserException(
                                        file
                                                + ": has no column '"
                                                + column
                                                + "'; 'surgenet embed' writes it of labelled data"
                                                + " (data, format)"));
    }

    /** Those of the record, whose order is the data set's; otherwise the labels by name. */
    private static List<String> classes(Path file, Optional<JsonNode> record, List<String> labels) {
        List<String> classes = new ArrayList<>();
        record.ifPresent(r -> r.path("classes").forEach(name -> classes.add(name.asText())));
        if (classes.isEmpty()) {
            classes.addAll(new TreeSet<>(labels));
            classes.remove("");
        }
        if (classes.size() < 2) {
            throw new UserException(
                    file + ": has " + classes.size() + " classes of labels; at least 2 are needed");
        }
        return classes;
    }

    /** Of each row; the row's number where no row has one. */
    private static double[] times(Path file, FeatureTable table) {
        double[] times = new double[table.size()];
        List<String> texts =
                table.column(FeatureTable.TIME)
                        .filter(all -> all.stream().anyMatch(text -> !text.isEmpty()))
                        .orElse(null);
        for (int i = 0; i < times.length; i++) {
            try {
                times[i] = texts == null ? i : Double.parseDouble(texts.get(i));
            } catch (NumberFormatException e) {
                throw new UserException(
                        String.format(
                                Locale.ROOT,
                                "%s: row %d: time_s '%s' is not a time in seconds",
                                file,
                                i + 1,
                                texts.get(i)),
                        e);
            }
        }
        return times;
    }

    private static Video video(Path file, String name, List<Row> rows, int length) {
        rows.sort(Comparator.comparingDouble(row -> row.sample.timeSeconds()));
        float[] features = new float[Math.multiplyExact(rows.size(), length)];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i).features, 0, features, i * length, length);
            PhaseSample now = rows.get(i).sample;
            PhaseSample before = rows.get(Math.max(0, i - 1)).sample;
            if (i > 0 && now.timeSeconds() == before.timeSeconds()) {
                throw new UserException(
                        file
                                + ": video '"
                                + name
                                + "' has two frames at "
                                + now.timeSeconds()
                                + " s: "
                                + before.name()
                                + " and "
                                + now.name());
            }
            if (!now.patient().equals(before.patient())) {
                throw new UserException(
                        file
                                + ": video '"
                                + name
                                + "' is of two patients: "
                                + before.patient()
                                + " and "
                                + now.patient());
            }
        }
        return new Video(
                name,
                rows.get(0).sample.patient(),
                rows.stream().map(Row::sample).toList(),
                features);
    }

    /** By patient; empty where the table has no column {@code split}. */
    private static Map<String, SplitName> ownSplit(
            Path file, FeatureTable table, List<String> patients) {
        List<String> cells = table.column(FeatureTable.SPLIT).orElse(List.of());
        Map<String, String> labels = new HashMap<>();
        Map<String, SplitName> parts = new HashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            String patient = patients.get(i);
            String before = labels.putIfAbsent(patient, cell);
            if (before != null && !before.equals(cell)) {
                throw new UserException(
                        file
                                + ": patient '"
                                + patients.get(i)
                                + "' is in the parts '"
                                + before
                                + "' and '"
                                + cell
                                + "'; put every patient on one side only");
            }
            Optional<SplitName> part = SplitName.of(cell);
            if (part.isEmpty() && !cell.isEmpty() && !cell.equals("none")) {
                throw new UserException(
                        file + ": split '" + cell + "' is none of train, val, test, none");
            }
            part.ifPresent(name -> parts.put(patient, name));
        }
        return parts;
    }

    private static String hash(FeatureTable table) {
        MessageDigest digest = Hashes.newSha256();
        table.columns().forEach((name, cells) -> digest.update(bytes(name + cells)));
        ByteBuffer values = ByteBuffer.allocate(table.length() * Float.BYTES);
        for (float[] one : table.features()) {
            values.asFloatBuffer().put(one);
            digest.update(values.array());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
