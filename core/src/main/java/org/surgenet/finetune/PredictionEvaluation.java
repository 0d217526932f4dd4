package org.surgenet.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.opencv.core.Mat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.dataset.CvsSample;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Datasets;
import org.surgenet.dataset.PhaseSample;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.SegmentationSample;
import org.surgenet.dataset.Split;
import org.surgenet.image.Images;
import org.surgenet.report.HtmlPage;

/**
 * Scores predictions that some program made, without a model: masks against a data set, phases and
 * criteria against a data set or the targets beside them. The same files come out as of {@link
 * Evaluation}.
 */
public final class PredictionEvaluation {
    private static final Logger LOG = LoggerFactory.getLogger(PredictionEvaluation.class);

    /** The data set's name where targets lie beside predictions and nobody named it. */
    public static final String DATASET = "csv";

    private final Path predictions;
    private final String datasetName;
    private final Evaluation.Request request;
    private final EvaluationDirectory directory;

    /** Samples with their data set, and of whom they are. */
    private record Part<S extends Sample>(
            Dataset<S> dataset, List<S> samples, String source, String splitHash) {
        long patients() {
            return samples.stream().map(Sample::patient).distinct().count();
        }
    }

    /**
     * @param predictions folder of masks, or CSV of frames
     * @param datasetName in {@code scores.csv}, where the targets are beside the predictions;
     *     models are compared on equal names
     * @param request its model, device and everything of the network is not looked at; without
     *     {@code data} the targets are those beside the predictions
     * @throws UserException if there are no predictions
     */
    public PredictionEvaluation(Path predictions, String datasetName, Evaluation.Request request) {
        if (!Files.exists(predictions)) {
            throw new UserException(predictions + ": no such folder of masks or CSV file");
        }
        if (request.data() != null && request.format() == null) {
            throw SettingException.about("data", " needs --format, the layout of the data");
        }
        this.predictions = predictions;
        this.datasetName = datasetName;
        this.request = request;
        directory = new EvaluationDirectory(request.output());
    }

    /** What is going to be done, for people; reads and checks the data. */
    public String plan() {
        Part<?> part =
                switch (task()) {
                    case SEG -> segmentation();
                    case PHASE -> phases(new PredictionTable(predictions));
                    case CVS -> cvs(new PredictionTable(predictions));
                };
        return String.format(
                Locale.ROOT,
                "evaluate predictions of %s (%s, %s) on %d samples of %d patients (%s)%n",
                request.modelName(),
                task().label(),
                predictions,
                part.samples.size(),
                part.patients(),
                part.source);
    }

    private TaskKind task() {
        if (Files.isDirectory(predictions)) {
            return TaskKind.SEG;
        }
        return new PredictionTable(predictions).phases() ? TaskKind.PHASE : TaskKind.CVS;
    }

    /**
     * Evaluates.
     *
     * @throws UserException if predictions do not fit the data or are missing, or the directory
     *     holds another evaluation
     */
    public Evaluation.Outcome run(Progress progress, Cancellation cancellation) throws IOException {
        return switch (task()) {
            case SEG -> masks(progress, cancellation);
            case PHASE -> {
                PredictionTable table = new PredictionTable(predictions);
                Part<PhaseSample> part = phases(table);
                yield frames(
                        table,
                        part,
                        new PhaseReport(
                                request.modelName(),
                                request.output(),
                                part.dataset,
                                request.extras().relaxed()),
                        progress,
                        cancellation);
            }
            case CVS -> {
                PredictionTable table = new PredictionTable(predictions);
                Part<CvsSample> part = cvs(table);
                yield frames(
                        table,
                        part,
                        new CvsReport(
                                request.modelName(),
                                request.output(),
                                part.dataset,
                                request.extras().thresholds()),
                        progress,
                        cancellation);
            }
        };
    }

    private Part<SegmentationSample> segmentation() {
        if (request.data() == null) {
            throw new UserException(
                    predictions + ": masks need --data and --format, where their targets are");
        }
        return part(Datasets.segmentation(request.format(), request.data(), null, Progress.NONE));
    }

    private Part<PhaseSample> phases(PredictionTable table) {
        return request.data() == null
                ? whole(table.hasTargets() ? table.phaseSamples(datasetName) : null)
                : part(
                        Datasets.phases(
                                request.format(), request.data(), request.frames(), Progress.NONE));
    }

    private Part<CvsSample> cvs(PredictionTable table) {
        return request.data() == null
                ? whole(table.hasTargets() ? table.cvsSamples(datasetName) : null)
                : part(Datasets.cvs(request.format(), request.data(), Progress.NONE));
    }

    private <S extends Sample> Part<S> whole(Dataset<S> dataset) {
        if (dataset == null) {
            throw new UserException(
                    predictions
                            + ": has no targets (columns target, votes_NAME or target_NAME); add"
                            + " them, or give --data and --format");
        }
        return new Part<>(dataset, dataset.samples(), "all lines of the file", "");
    }

