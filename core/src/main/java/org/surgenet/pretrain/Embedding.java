package org.surgenet.pretrain;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
import org.surgenet.common.Work;
import org.surgenet.features.FeatureFormat;
import org.surgenet.features.FeatureTable;
import org.surgenet.image.Resampling;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.weights.WeightLoader;
import org.surgenet.weights.WeightsSource;

/**
 * Writes the pooled features of frames as a {@link FeatureTable}, with what is known of each frame.
 * {@code features.json}, written last, says which weights and which resizing they are of.
 *
 * @param frames images, in order, and what is known of them
 * @param weights backbone file of any dialect
 * @param width of the network's input, pixels; images are resized to it, whatever their shape
 * @param height likewise
 * @param resampling how images are resized
 * @param batch images per forward pass
 * @param output directory
 * @param overwrite whether to write again what is there
 */
public record Embedding(
        EmbeddedFrames frames,
        String backbone,
        WeightsSource weights,
        int width,
        int height,
        Resampling resampling,
        int batch,
        FeatureFormat format,
        Path output,
        boolean overwrite,
        int workers,
        Device device)
        implements Work<Embedding.Outcome> {
    private static final Logger LOG = LoggerFactory.getLogger(Embedding.class);
    private static final String RECORD = "features.json";
    private static final String ROWS_HASH = "rows_sha256";

    /**
     * What came of it.
     *
     * @param file that holds the features
     * @param alreadyComplete whether nothing was left to do
     * @param written rows of the file
     * @param skipped frames that could not be read, listed in {@code failures.csv}
     */
    public record Outcome(Path file, boolean alreadyComplete, int written, int skipped)
            implements Work.Outcome {}

    /**
     * Checks the request.
     *
     * @throws UserException if something does not make sense
     */
    private void validate() {
        for (int side : new int[] {width, height}) {
            if (side < 32 || side > 4096) {
                throw new SettingException("size", side, "must be 32 to 4096");
            }
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
        return output.resolve(format.file());
    }

    @Override
    public String plan() {
        validate();
        return String.format(
                Locale.ROOT,
                "would write the features of %d frames to %s; %s%n",
                frames.paths().size(),
                file(),
                preprocessing());
    }

    /**
     * Does the work; a file that is there already is left as it is.
     *
     * @param record gets the weights' licence and coverage
     * @throws UserException if the weights do not fit, no frame can be read, or the directory holds
     *     the features of other frames, weights or sizes
     */
    @Override
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        validate();
        ObjectNode asked = asked();
        if (!overwrite) {
            requireSame(asked);
        }
        if (Files.exists(file()) && !overwrite) {
            int written = written();
            int skipped = frames.paths().size() - written;
            List<String> files = new ArrayList<>(format.files());
            files.add(RECORD);
            if (skipped > 0) {
                files.add(FailureList.NAME);
            }
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
            new FeatureExtractor(network, width, height, resampling, batch, workers)
                    .extract(
                            manager,
                            frames.paths(),
                            (index, values) -> {
                                requireFinite(frames.paths().get(index), values);
                                indices.add(index);
                                features.add(values);
                            },
                            (index, cause) -> failures.add(frames.paths().get(index), cause),
                            progress,
                            cancellation);
            failures.write(output.resolve(FailureList.NAME));
            if (features.isEmpty()) {
                throw new UserException(
                        "none of "
                                + frames.paths().size()
                                + " frames can be read; see "
                                + output.resolve(FailureList.NAME));
            }
            table(indices, features).write(output, format, notes());
        }
        Json.write(output.resolve(RECORD), asked);
        return new Outcome(file(), false, features.size(), failures.count());
    }

    private void requireSame(ObjectNode asked) {
        Path record = output.resolve(RECORD);
        if (Files.exists(record)) {
            ObjectNode before = (ObjectNode) Json.read(record);
            before.remove(ROWS_HASH);
            // What is known of each frame is compared once the frames are known to be the same.
            SameRun.require(
                    file(), "features", before, (ObjectNode) asked.deepCopy().without(ROWS_HASH));
        }
    }

    private ObjectNode asked() throws IOException {
        ObjectNode asked = Json.object();
        asked.put("backbone", backbone);
        ArrayNode files = asked.putArray("weights_sha256");
        WeightsSource.hashes(weights.file()).forEach(files::add);
        return asked.put("weights_part", weights.part().orElse(""))
                .put("preprocessing", preprocessing())
                .put(ROWS_HASH, rowsHash())
                .setAll(frames.facts());
    }

    /** Of what is known of the frames: with other labels they are other features. */
    private String rowsHash() {
        StringBuilder text = new StringBuilder();
        frames.columns().forEach((name, cells) -> text.append(name).append(cells).append('\n'));
        return Hashes.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * How many of the frames are in the file that is there.
     *
     * @throws UserException if it holds the features of other frames
     */
    private int written() {
        List<String> there = new ArrayList<>();
        // Of a file without rows in it they lie beside it.
        Path rows = output.resolve(format.files().get(format.files().size() - 1));
        CsvTable.scan(rows, row -> there.add(row.get(FeatureTable.PATH)), FeatureTable.PATH);
        Set<String> others = new LinkedHashSet<>(there);
        frames.paths().forEach(frame -> others.remove(frame.toString()));
        if (!others.isEmpty() || there.isEmpty() || there.size() > frames.paths().size()) {
            throw new UserException(
                    file()
                            + ": holds the features of other frames"
                            + (others.isEmpty() ? "" : ", such as " + others.iterator().next())
                            + "; "
                            + SameRun.REMEDY);
        }
        Path record = output.resolve(RECORD);
        if (Files.exists(record)
                && !Json.read(record).path(ROWS_HASH).asText().equals(rowsHash())) {
            throw new UserException(
                    file()
                            + ": holds the features of these frames with other columns (labels,"
                            + " times, videos or parts of the split) than are now known; "
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
        return resampling.describe(width, height)
                + "; RGB, normalised with ImageNet's mean and standard deviation";
    }

    private FeatureTable table(List<Integer> indices, List<float[]> features) {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        columns.put(
                FeatureTable.PATH,
                indices.stream().map(i -> frames.paths().get(i).toString()).toList());
        frames.columns()
                .forEach(
                        (name, cells) ->
                                columns.put(name, indices.stream().map(cells::get).toList()));
        return new FeatureTable(columns, features);
    }

    private Map<String, String> notes() {
        return Map.of(
                "backbone",
                backbone,
                "resize",
                resampling.label(),
                "preprocessing",
                preprocessing());
    }
}
