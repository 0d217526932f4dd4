package org.surgenet.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.weights.Safetensors;
import org.surgenet.weights.StateDict;
import org.surgenet.weights.Tensor;
import org.surgenet.weights.WeightsFile;

/**
 * Features of frames and what is known of each frame.
 *
 * @param columns text about each frame by column, {@code path} first; the text may be empty
 * @param features of each frame, all of one length
 */
public record FeatureTable(Map<String, List<String>> columns, List<float[]> features) {
    /** The frame's file. */
    public static final String PATH = "path";

    /** Kind of operation. */
    public static final String PROCEDURE = "procedure";

    /** What splits keep together. */
    public static final String PATIENT = "patient";

    /** The frame's video. */
    public static final String VIDEO = "video";

    /** Presentation time in the video, seconds. */
    public static final String TIME = "time_s";

    /** The frame's class. */
    public static final String LABEL = "label";

    /** Part of the data that the frame's patient is in. */
    public static final String SPLIT = "split";

    /** The columns where the features are in a file of another kind. */
    static final String ROWS = "rows.csv";

    private static final String TENSOR = "features";
    private static final Pattern FEATURE = Pattern.compile("f\\d+");

    /** A safetensors header with more text than this is refused by its readers, ours among them. */
    private static final int MAX_METADATA = 8 << 20;

    public FeatureTable {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        features = List.copyOf(features);
        for (Map.Entry<String, List<String>> column : columns.entrySet()) {
            if (column.getValue().size() != features.size()) {
                throw new IllegalArgumentException(
                        column.getKey() + " has " + column.getValue().size() + " rows");
            }
        }
    }

    /** How many frames there are. */
    public int size() {
        return features.size();
    }

    /** How many features each frame has. */
    public int length() {
        return features.isEmpty() ? 0 : features.get(0).length;
    }

    /** A column; empty if there is none of this name. */
    public Optional<List<String>> column(String name) {
        return Optional.ofNullable(columns.get(name));
    }

    /**
     * Writes the table into a directory.
     *
     * @param notes about the whole, for the header of safetensors
     */
    public void write(Path directory, FeatureFormat format, Map<String, String> notes)
            throws IOException {
        Path file = directory.resolve(format.file());
        if (format != FeatureFormat.CSV) {
            CsvTable.write(
                    directory.resolve(ROWS),
                    List.copyOf(columns.keySet()),
                    () -> IntStream.range(0, size()).mapToObj(this::texts).iterator());
        }
        switch (format) {
            case CSV -> writeCsv(file);
            case NPY -> NpyMatrix.write(file, features);
            case SAFETENSORS -> writeSafetensors(file, notes);
        }
    }

    private List<String> texts(int row) {
        List<String> texts = new ArrayList<>();
        columns.values().forEach(column -> texts.add(column.get(row)));
        return texts;
    }

    private void writeCsv(Path file) throws IOException {
        List<String> header = new ArrayList<>(columns.keySet());
        IntStream.range(0, length()).forEach(i -> header.add("f" + i));
        CsvTable.write(
                file,
                header,
                () -> IntStream.range(0, size()).mapToObj(this::textsAndFeatures).iterator());
    }

    private List<String> textsAndFeatures(int row) {
        List<String> all = texts(row);
        for (float value : features.get(row)) {
            all.add(Float.toString(value));
        }
        return all;
    }

    private void writeSafetensors(Path file, Map<String, String> notes) throws IOException {
        Map<String, String> metadata = new TreeMap<>(notes);
        ArrayNode paths = Json.object().putArray("paths");
        columns.getOrDefault(PATH, List.of()).forEach(paths::add);
        String text = Json.line(paths);
        if (text.length() <= MAX_METADATA) {
            metadata.put("paths", text);
        }
        float[] all = new float[Math.multiplyExact(size(), length())];
        for (int i = 0; i < size(); i++) {
            System.arraycopy(features.get(i), 0, all, i * length(), length());
        }
        try (NDManager manager = NDManager.newBaseManager(ai.djl.Device.cpu());
                NDArray array = manager.create(all, new Shape(size(), length()))) {
            Safetensors.write(file, Map.of(TENSOR, array), metadata);
        }
    }

