package org.surgenet.probe;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.SameRun;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.common.Work;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.image.Resampling;
import org.surgenet.metrics.MultilabelScores;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.pretrain.FeatureExtractor;
import org.surgenet.task.Task;
import org.surgenet.task.cvs.CvsTask;
import org.surgenet.task.phase.PhaseTask;
import org.surgenet.weights.WeightLoader;
import org.surgenet.weights.WeightsFile;
import org.surgenet.weights.WeightsSource;

/**
 * Predicts a part of a labelled data set from frozen features: fits on the training part, chooses
 * the setting (k, or the learning rate) on the validation part, predicts with that alone. Writes
 * {@code predictions.csv}, which {@code evaluate} scores, and last {@code probe.json} with what was
 * chosen.
 */
public final class Probe implements Work<Probe.Outcome> {
    private static final Logger LOG = LoggerFactory.getLogger(Probe.class);
    private static final String PREDICTIONS = "predictions.csv";
    private static final String FAILURES = "failures.csv";
    private static final String RECORD = "probe.json";

    /** The tasks whose samples are whole frames. */
    private static final List<Probed<?>> TASKS =
            List.of(
                    new Probed<>(
                            new PhaseTask(),
                            true,
                            (sample, classes) -> {
                                double[] target = new double[classes];
                                target[sample.phase()] = 1;
                                return target;
                            }),
                    new Probed<>(
                            new CvsTask(),
                            false,
                            (sample, classes) ->
                                    sample.votes().stream()
                                            .mapToDouble(Double::doubleValue)
                                            .toArray()));

    private final Request request;

    /**
     * A task, and what its samples should say.
     *
     * @param exclusive whether of its classes one is right
     * @param target of a sample and the number of classes
     */
    private record Probed<S extends Sample>(
            Task<S, ?> task, boolean exclusive, BiFunction<S, Integer, double[]> target) {
        Data<S> read(Request request) {
            return new Data<>(
                    this, task.read(request.format, request.data, request.values, Progress.NONE));
        }
    }

    /** Labelled data of a task. */
    private record Data<S extends Sample>(Probed<S> of, Dataset<S> dataset) {
        Part part(Split split, SplitName name) {
            List<S> samples = dataset.part(split, name);
            if (samples.isEmpty()) {
                throw new UserException(
                        "the split ("
                                + split.source()
                                + ") has no "
                                + name.label()
                                + " samples; a probe fits on train and chooses on val");
            }
            int classes = dataset.classes().size();
            return new Part(
                    List.copyOf(samples),
                    samples.stream().map(s -> of.target.apply(s, classes)).toList());
        }
    }

    /** The layouts of data that can be probed. */
    public static List<DatasetReader<?>> readers() {
        return TASKS.stream()
                .<DatasetReader<?>>flatMap(probed -> probed.task.readers().stream())
                .toList();
    }

    /** What their readers can be told. */
    public static List<Setting<?>> settings() {
        return TASKS.stream()
                .<Setting<?>>flatMap(probed -> probed.task.dataSettings().stream())
                .distinct()
                .toList();
    }

    /** The classifier. */
    public enum Kind {
        /** Nearest neighbours, {@code eval_knn.py}. */
        KNN,
        /** One linear layer, {@code eval_linear.py}. */
        LINEAR
    }

    /**
     * What to probe.
     *
     * @param weights backbone file of any dialect
     * @param size side of the network's input; images are resized to a square
     * @param batch images per forward pass
     * @param values of the format's settings
     * @param splitFile null for the data set's own split or a drawn one
     * @param splitSeed null for the usual one
     * @param seed of the order in which the linear layer sees examples
     * @param output directory
     * @param overwrite whether to replace what is there
     */
    public record Request(
            Kind kind,
            String backbone,
            WeightsSource weights,
            int size,
            Resampling resampling,
            int batch,
            Path data,
            String format,
            SettingValues values,
            Path splitFile,
            Long splitSeed,
            SplitName part,
            long seed,
            Path output,
            boolean overwrite,
            int workers,
            Device device) {}

    /**
     * What came of it.
     *
     * @param alreadyComplete whether nothing was left to do
     * @param frames that were predicted
     * @param skipped images that could not be read, of all parts
     * @param chosen setting, such as "k 20 of 10, 20, 100, 200"
     * @param score on the validation part that chose it: accuracy, or mean AP
     */
    public record Outcome(
            boolean alreadyComplete, int frames, int skipped, String chosen, double score)
            implements Work.Outcome {}

