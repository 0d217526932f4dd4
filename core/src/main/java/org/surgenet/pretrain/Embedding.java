package org.surgenet.pretrain;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.FailureList;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.SameRun;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.image.Resampling;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.weights.Safetensors;
import org.surgenet.weights.WeightLoader;
import org.surgenet.weights.WeightsFile;
import org.surgenet.weights.WeightsSource;

/**
 * Writes the pooled features of frames: {@code features.csv} with a row per frame ({@code path},
 * then {@code f0}, {@code f1} and so on), or {@code features.safetensors} with the tensor {@code
 * features} (N, D) and the paths, as a JSON list, in its metadata under {@code paths}. {@code
 * features.json}, written last, says which weights and which resizing they are of.
 *
 * @param frames images, in order
 * @param weights backbone file of any dialect
 * @param size side of the network's input; images are resized to a square
 * @param resampling how images are resized
 * @param batch images per forward pass
 * @param output directory
 * @param overwrite whether to write again what is there
 */
public record Embedding(
        List<Path> frames,
        String backbone,
        WeightsSource weights,
        int size,
        Resampling resampling,
        int batch,
        Format format,
        Path output,
        boolean overwrite,
        int workers,
        Device device) {
    private static final Logger LOG = LoggerFactory.getLogger(Embedding.class);
    private static final String RECORD = "features.json";

    /** What to write. */
    public enum Format {
        CSV,
        SAFETENSORS
    }

    /**
     * What came of it.
     *
     * @param file that holds the features
     * @param alreadyThere whether nothing was done because it was there
     * @param written rows of the file
     * @param skipped frames that could not be read, listed in {@code failures.csv}
     */
    public record Outcome(Path file, boolean alreadyThere, int written, int skipped) {}

    public Embedding {
        frames = List.copyOf(frames);
    }

    /**
     * Checks the request.
     *
     * @throws UserException if something does not make sense
     */
    public void validate() {
        if (size < 32 || size > 4096) {
            throw new SettingException("size", size, "must be 32 to 4096");
        }
        if (batch < 1) {
            throw new SettingException("batch-size", batch, "must be at least 1");
        }
        if (!Files.isRegularFile(weights.file())) {
            throw new SettingException(
                    "weights",
                    weights.file(),
                    "no such file; a backbone's weight file is expected");
        }
        Backbones.create(backbone);
    }

    /** The file that {@link #run} makes. */
    public Path file() {
        return output.resolve(format == Format.CSV ? "features.csv" : "features.safetensors");
    }

    /**
     * Does the work; a file that is there already is left as it is.
     *
     * @param record gets the weights' licence and coverage
     * @throws UserException if the weights do not fit, no frame can be read, or the directory holds
     *     the features of other frames, weights or sizes
     */
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        validate();
        ObjectNode asked = asked();
        if (!overwrite) {
            requireSame(asked);
        }
        if (Files.exists(file()) && !overwrite) {
            int written = written();
            int skipped = frames.size() - written;
            List<String> files = skipped == 0 ? List.of(RECORD) : List.of(RECORD, FailureList.NAME);
            List<String> missing = Missing.of(output, files);
            if (missing.isEmpty()) {
                return new Outcome(file(), true, written, skipped);
            }
            LOG.warn("{}: {}; computing again", output, Missing.shown(missing));
        }
        Files.deleteIfExists(output.resolve(RECORD));
        record.put("resize", resampling.label());
        record.put("preprocessing", preprocessing());
        List<Integer> indices = new ArrayList<>();
        List<float[]> features = new ArrayList<>();
        FailureList failures = new FailureList();
        try (NDManager manager = NDManager.newBaseManager(device)) {
            Backbone network = Backbones.create(backbone);
            network.initialize(manager, 0);
            WeightLoader.load(network, weights, record);
            new FeatureExtractor(network, size, resampling, batch, workers)
                    .extract(
                            manager,
                            frames,
                            (index, values) -> {
                                requireFinite(frames.get(index), values);
                                indices.add(index);
                                features.add(values);
                            },
                            (index, cause) -> failures.add(frames.get(index), cause),
                            progress,
                            cancellation);
            failures.write(output.resolve(FailureList.NAME));
            if (features.isEmpty()) {
                throw new UserException(
                        "none of "
                                + frames.size()
                                + " frames can be read; see "
                                + output.resolve(FailureList.NAME));
            }
            if (format == Format.CSV) {
                writeCsv(indices, features);
            } else {
                writeSafetensors(manager, indices, features);
            }
        }
        Json.write(output.resolve(RECORD), asked);
        return new Outcome(file(), false, features.size(), failures.count());
    }

    private void requireSame(ObjectNode asked) {
        Path record = output.resolve(RECORD);
        if (Files.exists(record)) {
            SameRun.require(file(), "features", Json.read(record), asked);
        }
    }

    private ObjectNode asked() throws IOException {
        ObjectNode asked = Json.object();
        asked.put("backbone", backbone);
        ArrayNode files = asked.putArray("weights_sha256");
        files.add(Hashes.sha256(weights.file()));
        for (Path shard : WeightsFile.shards(weights.file())) {
            files.add(Hashes.sha256(shard));
        }
        return asked.put("weights_part", weights.part().orElse(""))
                .put("preprocessing", preprocessing());
    }

    /**
     * How many of the frames are in the file that is there.
     *
     * @throws UserException if it holds the features of other frames
     */
    private int written() {
        List<String> there = new ArrayList<>();
        if (format == Format.CSV) {
            CsvTable.scan(file(), row -> there.add(row.get("path")), "path");
        } else {
            String paths = WeightsFile.read(file()).metadata().getOrDefault("paths", "[]");
            Json.parse(paths.getBytes(StandardCharsets.UTF_8), file().toString())
                    .forEach(path -> there.add(path.asText()));
        }
        Set<String> others = new LinkedHashSet<>(there);
        frames.forEach(frame -> others.remove(frame.toString()));
        if (!others.isEmpty() || there.isEmpty() || there.size() > frames.size()) {
            throw new UserException(
                    file()
                            + ": holds the features of other frames"
                            + (others.isEmpty() ? "" : ", such as " + others.iterator().next())
                            + "; "
                            + SameRun.REMEDY);
        }
        return there.size();
    }

    private void requireFinite(Path frame, float... values) {
        int bad = FeatureExtractor.nonFinite(values);
        if (bad > 0) {
            throw new UserException(
                    frame
                            + ": "
                            + bad
                            + " of its "
                            + values.length
                            + " features are NaN or infinite: the values of "
                            + weights.file()
                            + " are too large for "
                            + backbone
                            + "; no features were written, use another checkpoint");
        }
    }

    /** How images become the network's input, for people. */
    public String preprocessing() {
        return resampling.describe(size, size)
                + "; RGB, normalised with ImageNet's mean and standard deviation";
    }

    private void writeCsv(List<Integer> indices, List<float[]> features) throws IOException {
        List<String> header = new ArrayList<>(List.of("path"));
        for (int i = 0; i < features.get(0).length; i++) {
            header.add("f" + i);
        }
        CsvTable.write(
                file(),
                header,
                () ->
                        IntStream.range(0, features.size())
                                .mapToObj(i -> row(indices.get(i), features.get(i)))
                                .iterator());
    }

    private List<String> row(int index, float[] values) {
        List<String> row = new ArrayList<>(values.length + 1);
        row.add(frames.get(index).toString());
        for (float value : values) {
            row.add(Float.toString(value));
        }
        return row;
    }

    private void writeSafetensors(NDManager manager, List<Integer> indices, List<float[]> features)
            throws IOException {
        int length = features.get(0).length;
        ObjectNode root = Json.object();
        ArrayNode paths = root.putArray("paths");
        indices.forEach(i -> paths.add(frames.get(i).toString()));
        float[] all = new float[Math.multiplyExact(features.size(), length)];
        for (int i = 0; i < features.size(); i++) {
            System.arraycopy(features.get(i), 0, all, i * length, length);
        }
        try (NDArray array = manager.create(all, new Shape(features.size(), length))) {
            Safetensors.write(
                    file(),
                    Map.of("features", array),
                    Map.of(
                            "backbone",
                            backbone,
                            "paths",
                            Json.line(paths),
                            "resize",
                            resampling.label(),
                            "preprocessing",
                            preprocessing()));
        }
    }
}
