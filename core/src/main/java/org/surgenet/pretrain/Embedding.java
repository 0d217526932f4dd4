package org.surgenet.pretrain;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Backbones;
import org.surgenet.weights.Safetensors;
import org.surgenet.weights.WeightLoader;

/**
 * Writes the pooled features of frames: {@code features.csv} with a row per frame ({@code path},
 * then {@code f0}, {@code f1} and so on), or {@code features.safetensors} with the tensor {@code
 * features} (N, D) and the paths, as a JSON list, in its metadata under {@code paths}.
 *
 * @param frames images, in order
 * @param weights backbone file of any dialect
 * @param allowPartial whether the file may lack tensors
 * @param size side of the network's input; images are resized to a square
 * @param batch images per forward pass
 * @param output directory
 * @param overwrite whether to write again what is there
 */
public record Embedding(
        List<Path> frames,
        String backbone,
        Path weights,
        boolean allowPartial,
        int size,
        int batch,
        Format format,
        Path output,
        boolean overwrite,
        int workers,
        Device device) {
    private static final String FAILURES = "failures.csv";

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
     * @param written rows
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
            throw new UserException("--size " + size + ": must be 32 to 4096");
        }
        if (batch < 1) {
            throw new UserException("--batch-size " + batch + ": must be at least 1");
        }
        if (!Files.isRegularFile(weights)) {
            throw new UserException(weights + ": no such file; --weights takes a backbone's file");
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
     * @throws UserException if the weights do not fit or no frame can be read
     */
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        validate();
        if (Files.exists(file()) && !overwrite) {
            return new Outcome(file(), true, 0, 0);
        }
        List<Integer> indices = new ArrayList<>();
        List<float[]> features = new ArrayList<>();
        List<List<String>> failures = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager(device)) {
            Backbone network = Backbones.create(backbone);
            network.initialize(manager, 0);
            WeightLoader.load(network, weights, allowPartial, record);
            new FeatureExtractor(network, size, batch, workers)
                    .extract(
                            manager,
                            frames,
                            (index, values) -> {
                                indices.add(index);
                                features.add(values);
                            },
                            (index, cause) ->
                                    failures.add(List.of(frames.get(index).toString(), cause)),
                            progress,
                            cancellation);
            Files.deleteIfExists(output.resolve(FAILURES));
            if (!failures.isEmpty()) {
                CsvTable.write(output.resolve(FAILURES), List.of("path", "cause"), failures);
            }
            if (features.isEmpty()) {
                throw new UserException(
                        "none of "
                                + frames.size()
                                + " frames can be read; see "
                                + output.resolve(FAILURES));
            }
            if (format == Format.CSV) {
                writeCsv(indices, features);
            } else {
                writeSafetensors(manager, indices, features);
            }
        }
        return new Outcome(file(), false, features.size(), failures.size());
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
                    Map.of("backbone", backbone, "paths", Json.line(paths)));
        }
    }
}
