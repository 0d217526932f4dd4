package org.surgenet.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.UserException;
import org.surgenet.metrics.ScoresCsv;
import org.surgenet.report.HtmlPage;

/** Where an evaluation writes, whatever it scored; {@code metrics.json} marks it as complete. */
final class EvaluationDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(EvaluationDirectory.class);
    private static final String METRICS = "metrics.json";
    private static final String REPORT = "report.html";
    private static final String ASKED = "evaluation";

    /** The files of the results, in contrast to the records and locks of the run. */
    private static final Pattern RESULT =
            Pattern.compile(
                    "(predictions|overlays|ribbons)/[^/]+|[^/]+\\.png"
                            + "|predictions\\.csv|scores\\.csv|counts\\.csv|probabilities\\.csv"
                            + "|report\\.html");

    private final Path directory;

    EvaluationDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * What it holds of the very evaluation asked for, if it is complete; otherwise the mark of
     * completeness is removed.
     *
     * @throws UserException if it holds another evaluation and may not be overwritten
     */
    Optional<JsonNode> complete(ObjectNode asked, boolean overwrite) throws IOException {
        Path file = directory.resolve(METRICS);
        if (Files.exists(file) && !overwrite) {
            JsonNode before = Json.read(file);
            JsonNode now = Json.parse(Json.line(asked).getBytes(StandardCharsets.UTF_8), METRICS);
            if (!before.path(ASKED).equals(now)) {
                throw new UserException(
                        file
                                + ": is of another evaluation (model, data, split or options"
                                + " differ); give another --output or --overwrite");
            }
            List<String> missing = Missing.of(directory, files(before));
            if (missing.isEmpty()) {
                return Optional.of(before);
            }
            LOG.warn("{}: {}; evaluating again", directory, Missing.shown(missing));
        }
        Files.deleteIfExists(file);
        return Optional.empty();
    }

    /** Writes scores, page and at last metrics. */
    void write(TaskReport<?> report, HtmlPage page, ObjectNode metrics, ObjectNode asked)
            throws IOException {
        metrics.set(ASKED, asked);
        ScoresCsv.write(directory.resolve(ScoresCsv.FILE_NAME), report.rows());
        page.write(directory.resolve(REPORT));
        ArrayNode written = metrics.putArray("files");
        written().forEach(written::add);
        Json.write(directory.resolve(METRICS), metrics);
    }

    /**
     * The files of the results, as they are on the disk and not as they should be: a plot that
     * could not be drawn is not missing later on.
     */
    private List<String> written() throws IOException {
        try (Stream<Path> tree = Files.walk(directory, 2)) {
            return tree.filter(Files::isRegularFile)
                    .map(path -> directory.relativize(path).toString().replace('\\', '/'))
                    .filter(name -> RESULT.matcher(name).matches())
                    .sorted()
                    .toList();
        }
    }

    /** The files that an evaluation wrote before {@code metrics.json}. */
    private static List<String> files(JsonNode metrics) {
        // Those of all tasks, for evaluations made before the others were noted.
        List<String> files = new ArrayList<>(List.of(ScoresCsv.FILE_NAME, REPORT));
        metrics.path("files").forEach(name -> files.add(name.asText()));
        return files.stream().distinct().toList();
    }
}
