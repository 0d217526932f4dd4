package org.surgenet.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.SameRun;
import org.surgenet.common.Setting;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Sample;
import org.surgenet.metrics.ScoresCsv;
import org.surgenet.report.HtmlPage;
import org.surgenet.task.EvaluationRecord;
import org.surgenet.task.InputSize;
import org.surgenet.task.ReportRequest;
import org.surgenet.task.Task;
import org.surgenet.task.TaskReport;

/** What an evaluation writes, whatever it scored; {@code metrics.json} marks it as complete. */
final class EvaluationFiles {
    private static final Logger LOG = LoggerFactory.getLogger(EvaluationFiles.class);
    private static final String REPORT = "report.html";
    private static final String DATA_HASH = "data_sha256";

    private final EvaluationRequest request;
    private final EvaluatedPart<?> part;
    private final Task<?, ?> task;
    private final ObjectNode asked;
    private final String dataHash;
    private final Path directory;

    /**
     * @param subject what is scored, in terms that are equal for an equal evaluation
     */
    EvaluationFiles(
            EvaluationRequest request, Task<?, ?> task, EvaluatedPart<?> part, ObjectNode subject)
            throws IOException {
        this.request = request;
        this.part = part;
        this.task = task;
        directory = request.running().output();
        dataHash = part.dataset().hash(part.samples());
        EvaluationRequest.Data data = request.data();
        asked =
                subject.put("dataset", part.dataset().name())
                        .put("model_name", request.scoring().modelName())
                        .put("data", data.folder() == null ? "" : data.folder().toString())
                        .put("format", data.format() == null ? "" : data.format())
                        .put("split_sha256", part.splitHash())
                        .put("part", part.name())
                        .put("overlays", request.scoring().overlays());
        for (Setting<?> setting : task.scoringSettings()) {
            Object value = request.scoring().values().get(setting);
            asked.put(
                    setting.key().replace('-', '_'),
                    value == null
                            ? null
                            // A file counts by what it says.
                            : value instanceof Path file
                                    ? Hashes.sha256(file)
                                    : Setting.text(value));
        }
    }

    /**
     * What the directory holds of the very evaluation asked for, if it is complete; otherwise the
     * mark of completeness is removed.
     *
     * @throws UserException if it holds another evaluation and may not be overwritten
     */
    Optional<JsonNode> complete() throws IOException {
        Path file = directory.resolve(EvaluationRecord.FILE_NAME);
        if (Files.exists(file) && !request.running().overwrite()) {
            JsonNode before = Json.read(file);
            SameRun.require(
                    file, "an evaluation", withoutData(before.path(EvaluationRecord.ASKED)), asked);
            requireSameData(file, before.path(EvaluationRecord.ASKED).path(DATA_HASH));
            List<String> missing = Missing.of(directory, files(before));
            if (missing.isEmpty()) {
                return Optional.of(before);
            }
            LOG.warn("{}: {}; evaluating again", directory, Missing.shown(missing));
        }
        Files.deleteIfExists(file);
        return Optional.empty();
    }

    private static JsonNode withoutData(JsonNode before) {
        return before.isObject()
                ? ((ObjectNode) before.deepCopy()).without(List.of(DATA_HASH))
                : before;
    }

    /** The settings are the same, but labels or images below the folder may have changed. */
    private void requireSameData(Path file, JsonNode before) {
        if (!before.asText().equals(dataHash)) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: contains an evaluation of other labels or images than %s has now"
                                    + " (data_sha256 %s, now %s); give another output directory, or"
                                    + " set overwrite to evaluate again",
                            file,
                            request.data().folder() == null
                                    ? "the file of predictions"
                                    : request.data().folder(),
                            before.isMissingNode() ? "not recorded" : before.asText(),
                            dataHash));
        }
    }

    /**
     * An empty report.
     *
     * @param size of the network's input; empty where there is no network
     */
    <S extends Sample, O> TaskReport<S, O> report(
            Task<S, O> of, EvaluatedPart<S> samples, Optional<InputSize> size) {
        return of.report(
                new ReportRequest<>(
                        request.scoring().modelName(),
                        directory,
                        samples.dataset(),
                        size,
                        samples.samples(),
                        samples.training(),
                        Optional.ofNullable(asked.path(EvaluationRecord.MODEL_HASH).textValue()),
                        request.scoring().overlays(),
                        request.scoring().values()));
    }

    /** What {@code metrics.json} begins with. */
    ObjectNode metrics(TaskReport<?, ?> report) {
        return Json.object()
                .put("model", request.scoring().modelName())
                .put("task", task.id())
                .put("dataset", part.dataset().name())
                .put("part", part.name())
                .put("patients", part.patients())
                .put("images", part.samples().size())
                .put("averaging", report.averaging());
    }

    /** Finishes the report and writes scores, page and at last metrics. */
    void write(TaskReport<?, ?> report, HtmlPage page, ObjectNode metrics) throws IOException {
        report.finish(metrics, page);
        metrics.set(EvaluationRecord.ASKED, asked.deepCopy().put(DATA_HASH, dataHash));
        ScoresCsv.write(directory.resolve(ScoresCsv.FILE_NAME), report.rows());
        page.write(directory.resolve(REPORT));
        ArrayNode written = metrics.putArray("files");
        written().forEach(written::add);
        Json.write(directory.resolve(EvaluationRecord.FILE_NAME), metrics);
    }

    /**
     * The files of the results, as they are on the disk and not as they should be: a plot that
     * could not be drawn is not missing later on.
     */
    private List<String> written() throws IOException {
        try (Stream<Path> tree = Files.walk(directory, 2)) {
            return tree.filter(Files::isRegularFile)
                    .map(path -> directory.relativize(path).toString().replace('\\', '/'))
                    .filter(this::isResult)
                    .sorted()
                    .toList();
        }
    }

    /** Of the results, in contrast to the records and locks of the run. */
    private boolean isResult(String name) {
        String first = name.contains("/") ? name.substring(0, name.indexOf('/')) : name;
        return name.equals(ScoresCsv.FILE_NAME)
                || name.equals(REPORT)
                || name.endsWith(".png") && first.equals(name)
                || task.results().contains(first);
    }

    /** The files that an evaluation wrote before {@code metrics.json}. */
    private static List<String> files(JsonNode metrics) {
        // Those of all tasks, for evaluations made before the others were noted.
        List<String> files = new ArrayList<>(List.of(ScoresCsv.FILE_NAME, REPORT));
        metrics.path("files").forEach(name -> files.add(name.asText()));
        return files.stream().distinct().toList();
    }
}
