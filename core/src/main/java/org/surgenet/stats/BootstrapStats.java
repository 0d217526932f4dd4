package org.surgenet.stats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.SameRun;
import org.surgenet.common.UserException;
import org.surgenet.common.Work;
import org.surgenet.metrics.Recomputable;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;

/** From files of scores to a directory of results. */
public final class BootstrapStats implements Work<BootstrapStats.Outcome> {
    private static final Logger LOG = LoggerFactory.getLogger(BootstrapStats.class);

    private final Request request;

    /**
     * What to compare and where to write it.
     *
     * @param scores files as {@link ScoresCsv} reads them; a folder stands for the {@code
     *     scores.csv} in it
     * @param output directory for the results
     * @param overwrite whether results of other inputs or settings may be replaced
     * @param settings how to compare
     * @param separate whether files of equal content are known to be runs of their own, as two
     *     seeds of a model that predicts one class alone are; otherwise they are refused
     */
    public record Request(
            List<Path> scores,
            Path output,
            boolean overwrite,
            Settings settings,
            boolean separate) {
        /** Of files that may have been given twice. */
        public Request(List<Path> scores, Path output, boolean overwrite, Settings settings) {
            this(scores, output, overwrite, settings, false);
        }
    }

    /**
     * What came out.
     *
     * @param markdown the tables
     * @param warnings as in the files
     * @param result what was compared; empty where the directory already held this very result and
     *     nothing was done
     */
    public record Outcome(String markdown, List<String> warnings, Optional<ComparisonResult> result)
            implements Work.Outcome {
        @Override
        public boolean alreadyComplete() {
            return result.isEmpty();
        }
    }

    public BootstrapStats(Request request) {
        this.request = request;
    }

    /**
     * Reads and arranges the scores, writing nothing.
     *
     * @throws UserException if a file is unreadable, given twice, or does not fit the others; see
     *     {@link ScoreTable#arrange}
     */
    List<ScoreTable> read() {
        Map<Path, List<ScoreRow>> rows = new LinkedHashMap<>();
        Map<Path, List<Recomputable>> evidence = new LinkedHashMap<>();
        for (Path file : files()) {
            rows.put(file, ScoresCsv.read(file));
            evidence.put(file, Recomputable.beside(file));
        }
        RunNames.check(rows);
        RunNames.seedsAsModels(rows).forEach(LOG::warn);
        Set<String> further = ScoreTable.further(rows);
        if (request.settings.metrics().isEmpty() && !further.isEmpty()) {
            LOG.info("compared only where named: {}", String.join(", ", further));
        }
        return ScoreTable.arrange(rows, evidence, request.settings);
    }

    @Override
    public String plan() {
        StringBuilder plan = new StringBuilder();
        for (ScoreTable table : read()) {
            plan.append(
                    String.format(
                            Locale.ROOT,
                            "%s: %d models, %d units, %d resamples%n",
                            table.title(),
                            table.models().size(),
                            table.units().size(),
                            request.settings.resamples()));
        }
        return plan.toString();
    }

    /**
     * Compares and writes, or repeats nothing where the directory holds the complete result of the
     * same files and settings.
     *
     * @throws UserException as {@link #read}, or if the directory holds another result and may not
     *     be overwritten
     * @throws IOException if writing fails
     */
    @Override
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        ObjectNode inputs = inputs();
        Path stats = request.output.resolve(ComparisonFiles.STATS);
        if (Files.exists(stats) && !request.overwrite) {
            JsonNode before = Json.read(stats);
            SameRun.requireWithin(request.output, "a comparison", before, inputs);
            List<String> missing = Missing.of(request.output, ComparisonFiles.of(before));
            if (missing.isEmpty()) {
                List<String> warnings = new ArrayList<>();
                for (JsonNode warning : before.path("warnings")) {
                    warnings.add(warning.asText());
                }
                Path table = request.output.resolve(ComparisonFiles.MARKDOWN);
                return new Outcome(Files.readString(table), warnings, Optional.empty());
            }
            LOG.warn("{}: {}; comparing again", request.output, Missing.shown(missing));
        }
        List<ScoreTable> tables = read();
        Comparison comparison;
        try (Progress.Task task = progress.start("Comparing", "metrics", tables.size())) {
            comparison = new ModelComparison(request.settings).compare(tables, task, cancellation);
        }
        ComparisonResult result = ComparisonFiles.write(request.output, comparison, inputs);
        return new Outcome(
                ComparisonFiles.markdown(comparison), comparison.warnings(), Optional.of(result));
    }

    private List<Path> files() {
        return request.scores.stream()
                .map(path -> Files.isDirectory(path) ? path.resolve(ScoresCsv.FILE_NAME) : path)
                .toList();
    }

    private ObjectNode inputs() throws IOException {
        Settings settings = request.settings;
        ObjectNode root = Json.object();
        root.put("protocol", name(settings.protocol()));
        ObjectNode node = root.putObject("settings");
        node.put(
                "metrics",
                settings.metrics().isEmpty()
                        ? "all"
                        : String.join(",", new TreeSet<>(settings.metrics())));
        node.put("per_class", settings.perClass());
        node.put("baseline", settings.baseline().isEmpty() ? "all pairs" : settings.baseline());
        node.put("resamples", settings.resamples());
        node.put("interval", name(settings.interval()));
        node.put("confidence", settings.confidence());
        node.put("seed", settings.seed());
        node.put("test", settings.test().id());
        node.put("zero_method", name(settings.zeroMethod()));
        node.put("family", name(settings.family()));
        node.put("correction", name(settings.correction()));
        node.put("unpaired", name(settings.unpaired()));
        node.put("one_sided", name(settings.oneSided()));
        node.put("lower_is_better", String.join(",", new TreeSet<>(settings.lowerIsBetter())));
        node.put("tie_tolerance", PairedDifferences.TOLERANCE);
        ArrayNode list = root.putArray("inputs");
        if (settings.arms().isPresent()) {
            Path arms = settings.arms().get();
            if (!Files.isRegularFile(arms)) {
                throw new UserException(arms + ": no such file");
            }
            list.addObject().put("path", arms.toString()).put("sha256", Hashes.sha256(arms));
        }
        Map<String, Path> seen = new HashMap<>();
        for (Path file : files()) {
            if (!Files.isRegularFile(file)) {
                throw new UserException(
                        file + ": no such file; give scores.csv files that 'evaluate' wrote");
            }
            String hash = Hashes.sha256(file);
            Path twin = seen.putIfAbsent(hash, file);
            if (twin != null && !request.separate) {
                throw new UserException(
                        file + ": has the same content as " + twin + "; give each file once");
            }
            list.addObject().put("path", file.toString()).put("sha256", hash);
            for (Path evidence : Recomputable.files(file)) {
                if (Files.isRegularFile(evidence)) {
                    list.addObject()
                            .put("path", evidence.toString())
                            .put("sha256", Hashes.sha256(evidence));
                }
            }
        }
        return root;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
