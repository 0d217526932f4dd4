package org.surgenet.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.common.Work;
import org.surgenet.dataset.ClassMerges;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.image.Resampling;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.report.HtmlPage;
import org.surgenet.task.Augmentation;
import org.surgenet.task.EvaluationRecord;
import org.surgenet.task.Preparation;
import org.surgenet.task.Task;
import org.surgenet.task.TaskReport;

/**
 * Scores a fine-tuned model on a part of a labelled data set: {@code scores.csv} per patient,
 * predictions, plots, {@code report.html}, and at last {@code metrics.json}, which marks the
 * directory as complete.
 */
public final class Evaluation implements Work<Evaluation.Outcome> {
    private static final Logger LOG = LoggerFactory.getLogger(Evaluation.class);

    private final Path path;
    private final EvaluationRequest request;
    private final TrainedModel model;
    private final boolean otherResampling;

    /**
     * How it ended.
     *
     * @param alreadyComplete whether there was nothing left to do
     * @param task of what was scored
     * @param metrics content of {@code metrics.json}
     */
    public record Outcome(boolean alreadyComplete, Task<?, ?> task, JsonNode metrics)
            implements Work.Outcome {}

    /**
     * Reads the model's description.
     *
     * @param path directory of a fine-tuning, or its weight file
     * @param resampling of pictures; null for what the model was trained with
     * @throws UserException if there is no model, or a setting is not for its task
     */
    public Evaluation(Path path, Resampling resampling, EvaluationRequest request) {
        this(path, TrainedModel.read(path), resampling, request);
    }

    /** As the public one, with the model read from {@code path}. */
    Evaluation(Path path, TrainedModel trained, Resampling resampling, EvaluationRequest request) {
        this.path = path;
        this.request = request;
        model = trained.with(resampling);
        otherResampling = !model.card().size().equals(trained.card().size());
        request.requireRead(model.card().task());
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
    @Override
    public String plan() {
        EvaluatedPart<?> part = part(model.card().task());
        return String.format(
                Locale.ROOT,
                "evaluate %s (%s, %s) on %d %s samples of %d patients of %s (%s)%n",
                request.scoring().modelName(),
                model.card().task().id(),
                model.card().backbone(),
                part.samples().size(),
                part.name(),
                part.patients(),
                part.dataset().name(),
                part.split());
    }

    /**
     * Evaluates.
     *
     * @throws UserException if the data do not fit the model, cannot be read, or the directory
     *     holds another evaluation
     */
    @Override
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        return run(model.card().task(), progress, cancellation);
    }

    private <S extends Sample> EvaluatedPart<S> part(Task<S, ?> task) {
        ModelCard card = model.card();
        EvaluationRequest.Data data = request.data();
        SettingValues given = request.scoring().values();
        // Merges start from the format's own classes, whatever the model's became.
        SettingValues values =
                given.has(ClassMerges.SETTING)
                        ? given
                        : task.reader(data.format()).settingsFor(card.classes()).with(given);
        EvaluatedPart<S> part =
                EvaluatedPart.read(task, data, values, card.splitSeed().orElse(Split.DEFAULT_SEED));
        if (!part.dataset().classes().equals(card.classes())) {
            throw new UserException(
                    model.file()
                            + ": was trained for the classes "
                            + String.join(", ", card.classes())
                            + "; the data in "
                            + data.folder()
                            + " have "
                            + String.join(", ", part.dataset().classes())
                            + "; classes merged in training need the same merge-classes here");
        }
        return part;
    }

    private <S extends Sample, O> Outcome run(
            Task<S, O> task, Progress progress, Cancellation cancellation) throws IOException {
        EvaluatedPart<S> part = part(task);
        ModelCard card = model.card();
        Optional<String> unfinished = unfinished();
        unfinished.ifPresent(how -> LOG.warn("{}: {}", path, how));
        EvaluationFiles files = new EvaluationFiles(request, task, part, asked());
        Optional<JsonNode> before = files.complete();
        if (before.isPresent()) {
            return new Outcome(true, task, before.get());
        }
        boolean otherSplit =
                part.dataset().name().equals(card.dataset())
                        && !part.splitHash().equals(card.splitHash());
        if (otherSplit) {
            LOG.warn(
                    "{}: this split ({}) is not the one that the model was trained with ({}); it"
                            + " may have been trained on these patients",
                    path,
                    part.split(),
                    card.splitSource());
        }
        if (otherResampling) {
            LOG.warn(
                    "{}: pictures are resized otherwise than in its training; scores may be lower",
                    path);
        }
        TaskReport<S, O> report = files.report(task, part, Optional.of(card.size()));
        Preparation<S> preparation =
                new Preparation<>(task::labels, card.size(), Augmentation.NONE, card.seed());
        EvaluationRequest.Running running = request.running();
        try (Progress.Task shown = progress.start("evaluate", "images", part.samples().size());
                Inference<O> inference =
                        new Inference<>(
                                model,
                                task::decode,
                                running.device(),
                                running.workers(),
                                running.batchSize())) {
            inference.run(
                    part.samples().size(),
                    i -> preparation.fullLabels(part.samples().get(i)),
                    i -> part.samples().get(i).image(),
                    report::add,
                    shown,
                    cancellation);
        }
        ObjectNode metrics = files.metrics(report);
        metrics.put("resize", card.size().resampling().label());
        metrics.put("preprocessing", preprocessing());
        metrics.put("split_differs_from_training", otherSplit);
        metrics.put("training_unfinished", unfinished.orElse(null));
        metrics.set("trained_model", card.toJson());
        files.write(report, page(part, otherSplit, unfinished), metrics);
        return new Outcome(false, task, metrics);
    }

    /** What an evaluation of the same model shares. */
    private ObjectNode asked() throws IOException {
        ObjectNode asked = Json.object();
        if (otherResampling) {
            asked.put("resize", model.card().size().resampling().label());
        }
        return asked.put(EvaluationRecord.MODEL_HASH, Hashes.sha256(model.file()));
    }

    private HtmlPage page(EvaluatedPart<?> part, boolean otherSplit, Optional<String> unfinished) {
        ModelCard card = model.card();
        String name = request.scoring().modelName();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("model", name + " (" + model.file() + ")");
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
        facts.put("data", part.dataset().name() + " (" + request.data().folder() + ")");
        facts.put("part", part.source());
        facts.put("size", part.samples().size() + " images of " + part.patients() + " patients");
        HtmlPage page = HtmlPage.titled("Evaluation of " + name, card.task().id());
        if (card.backbone().equals(Backbones.TOY)) {
            page.warning(Backbones.TOY + " is a toy for tests; its scores mean nothing.");
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
