package org.surgenet.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
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
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.common.Work;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.metrics.Timing;
import org.surgenet.report.HtmlPage;
import org.surgenet.task.GivenPredictions;
import org.surgenet.task.PredictionTable;
import org.surgenet.task.Task;
import org.surgenet.task.TaskReport;

/**
 * Scores predictions that some program made, without a model, against a data set or the targets
 * beside them. The same files come out as of {@link Evaluation}.
 */
public final class PredictionEvaluation implements Work<Evaluation.Outcome> {
    /** The data set's name where targets lie beside predictions and nobody named it. */
    public static final String DATASET = "csv";

    private static final Logger LOG = LoggerFactory.getLogger(PredictionEvaluation.class);

    private final Path predictions;
    private final EvaluationRequest request;
    private final Known<?, ?> known;

    /** Predictions with the task that knows them. */
    private record Known<S extends Sample, O>(
            Task<S, O> task, GivenPredictions<S, O> predictions) {}

    /**
     * @param predictions folder of masks, or CSV of frames
     * @param datasetName in {@code scores.csv}, where the targets are beside the predictions;
     *     models are compared on equal names
     * @param request without a data folder the targets are those beside the predictions
     * @throws UserException if there are no predictions, or a setting is not for their task
     */
    public PredictionEvaluation(Path predictions, String datasetName, EvaluationRequest request) {
        if (!Files.exists(predictions)) {
            throw new UserException(predictions + ": no such folder of masks or CSV file");
        }
        if (request.data().folder() != null && request.data().format() == null) {
            throw SettingException.about("data", " needs format, the layout of the data");
        }
        this.predictions = predictions;
        this.request = request;
        known = known(predictions, datasetName);
        request.requireRead(known.task);
    }

    private static Known<?, ?> known(Path predictions, String datasetName) {
        for (Task<?, ?> task : Tasks.ALL) {
            Optional<? extends Known<?, ?>> known = known(task, predictions, datasetName);
            if (known.isPresent()) {
                return known.get();
            }
        }
        throw new UserException(
                predictions
                        + ": has neither a column 'prediction' (phases) nor columns p_NAME"
                        + " (criteria), and is not a folder of masks"
                        + PredictionTable.of(predictions)
                                .map(PredictionTable::separatorHint)
                                .orElse(""));
    }

    private static <S extends Sample, O> Optional<Known<S, O>> known(
            Task<S, O> task, Path predictions, String datasetName) {
        return task.given(predictions, datasetName).map(given -> new Known<>(task, given));
    }

    /** What is going to be done, for people; reads and checks the data. */
    @Override
    public String plan() {
        EvaluatedPart<?> part = part(known);
        return String.format(
                Locale.ROOT,
                "evaluate predictions of %s (%s, %s) on %d samples of %d patients (%s)%n",
                request.scoring().modelName(),
                known.task.id(),
                predictions,
                part.samples().size(),
                part.patients(),
                part.source());
    }

    /**
     * Evaluates.
     *
     * @throws UserException if predictions do not fit the data or are missing, or the directory
     *     holds another evaluation
     */
    @Override
    public Evaluation.Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        return run(known, progress, cancellation);
    }

    private <S extends Sample, O> EvaluatedPart<S> part(Known<S, O> of) {
        if (request.data().folder() != null) {
            return EvaluatedPart.read(
                    of.task, request.data(), request.scoring().values(), Split.DEFAULT_SEED);
        }
        return of.predictions
                .targets()
                .map(this::whole)
                .orElseThrow(() -> new UserException(predictions + ": " + of.predictions.wanted()));
    }

    private <S extends Sample> EvaluatedPart<S> whole(Dataset<S> targets) {
        targets.notes().forEach(note -> LOG.warn("{}: {}", predictions, note));
        return EvaluatedPart.whole(targets, "all lines of the file");
    }

    private <S extends Sample, O> Evaluation.Outcome run(
            Known<S, O> of, Progress progress, Cancellation cancellation) throws IOException {
        EvaluatedPart<S> part = part(of);
        GivenPredictions.Found<S, O> found = of.predictions.of(part.dataset(), part.samples());
        if (found.others() > 0) {
            LOG.warn(
                    "{}: {} predictions are of frames outside the part that is scored",
                    predictions,
                    found.others());
        }
        EvaluationFiles files = new EvaluationFiles(request, of.task, part, asked());
        Optional<JsonNode> before = files.complete();
        if (before.isPresent()) {
            return new Evaluation.Outcome(true, of.task, before.get());
        }
        TaskReport<S, O> report = files.report(of.task, part, Optional.empty());
        report.setTiming(of.predictions.timing());
        try (Progress.Task shown = progress.start("evaluate", "images", part.samples().size())) {
            for (int i = 0; i < part.samples().size(); i++) {
                cancellation.check();
                GivenPredictions.Scored<S, O> one = found.of().apply(i);
                report.add(one.item(), one.output());
                shown.step(1, "");
            }
        }
        ObjectNode metrics = files.metrics(report);
        of.predictions.timing().ifPresent(t -> metrics.put(Timing.COLUMN, t.label()));
        metrics.put("predictions_not_scored", found.others());
        files.write(report, page(part, found.others()), metrics);
        return new Evaluation.Outcome(false, of.task, metrics);
    }

    private HtmlPage page(EvaluatedPart<?> part, int others) {
        String name = request.scoring().modelName();
        Path data = request.data().folder();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("predictions", name + " (" + predictions + ")");
        facts.put(
                "targets",
                part.dataset().name() + (data == null ? ", beside them" : " (" + data + ")"));
        known.predictions.timing().ifPresent(t -> facts.put(Timing.COLUMN, t.explained()));
        facts.put("part", part.source());
        facts.put("size", part.samples().size() + " images of " + part.patients() + " patients");
        if (others > 0) {
            facts.put("not scored", others + " predictions of frames outside this part");
        }
        return HtmlPage.titled("Evaluation of " + name, known.task.id()).facts(facts);
    }

    /** Of names and contents: other masks in a folder of this name are other predictions. */
    private String contentsHash() throws IOException {
        MessageDigest digest = Hashes.newSha256();
        for (Path file : known.predictions.files()) {
            String line = predictions.relativize(file) + " " + Hashes.sha256(file) + "\n";
            digest.update(line.replace('\\', '/').getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private ObjectNode asked() throws IOException {
        ObjectNode asked = Json.object().put("predictions", predictions.toString());
        return Files.isRegularFile(predictions)
                ? asked.put("predictions_sha256", Hashes.sha256(predictions))
                : asked.put("predictions_sha256", contentsHash());
    }
}
