package org.surgenet.finetune;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
import org.surgenet.dataset.SplitName;
import org.surgenet.image.Resampling;
import org.surgenet.metrics.DiceAverage;
import org.surgenet.metrics.EmptyScore;
import org.surgenet.report.HtmlPage;

/**
 * Scores a fine-tuned model on a part of a labelled data set: {@code scores.csv} per patient,
 * predictions, plots, {@code report.html}, and at last {@code metrics.json}, which marks the
 * directory as complete.
 */
public final class Evaluation {
    private static final Logger LOG = LoggerFactory.getLogger(Evaluation.class);

    private final Request request;
    private final TrainedModel model;
    private final boolean otherResampling;

    /**
     * What is asked for.
     *
     * @param model directory of a fine-tuning, or its weight file
     * @param modelName in {@code scores.csv}
     * @param data folder of the labelled data
     * @param format of the data
     * @param frames frames of phases, null for those below the data
     * @param splitFile null for the data set's own or a drawn one
     * @param splitSeed of a drawn split; null for that of the model's
     * @param part to be scored
     * @param average of Dice
     * @param empty Dice of an absent class
     * @param extras scores that are taken only where asked for
     * @param overlays pictures of segmentation to draw
     * @param output directory
     * @param overwrite whether to do it again
     * @param batchSize images per forward pass
     * @param workers threads that prepare pictures
     * @param device of the network
     * @param resampling of pictures; null for what the model was trained with
     */
    public record Request(
            Path model,
            String modelName,
            Path data,
            String format,
            Path frames,
            Path splitFile,
            Long splitSeed,
            SplitName part,
            DiceAverage average,
            EmptyScore empty,
            EvaluationExtras extras,
            int overlays,
            Path output,
            boolean overwrite,
            int batchSize,
            int workers,
            Device device,
            Resampling resampling) {}

    /**
     * How it ended.
     *
     * @param alreadyComplete whether there was nothing left to do
     * @param task of the model
     * @param metrics content of {@code metrics.json}
     */
    public record Outcome(boolean alreadyComplete, TaskKind task, JsonNode metrics) {}

    /** A data set with the part of it that is to be scored. */
    private record Part<S extends Sample>(Dataset<S> dataset, Split split, List<S> samples) {}

    /**
     * Reads the model's description.
     *
     * @throws UserException if there is no model
     */
    public Evaluation(Request request) {
        if (request.batchSize < 1) {
            throw new SettingException("batch-size", request.batchSize, "must be at least 1");
        }
        if (request.overlays < 0) {
            throw new SettingException("overlays", request.overlays, "must not be negative");
        }
        this.request = request;
        TrainedModel trained = TrainedModel.read(request.model);
        model = trained.with(request.resampling);
        otherResampling = !model.card().size().equals(trained.card().size());
    }

    /** How pictures become the network's input, for the record. */
    public String preprocessing() {
        return model.card().size().preprocessing();
    }

    /**
     * How far the model's training had got, for people, if it has not come to its end; else empty.
     */
    public Optional<String> unfinished() {
        return model.unfinished();
    }

    /** What is going to be done, for people; reads and checks the data. */
    public String plan() {
        Part<?> part = part();
        return String.format(
                Locale.ROOT,
                "evaluate %s (%s, %s) on %d %s samples of %d patients of %s (%s)%n",
                request.modelName,
                model.card().task().label(),
                model.card().backbone(),
                part.samples.size(),
                request.part.label(),
                part.split.patients(request.part).size(),
                part.dataset.name(),
                part.split.source());
    }

    /**
     * Evaluates.
     *
     * @throws UserException if the data do not fit the model, cannot be read, or the directory
     *     holds another evaluation
     */
    public Outcome run(Progress progress, Cancellation cancellation) throws IOException {
        return switch (model.card().task()) {
            case SEG -> {
                Part<SegmentationSample> part = part(segmentation());
                yield run(
                        part,
                        new SegmentationReport(
                                request.modelName,
                                request.output,
                                part.dataset,
                                Optional.of(model.card().size()),
                                request.average,
                                request.empty,
                                request.extras.surfaceTolerance(),
                                part.samples.size(),
                                request.overlays),
                        progress,
                        cancellation);
            }
            case PHASE -> {
                Part<PhaseSample> part = part(phases());
                yield run(
                        part,
                        new PhaseReport(
                                request.modelName,
                                request.output,
                                part.dataset,
                                request.extras.relaxed()),
                        progress,
                        cancellation);
            }
            case CVS -> {
                Part<CvsSample> part = part(cvs());
                yield run(
                        part,
                        new CvsReport(
                                request.modelName,
                                request.output,
                                part.dataset,
                                request.extras.thresholds()),
                        progress,
                        cancellation);
            }
        };
    }

    private Part<?> part() {
        return switch (model.card().task()) {
            case SEG -> part(segmentation());
            case PHASE -> part(phases());
            case CVS -> part(cvs());
        };
    }

    private Dataset<SegmentationSample> segmentation() {
        int classes = model.card().classes().size();
        boolean merged = request.format.equals("cholecseg8k") && classes == 8;
        return Datasets.segmentation(
                request.format, request.data, merged ? classes : null, Progress.NONE);
    }

    private Dataset<PhaseSample> phases() {
        return Datasets.phases(request.format, request.data, request.frames, Progress.NONE);
    }

    private Dataset<CvsSample> cvs() {
        return Datasets.cvs(request.format, request.data, Progress.NONE);
    }

