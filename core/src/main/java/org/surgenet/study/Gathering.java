package org.surgenet.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;
import org.surgenet.metrics.CountsCsv;
import org.surgenet.metrics.ProbabilitiesCsv;
import org.surgenet.metrics.ScoresCsv;

/**
 * Puts the scores of all cells that are done together: the folds of one training into one file, as
 * statistics want them, and everything into one table for people.
 *
 * <p>Data sets are called as the plan calls them, for two may be of one format.
 */
final class Gathering {
    private static final Logger LOG = LoggerFactory.getLogger(Gathering.class);

    /** The table of all scores. */
    static final String SCORES = "scores.csv";

    private static final List<String> FILES =
            List.of(ScoresCsv.FILE_NAME, CountsCsv.FILE_NAME, ProbabilitiesCsv.FILE_NAME);

    private final Study study;
    private final Path folder;
    private final Map<Run, Path> files = new LinkedHashMap<>();
    private final List<Run> incomplete = new ArrayList<>();
    private final Map<Run, String> damaged = new LinkedHashMap<>();

    /**
     * The folds of one training, or the training of a data set with a split.
     *
     * @param dataset its name
     * @param size number of training patients
     */
    record Run(String dataset, int size, String arm, long seed) {}

    /**
     * Gathers.
     *
     * @param folder for the results
     */
    Gathering(Study study, Path folder) throws IOException {
        this.study = study;
        this.folder = folder;
        Map<Run, List<PlannedCell>> runs = runs(study);
        for (Map.Entry<Run, List<PlannedCell>> run : runs.entrySet()) {
            if (isComplete(run.getValue())) {
                gather(run.getKey(), run.getValue());
            } else {
                incomplete.add(run.getKey());
            }
        }
        writeAll(runs);
    }

    private void gather(Run run, List<PlannedCell> folds) throws IOException {
        try {
            Path file = unite(run, folds);
            ScoresCsv.read(file);
            files.put(run, file);
        } catch (UserException e) {
            LOG.warn("{}", e.getMessage());
            incomplete.add(run);
            damaged.put(run, e.getMessage());
        }
    }

    /** Why runs whose cells are done cannot be read. */
    Map<Run, String> damaged() {
        return damaged;
    }

    private static Map<Run, List<PlannedCell>> runs(Study study) {
        Map<Run, List<PlannedCell>> runs = new LinkedHashMap<>();
        for (PlannedCell cell : study.cells()) {
            Cell c = cell.cell();
            runs.computeIfAbsent(
                            new Run(c.dataset(), c.size(), c.arm(), c.seed()),
                            run -> new ArrayList<>())
                    .add(cell);
        }
        return runs;
    }

    private static boolean isComplete(List<PlannedCell> folds) {
        return folds.stream().allMatch(c -> c.state() == PlannedCell.State.DONE);
    }

    /** The runs whose cells are all done; reads, and writes nothing. */
    static List<Run> complete(Study study) {
        return runs(study).entrySet().stream()
                .filter(run -> isComplete(run.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The {@code scores.csv} of every complete run. */
    Map<Run, Path> files() {
        return files;
    }

    /** Runs that lack a cell and so are left out of the results. */
    List<Run> incomplete() {
        return incomplete;
    }

    /** The files of one number of training patients, in the plan's order of arms. */
    List<Path> files(int size) {
        return files.entrySet().stream()
                .filter(e -> e.getKey().size() == size)
                .map(Map.Entry::getValue)
                .toList();
    }

    private Path unite(Run run, List<PlannedCell> folds) throws IOException {
        Path to =
                folder.resolve("gathered")
                        .resolve(run.dataset())
                        .resolve("n" + Plan.label(run.size()))
                        .resolve(run.arm())
                        .resolve("seed" + run.seed());
        Files.createDirectories(to);
        for (String name : FILES) {
            List<String> header = List.of();
            List<List<String>> rows = new ArrayList<>();
            for (PlannedCell cell : folds) {
                Path file = cell.scores().resolveSibling(name);
                if (Files.exists(file)) {
                    CsvTable table = CsvTable.read(file, "model", "dataset");
                    header = table.header();
                    table.rows().forEach(row -> rows.add(renamed(row, run.dataset())));
                }
            }
            if (!header.isEmpty()) {
                CsvTable.write(to.resolve(name), header, rows);
            }
        }
        return to.resolve(ScoresCsv.FILE_NAME);
    }

    private static List<String> renamed(CsvTable.Row row, String dataset) {
        List<String> fields = new ArrayList<>(row.fields());
        fields.set(row.header().indexOf("dataset"), dataset);
        return fields;
    }

    /** One table of everything, with what the runs were. */
    private void writeAll(Map<Run, List<PlannedCell>> runs) throws IOException {
        List<String> columns = List.of("unit", "metric", "class", "value", "n");
        List<String> header = new ArrayList<>();
        header.addAll(
                List.of(
                        "dataset",
                        "task",
                        "model",
                        "train_patients",
                        "training_patients_n",
                        "seed"));
        header.add("fold");
        header.addAll(columns);
        List<List<String>> rows = new ArrayList<>();
        for (Run run : files.keySet()) {
            for (PlannedCell cell : runs.get(run)) {
                Cell c = cell.cell();
                String fold = c.fold() == Cell.NO_FOLD ? "" : Integer.toString(c.fold());
                String patients = Integer.toString(StudyFacts.trainingPatients(cell));
                for (CsvTable.Row row : CsvTable.read(cell.scores(), "model", "task").rows()) {
                    List<String> line = new ArrayList<>();
                    line.addAll(List.of(run.dataset(), row.get("task"), run.arm()));
                    line.addAll(List.of(Plan.label(run.size()), patients));
                    line.addAll(List.of(Long.toString(run.seed()), fold));
                    columns.forEach(column -> line.add(row.get(column)));
                    rows.add(line);
                }
            }
        }
        CsvTable.write(folder.resolve(SCORES), header, rows);
    }

    Study study() {
        return study;
    }
}