    /** The samples of a part with what they should say. */
    private record Part(List<Sample> samples, List<double[]> targets) {}

    public Probe(Request request) {
        this.request = request;
    }

    /** What is going to be done, for people; reads and checks the data. */
    @Override
    public String plan() {
        validate();
        Dataset<?> dataset = data().dataset;
        Split split = split(dataset);
        return String.format(
                Locale.ROOT,
                "%s probe of %s: fit on %d frames, choose on %d, predict %d (%s)%n",
                request.kind.name().toLowerCase(Locale.ROOT),
                request.weights.file(),
                dataset.part(split, SplitName.TRAIN).size(),
                dataset.part(split, SplitName.VAL).size(),
                dataset.part(split, request.part).size(),
                split.source());
    }

    private void validate() {
        if (request.size < 32 || request.size > 4096) {
            throw new SettingException("size", request.size, "must be 32 to 4096");
        }
        if (request.batch < 1) {
            throw new SettingException("batch-size", request.batch, "must be at least 1");
        }
        if (!Files.isRegularFile(request.weights.file())) {
            throw new SettingException(
                    "weights",
                    request.weights.file(),
                    "no such file; a backbone's weight file is expected");
        }
        if (request.part == SplitName.TRAIN) {
            throw new SettingException(
                    "split-name",
                    "train",
                    "must be val or test, because a probe is fitted on train");
        }
        Backbones.create(request.backbone);
    }

    private Data<?> data() {
        return TASKS.stream()
                .filter(
                        probed ->
                                probed.task.readers().stream()
                                        .anyMatch(r -> r.format().equals(request.format)))
                .findFirst()
                .orElseThrow(
                        () ->
                                new SettingException(
                                        "format",
                                        request.format,
                                        "unknown for whole frames, which a probe classifies;"
                                                + " known: "
                                                + readers().stream()
                                                        .map(DatasetReader::format)
                                                        .collect(Collectors.joining(", "))))
                .read(request);
    }

    private Split split(Dataset<?> dataset) {
        long seed = request.splitSeed == null ? Split.DEFAULT_SEED : request.splitSeed;
        return Split.of(dataset, request.splitFile, seed);
    }