    private <S extends Sample> Part<S> part(Dataset<S> dataset) {
        dataset.notes().forEach(note -> LOG.warn("{}: {}", request.data(), note));
        long seed = request.splitSeed() == null ? Split.DEFAULT_SEED : request.splitSeed();
        Split split = Split.of(dataset, request.splitFile(), seed);
        split.unusedSeed(request.splitSeed()).ifPresent(LOG::warn);
        List<S> samples = dataset.part(split, request.part());
        if (samples.isEmpty()) {
            throw new UserException(
                    "the split ("
                            + split.source()
                            + ") has no "
                            + request.part().label()
                            + " samples");
        }
        return new Part<>(
                dataset, samples, request.part().label() + ", " + split.source(), split.hash());
    }

    private Evaluation.Outcome masks(Progress progress, Cancellation cancellation)
            throws IOException {
        Part<SegmentationSample> part = segmentation();
        PredictedMasks masks = new PredictedMasks(predictions);
        masks.requireAll(part.samples);
        int classes = part.dataset.classes().size();
        SegmentationReport report =
                new SegmentationReport(
                        request.modelName(),
                        request.output(),
                        part.dataset,
                        Optional.empty(),
                        request.average(),
                        request.empty(),
                        request.extras().surfaceTolerance(),
                        part.samples.size(),
                        request.overlays());
        return run(
                part,
                report,
                i -> {
                    SegmentationSample sample = part.samples.get(i);
                    Mat mask = sample.labels().read(sample.mask());
                    try {
                        byte[] prediction = masks.read(sample, mask.cols(), mask.rows(), classes);
                        return new Scored<>(
                                new Item<>(sample, new byte[0], Images.bytes(mask)),
                                new NetworkOutput.LabelMap(prediction));
                    } finally {
                        mask.release();
                    }
                },
                progress,
                cancellation);
    }

    private <S extends Sample> Evaluation.Outcome frames(
            PredictionTable table,
            Part<S> part,
            TaskReport<S> report,
            Progress progress,
            Cancellation cancellation)
            throws IOException {
        List<NetworkOutput> outputs = table.outputs(part.samples, part.dataset.classes());
        return run(
                part,
                report,
                i ->
                        new Scored<>(
                                new Item<>(part.samples.get(i), new byte[0], new byte[0]),
                                outputs.get(i)),
                progress,
                cancellation);
    }

    /** A sample with what was predicted of it. */
    private record Scored<S>(Item<S> item, NetworkOutput output) {}

    private <S extends Sample> Evaluation.Outcome run(
            Part<S> part,
            TaskReport<S> report,
            IntFunction<Scored<S>> maker,
            Progress progress,
            Cancellation cancellation)
            throws IOException {
        ObjectNode asked = asked(part);
        Optional<JsonNode> before = directory.complete(asked, request.overwrite());
        if (before.isPresent()) {
            return new Evaluation.Outcome(true, task(), before.get());
        }
        try (Progress.Task task = progress.start("evaluate", "images", part.samples.size())) {
            for (int i = 0; i < part.samples.size(); i++) {
                cancellation.check();
                Scored<S> scored = maker.apply(i);
                report.add(scored.item, scored.output);
                task.step(1, "");
            }
        }
        ObjectNode metrics = Json.object();
        metrics.put("model", request.modelName());
        metrics.put("task", task().label());
        metrics.put("dataset", part.dataset.name());
        metrics.put("part", request.data() == null ? "all" : request.part().label());
        metrics.put("patients", part.patients());
        metrics.put("images", part.samples.size());
        metrics.put("averaging", report.averaging());
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("predictions", request.modelName() + " (" + predictions + ")");
        facts.put(
                "targets",
                part.dataset.name()
                        + (request.data() == null ? ", beside them" : " (" + request.data() + ")"));
        facts.put("part", part.source);
        facts.put("size", part.samples.size() + " images of " + part.patients() + " patients");
        HtmlPage page =
                HtmlPage.titled("Evaluation of " + request.modelName(), task().label())
                        .facts(facts);
        report.finish(metrics, page);
        directory.write(report, page, metrics, asked);
        return new Evaluation.Outcome(false, task(), metrics);
    }

    private ObjectNode asked(Part<?> part) throws IOException {
        ObjectNode asked = Json.object();
        asked.put("predictions", predictions.toString());
        if (Files.isRegularFile(predictions)) {
            asked.put("predictions_sha256", Hashes.sha256(predictions));
        }
        return asked.put("dataset", part.dataset.name())
                .put("model_name", request.modelName())
                .put("data", request.data() == null ? "" : request.data().toString())
                .put("format", request.format() == null ? "" : request.format())
                .put("split_sha256", part.splitHash)
                .put("part", request.part().label())
                .put("dice_average", request.average().name())
                .put("empty", request.empty().name())
                .put("extras", request.extras().recorded())
                .put("overlays", request.overlays());
    }
}