    /**
     * Finds the file of features.
     *
     * @param path the file, or the directory that {@code embed} wrote
     * @throws UserException if there is none, or a directory has several
     */
    public static Path find(Path path) {
        if (!Files.isDirectory(path)) {
            if (!Files.isRegularFile(path)) {
                throw new UserException(path + ": no such file or folder of features");
            }
            return path;
        }
        List<Path> found =
                Stream.of(FeatureFormat.values())
                        .map(format -> path.resolve(format.file()))
                        .filter(Files::isRegularFile)
                        .toList();
        if (found.size() != 1) {
            throw new UserException(
                    path
                            + (found.isEmpty()
                                    ? ": has no features.csv, features.safetensors or features.npy;"
                                            + " 'surgenet embed' writes one"
                                    : ": has features in several formats; name one of the files"));
        }
        return found.get(0);
    }

    /**
     * Reads a table: CSV with the features in columns {@code f0}, {@code f1} and so on, or {@code
     * .npy} or {@code .safetensors} with {@code rows.csv} beside it.
     *
     * @param file see {@link #find}
     * @throws UserException if it is not such a table, its two files do not fit, or a feature is
     *     NaN or infinite
     */
    public static FeatureTable read(Path file) {
        String name = file.getFileName().toString();
        if (!name.endsWith(".npy") && !name.endsWith(".safetensors")) {
            return readCsv(file);
        }
        List<float[]> features =
                name.endsWith(".npy") ? NpyMatrix.read(file) : readSafetensors(file);
        CsvTable rows = CsvTable.read(file.resolveSibling(ROWS));
        if (rows.rows().size() != features.size()) {
            throw new UserException(
                    file
                            + ": has features of "
                            + features.size()
                            + " frames, but "
                            + rows.file()
                            + " has "
                            + rows.rows().size()
                            + " rows");
        }
        for (int i = 0; i < features.size(); i++) {
            requireFinite(file, i, features.get(i));
        }
        return new FeatureTable(columns(rows.header(), rows.rows()), features);
    }

    private static FeatureTable readCsv(Path file) {
        List<CsvTable.Row> rows = new ArrayList<>();
        CsvTable.scan(file, rows::add);
        List<String> header = rows.isEmpty() ? List.of() : rows.get(0).header();
        List<String> texts = header.stream().filter(c -> !FEATURE.matcher(c).matches()).toList();
        int length = header.size() - texts.size();
        if (length == 0) {
            throw new UserException(
                    file
                            + ": has no features; a CSV file with columns f0, f1 and so on and at"
                            + " least one row is expected");
        }
        int[] places = new int[length];
        for (int i = 0; i < length; i++) {
            places[i] = header.indexOf("f" + i);
            if (places[i] < 0) {
                throw new UserException(
                        file + ": has " + length + " columns of features, but no f" + i);
            }
        }
        List<float[]> features = new ArrayList<>();
        for (CsvTable.Row row : rows) {
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = number(row, places[i], i);
            }
            features.add(values);
        }
        return new FeatureTable(columns(texts, rows), features);
    }

    private static float number(CsvTable.Row row, int place, int feature) {
        float value;
        try {
            value = Float.parseFloat(row.fields().get(place));
        } catch (NumberFormatException e) {
            throw row.error("f" + feature, "is not a number");
        }
        if (!Float.isFinite(value)) {
            throw row.error("f" + feature, "is not finite");
        }
        return value;
    }

    private static Map<String, List<String>> columns(List<String> names, List<CsvTable.Row> rows) {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        for (String name : names) {
            columns.put(name, rows.stream().map(row -> row.get(name)).toList());
        }
        return columns;
    }

    private static List<float[]> readSafetensors(Path file) {
        StateDict read = WeightsFile.read(file);
        Tensor tensor = read.tensors().get(TENSOR);
        if (tensor == null || tensor.shape().length != 2) {
            throw new UserException(file + ": has no tensor 'features' of two dimensions");
        }
        FloatBuffer values = tensor.floats().rewind().asFloatBuffer();
        int length = Math.toIntExact(tensor.shape()[1]);
        List<float[]> features = new ArrayList<>();
        for (long i = 0; i < tensor.shape()[0]; i++) {
            float[] one = new float[length];
            values.get(one);
            features.add(one);
        }
        return features;
    }

    private static void requireFinite(Path file, int row, float... values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new UserException(
                        file + ": row " + row + " (from 0) has a feature that is not finite");
            }
        }
    }
}