    private <S extends Sample> Part<S> part(Dataset<S> dataset) {
        ModelCard card = model.card();
        if (!dataset.classes().equals(card.classes())) {
            throw new UserException(
                    model.file()
                            + ": was trained for the classes "
                            + String.join(", ", card.classes())
                            + "; the data in "
                            + request.data
                            + " have "
                            + String.join(", ", dataset.classes()));
        }
        dataset.notes().forEach(note -> LOG.warn("{}: {}", request.data, note));
        long seed =
                request.splitSeed == null
                        ? card.splitSeed().orElse(Split.DEFAULT_SEED)
                        : request.splitSeed;
        Split split = Split.of(dataset, request.splitFile, seed);
        split.unusedSeed(request.splitSeed).ifPresent(LOG::warn);
        List<S> samples = dataset.part(split, request.part);
        if (samples.isEmpty()) {
            throw new UserException(
                    "the split ("
                            + split.source()
                            + ") has no "
                            + request.part.label()
                            + " samples");
        }
        return new Part<>(dataset, split, samples);
    }

    private <S extends Sample> Outcome run(
            Part<S> part, TaskReport<S> report, Progress progress, Cancellation cancellation)
            throws IOException {
        Optional<String> unfinished = unfinished();
        unfinished.ifPresent(how -> LOG.warn("{}: {}", request.model, how));
        ObjectNode asked = asked(part);
        EvaluationDirectory directory = new EvaluationDirectory(request.output);
        Optional<JsonNode> before = directory.complete(asked, request.overwrite);
        if (before.isPresent()) {
            return new Outcome(true, model.card().task(), before.get());
        }
        boolean otherSplit =
                part.dataset.name().equals(model.card().dataset())
                        && !part.split.hash().equals(model.card().splitHash());
        if (otherSplit) {
            LOG.warn(
                    "{}: this split ({}) is not the one that the model was trained with ({}); it"
                            + " may have been trained on these patients",
                    request.model,
                    part.split.source(),
                    model.card().splitSource());
        }
        if (otherResampling) {
            LOG.warn(
                    "{}: pictures are resized otherwise than in its training; scores may be lower",
                    request.model);
        }
        Preparation preparation =
                new Preparation(model.card().size(), Augmentation.NONE, model.card().seed());
        try (Progress.Task task = progress.start("evaluate", "images", part.samples.size());
                Inference inference =
                        new Inference(model, request.device, request.workers, request.batchSize)) {
            inference.run(
                    part.samples.size(),
                    i -> preparation.fullLabels(part.samples.get(i)),
                    i -> part.samples.get(i).image(),
                    report::add,
                    task,
                    cancellation);
        }
        ObjectNode metrics = Json.object();
        metrics.put("model", request.modelName);
        metrics.put("task", model.card().task().label());
        metrics.put("dataset", part.dataset.name());
        metrics.put("part", request.part.label());
        metrics.put("patients", part.split.patients(request.part).size());
        metrics.put("images", part.samples.size());
        metrics.put("averaging", report.averaging());
        metrics.put("resize", model.card().size().resampling().label());
        metrics.put("preprocessing", preprocessing());
        metrics.put("split_differs_from_training", otherSplit);
        metrics.put("training_unfinished", unfinished.orElse(null));
        HtmlPage page = page(part, otherSplit, unfinished);
        report.finish(metrics, page);
        metrics.set("trained_model", model.card().toJson());
        directory.write(report, page, metrics, asked);
        return new Outcome(false, model.card().task(), metrics);
    }

    private ObjectNode asked(Part<?> part) throws IOException {
        ObjectNode asked = Json.object();
        if (otherResampling) {
            asked.put("resize", request.resampling.label());
        }
        return asked.put("model_sha256", Hashes.sha256(model.file()))
                .put("model_name", request.modelName)
                .put("data", request.data.toString())
                .put("format", request.format)
                .put("split_sha256", part.split.hash())
                .put("part", request.part.label())
                .put("dice_average", request.average.name())
                .put("empty", request.empty.name())
                .put("extras", request.extras.recorded())
                .put("overlays", request.overlays);
    }

    private HtmlPage page(Part<?> part, boolean otherSplit, Optional<String> unfinished) {
        ModelCard card = model.card();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("model", request.modelName + " (" + model.file() + ")");
        facts.put("network", card.backbone() + " at " + card.size());
        facts.put("input", preprocessing());
        facts.put(
                "trained on",
                card.dataset()
                        + ", epoch "
                        + card.epoch()
                        + " with validation "
                        + card.metric()
                        + " "
                        + TaskReport.show(card.score()));
        facts.put("initial weights", card.initialWeights());
        if (!card.licence().isEmpty()) {
            facts.put("licence of the weights", card.licence());
        }
        facts.put("data", part.dataset.name() + " (" + request.data + ")");
        facts.put("part", request.part.label() + ", " + part.split.source());
        facts.put(
                "size",
                part.samples.size()
                        + " images of "
                        + part.split.patients(request.part).size()
                        + " patients");
        HtmlPage page = HtmlPage.titled("Evaluation of " + request.modelName, card.task().label());
        if (card.backbone().equals("caformer_test")) {
            page.warning("caformer_test is a toy for tests; its scores mean nothing.");
        }
        unfinished.ifPresent(
                how ->
                        page.warning(
                                how.substring(0, 1).toUpperCase(Locale.ROOT)
                                        + how.substring(1)
                                        + "."));
        if (otherSplit) {
            page.warning(
                    "The split is not the one that the model was trained with; it may have been"
                            + " trained on these patients.");
        }
        return page.facts(facts);
    }
}