    /**
     * Does the work, or nothing where the directory holds its complete result.
     *
     * @param record gets the weights' licence and coverage
     * @throws UserException if weights or data do not fit, a part is empty, or the directory holds
     *     another probe's result and may not be overwritten
     */
    @Override
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        validate();
        Data<?> data = data();
        Dataset<?> dataset = data.dataset;
        dataset.notes().forEach(note -> LOG.warn("{}: {}", request.data, note));
        Split split = split(dataset);
        split.unusedSeed(request.splitSeed).ifPresent(LOG::warn);
        ObjectNode asked = asked(split, dataset);
        Optional<Outcome> before = before(asked);
        if (before.isPresent()) {
            return before.get();
        }
        List<List<String>> failures = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        List<Examples> examples = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager(request.device)) {
            Backbone network = Backbones.create(request.backbone);
            network.initialize(manager, 0);
            WeightLoader.load(network, request.weights, record);
            FeatureExtractor extractor =
                    new FeatureExtractor(
                            network,
                            request.size,
                            request.resampling,
                            request.batch,
                            request.workers);
            for (SplitName name : List.of(SplitName.TRAIN, SplitName.VAL, request.part)) {
                Part part = data.part(split, name);
                float[][] features = new float[part.samples.size()][];
                extractor.extract(
                        manager,
                        part.samples.stream().map(Sample::image).toList(),
                        (i, values) -> features[i] = finite(part.samples.get(i), values),
                        (i, cause) ->
                                failures.add(
                                        List.of(part.samples.get(i).image().toString(), cause)),
                        progress,
                        cancellation);
                parts.add(readable(part, features, name));
                examples.add(
                        new Examples(
                                Arrays.stream(features).filter(f -> f != null).toList(),
                                parts.get(parts.size() - 1).targets));
            }
        }
        cancellation.check();
        boolean exclusive = data.of.exclusive;
        Classifier classifier =
                request.kind == Kind.KNN
                        ? new WeightedNeighbours(examples.get(0), WeightedNeighbours.NEIGHBOURS)
                        : LinearClassifier.of(examples.get(0), exclusive, request.seed);
        if (classifier.settings().isEmpty()) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "the training part has %d frames; nearest neighbours need at least 10",
                            examples.get(0).size()));
        }
        List<String> notes = notes(classifier, examples.get(0), dataset.classes());
        notes.forEach(LOG::warn);
        double[][][] validation = classifier.predict(examples.get(1).features());
        ObjectNode result = Json.object();
        ArrayNode tried = result.putArray("tried");
        int best = 0;
        double[] scores = new double[validation.length];
        for (int s = 0; s < scores.length; s++) {
            double[][] predicted = validation[s];
            scores[s] = score(predicted, examples.get(1).targets(), exclusive);
            tried.addObject()
                    .put(classifier.setting(), classifier.settings().get(s))
                    .put(exclusive ? "val_accuracy" : "val_map", scores[s]);
            // The first of equals.
            if (scores[s] > scores[best]) {
                best = s;
            }
        }
        if (Double.isNaN(scores[best])) {
            throw new UserException(
                    "no criterion is fulfilled in any validation frame, so that no setting can be"
                            + " chosen; give another split");
        }
        double[][] predicted = classifier.predict(examples.get(2).features())[best];
        write(dataset, parts.get(2), predicted, exclusive);
        Files.deleteIfExists(request.output.resolve(FAILURES));
        if (!failures.isEmpty()) {
            CsvTable.write(request.output.resolve(FAILURES), List.of("path", "cause"), failures);
        }
        result.put("chosen", chosen(classifier, best));
        result.put("val_score", scores[best]);
        result.put("frames", predicted.length).put("skipped", failures.size());
        notes.forEach(result.putArray("notes")::add);
        result.put("train_frames", examples.get(0).size());
        result.put("val_frames", examples.get(1).size());
        Json.write(request.output.resolve(RECORD), asked.deepCopy().set("result", result));
        return outcome(false, result);
    }

    /** What a reader must know of the training part before believing the numbers. */
    static List<String> notes(Classifier classifier, Examples training, List<String> classes) {
        List<String> notes = new ArrayList<>();
        if (!classifier.leftOut().isEmpty()) {
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "%s %s not tried: the training part has only %d frames",
                            classifier.setting(),
                            classifier.leftOut().stream()
                                    .map(v -> Long.toString(v.longValue()))
                                    .collect(Collectors.joining(", ")),
                            training.size()));
        }
        if (training.size() > 1 && training.haveEqualFeatures()) {
            notes.add(
                    "all training frames have the same features: the backbone tells none of them"
                            + " apart, and the score is that of always saying the same");
        }
        List<String> absent = new ArrayList<>();
        List<String> always = new ArrayList<>();
        for (int c = 0; c < classes.size(); c++) {
            int number = c;
            long positive =
                    training.targets().stream()
                            .filter(target -> MultilabelScores.majority(target[number]))
                            .count();
            if (positive == 0) {
                absent.add(classes.get(c));
            } else if (positive == training.size()) {
                always.add(classes.get(c));
            }
        }
        if (!absent.isEmpty()) {
            notes.add(
                    "not learned, because no training frame has it: " + String.join(", ", absent));
        }
        if (!always.isEmpty()) {
            notes.add("in all training frames: " + String.join(", ", always));
        }
        return notes;
    }

    private static String chosen(Classifier classifier, int best) {
        List<String> all =
                classifier.settings().stream()
                        .sorted()
                        .map(v -> v == Math.rint(v) ? Long.toString(v.longValue()) : v.toString())
                        .toList();
        double value = classifier.settings().get(best);
        String shown = value == Math.rint(value) ? Long.toString((long) value) : "" + value;
        return classifier.setting() + " " + shown + " of " + String.join(", ", all);
    }

    private static Outcome outcome(boolean alreadyComplete, JsonNode result) {
        return new Outcome(
                alreadyComplete,
                result.path("frames").asInt(),
                result.path("skipped").asInt(),
                result.path("chosen").asText(),
                result.path("val_score").asDouble());
    }

    /** What an earlier run found, if it was asked the same. */
    private Optional<Outcome> before(ObjectNode asked) {
        Path record = request.output.resolve(RECORD);
        if (request.overwrite || !Files.exists(record)) {
            return Optional.empty();
        }
        JsonNode before = Json.read(record);
        ObjectNode rest = before.deepCopy();
        rest.remove("result");
        SameRun.require(request.output, "a probe", rest, asked);
        JsonNode result = before.path("result");
        List<String> files =
                result.path("skipped").asInt() == 0
                        ? List.of(PREDICTIONS)
                        : List.of(PREDICTIONS, FAILURES);
        List<String> missing = Missing.of(request.output, files);
        if (missing.isEmpty()) {
            return Optional.of(outcome(true, result));
        }
        LOG.warn("{}: {}; probing again", request.output, Missing.shown(missing));
        return Optional.empty();
    }

    private ObjectNode asked(Split split, Dataset<?> dataset) throws IOException {
        ObjectNode asked = Json.object();
        asked.put("kind", request.kind.name().toLowerCase(Locale.ROOT));
        asked.put("backbone", request.backbone);
        ArrayNode files = asked.putArray("weights_sha256");
        files.add(Hashes.sha256(request.weights.file()));
        for (Path shard : WeightsFile.shards(request.weights.file())) {
            files.add(Hashes.sha256(shard));
        }
        return asked.put("weights_part", request.weights.part().orElse(""))
                .put("preprocessing", preprocessing())
                .put("data", request.data.toString())
                .put("format", request.format)
                .put("settings", request.values.texts().toString())
                .put("split", split.source())
                .put("split_sha256", split.hash())
                .put("data_sha256", dataset.hash(dataset.samples()))
                .put("part", request.part.label())
                .put("seed", request.seed);
    }

    /** How images become the network's input, for people. */
    public String preprocessing() {
        return request.resampling.describe(request.size, request.size)
                + "; RGB, normalised with ImageNet's mean and standard deviation";
    }

    private float[] finite(Sample sample, float... values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new UserException(
                        sample.image()
                                + ": has features that are NaN or infinite: the values of "
                                + request.weights.file()
                                + " are too large for "
                                + request.backbone
                                + "; use another checkpoint");
            }
        }
        return values;
    }

    private static Part readable(Part part, float[][] features, SplitName name) {
        List<Sample> samples = new ArrayList<>();
        List<double[]> targets = new ArrayList<>();
        for (int i = 0; i < features.length; i++) {
            if (features[i] != null) {
                samples.add(part.samples.get(i));
                targets.add(part.targets.get(i));
            }
        }
        if (samples.isEmpty()) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "none of the %d images of the %s part can be read",
                            features.length,
                            name.label()));
        }
        return new Part(samples, targets);
    }

    /** Accuracy over frames, as DINO's; for criteria the mean of their average precisions. */
    static double score(double[][] predicted, List<double[]> targets, boolean exclusive) {
        if (!exclusive) {
            double sum = 0;
            int defined = 0;
            for (int c = 0; c < targets.get(0).length; c++) {
                int criterion = c;
                boolean[] target = new boolean[predicted.length];
                for (int i = 0; i < target.length; i++) {
                    target[i] = MultilabelScores.majority(targets.get(i)[c]);
                }
                double ap =
                        MultilabelScores.averagePrecision(
                                target,
                                Arrays.stream(predicted).mapToDouble(p -> p[criterion]).toArray());
                if (!Double.isNaN(ap)) {
                    sum += ap;
                    defined++;
                }
            }
            return sum / defined;
        }
        int right = 0;
        for (int i = 0; i < predicted.length; i++) {
            right += targets.get(i)[largest(predicted[i])] == 1 ? 1 : 0;
        }
        return (double) right / predicted.length;
    }

    /** The first of equals. */
    private static int largest(double... values) {
        int best = 0;
        for (int c = 1; c < values.length; c++) {
            if (values[c] > values[best]) {
                best = c;
            }
        }
        return best;
    }

    private void write(Dataset<?> dataset, Part part, double[][] predicted, boolean exclusive)
            throws IOException {
        List<String> classes = dataset.classes();
        List<String> header = new ArrayList<>(List.of("path", "video", "time_s"));
        if (exclusive) {
            header.addAll(List.of("target", "prediction"));
        } else {
            classes.forEach(name -> header.add("votes_" + name));
        }
        classes.forEach(name -> header.add("p_" + name));
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < predicted.length; i++) {
            Sample sample = part.samples.get(i);
            double[] target = part.targets.get(i);
            OptionalDouble time =
                    Double.isNaN(sample.timeSeconds())
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(sample.timeSeconds());
            List<String> row = new ArrayList<>();
            row.add(sample.name());
            row.add(sample.patient());
            row.add(time.isPresent() ? Double.toString(time.getAsDouble()) : "");
            if (exclusive) {
                row.add(classes.get(largest(target)));
                row.add(classes.get(largest(predicted[i])));
            } else {
                Arrays.stream(target).forEach(v -> row.add(Double.toString(v)));
            }
            Arrays.stream(predicted[i]).forEach(v -> row.add(Double.toString(v)));
            rows.add(row);
        }
        CsvTable.write(request.output.resolve(PREDICTIONS), header, rows);
    }
}
