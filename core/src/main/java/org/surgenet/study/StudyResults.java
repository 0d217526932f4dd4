package org.surgenet.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.common.RunLock;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.stats.BootstrapStats;
import org.surgenet.stats.ClassGains;
import org.surgenet.stats.ComparisonResult;
import org.surgenet.stats.PatientCurves;
import org.surgenet.stats.Settings;
import org.surgenet.train.RunDirectory;

/** From the cells that are done to tables, figures and the report. */
public final class StudyResults {
    /** The report's name in the study's folder. */
    public static final String REPORT = "report.html";

    /** Folder of the results, below that of the study. */
    static final String RESULTS = "results";

    private static final Logger LOG = LoggerFactory.getLogger(StudyResults.class);

    private final Study study;
    private final Settings settings;

    /**
     * What was written.
     *
     * @param report the page
     * @param complete whether every cell of the plan is in it
     */
    public record Outcome(Path report, boolean complete) {}

    /**
     * @param settings of the comparison, with the plan's baseline
     */
    public StudyResults(Study study, Settings settings) {
        this.study = study;
        this.settings = settings;
    }

    /** What the study consists of and how far it is, for people. */
    public String describe() {
        Plan plan = study.plan();
        List<String> lines = new ArrayList<>();
        plan.datasets().forEach(set -> lines.add(StudyFacts.described(study, set)));
        Map<PlannedCell.State, List<PlannedCell>> states = new EnumMap<>(PlannedCell.State.class);
        study.cells()
                .forEach(c -> states.computeIfAbsent(c.state(), s -> new ArrayList<>()).add(c));
        lines.add(
                Words.counted(study.cells().size(), "cell")
                        + ": "
                        + Words.counted(plan.datasets().size(), "data set")
                        + ", "
                        + Words.counted(plan.arms().size(), "set")
                        + " of weights, "
                        + Words.counted(plan.seeds().size(), "seed")
                        + ", "
                        + Words.counted(plan.sizes().size(), "number")
                        + " of training patients");
        for (Map.Entry<PlannedCell.State, List<PlannedCell>> state : states.entrySet()) {
            lines.add(said(state.getKey()) + ": " + state.getValue().size());
            if (state.getKey() == PlannedCell.State.CHANGED) {
                Map<String, Long> changes = new TreeMap<>();
                state.getValue()
                        .forEach(
                                c ->
                                        changes.merge(
                                                c.cell().dataset() + ": " + change(c),
                                                1L,
                                                Long::sum));
                changes.forEach(
                        (change, n) ->
                                lines.add("  " + Words.counted(n, "cell") + " of " + change));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static String change(PlannedCell cell) {
        return CellRecord.read(cell.record()).flatMap(cell::change).orElse("");
    }

    private static String said(PlannedCell.State state) {
        return switch (state) {
            case DONE -> "done";
            case OPEN -> "to be made";
            case FAILED -> "failed, to be tried again";
            case CHANGED -> "to be made again, because the plan or its inputs have changed";
        };
    }

    /** Whether any run is complete. */
    public static boolean canReport(Study study) {
        return !Gathering.complete(study).isEmpty();
    }

    /**
     * Writes the results, in place of earlier ones.
     *
     * @throws UserException if no cell is done
     */
    public Outcome write(Progress progress, Cancellation cancellation) throws IOException {
        if (!canReport(study)) {
            throw new UserException(
                    study.output()
                            + ": no run of the study is complete, so nothing can be reported");
        }
        Path cells = study.output().resolve(Study.CELLS);
        try (RunLock lock = RunLock.acquire(cells, "surgenet-results.lock", "surgenet study", "")) {
            return writeLocked(progress, cancellation);
        }
    }

    private Outcome writeLocked(Progress progress, Cancellation cancellation) throws IOException {
        Path folder = study.output().resolve(RESULTS);
        RunDirectory.deleteTree(folder);
        Files.createDirectories(folder);
        study.keepPlan();
        Gathering gathering;
        // A task of progress, because the run is recorded when the first one begins.
        try (Progress.Task task = progress.start("Gathering", "cells", study.cells().size())) {
            gathering = new Gathering(study, folder);
            task.step(study.cells().size(), "");
        }
        Map<Integer, Compared> comparisons = new LinkedHashMap<>();
        for (int size : study.plan().sizes()) {
            comparisons.put(size, compare(gathering, size, folder, progress, cancellation));
        }
        Map<Integer, List<Path>> bySize = new LinkedHashMap<>();
        study.plan().sizes().forEach(size -> bySize.put(size, gathering.files(size)));
        int main = study.plan().sizes().get(study.plan().sizes().size() - 1);
        StudyFigures figures = new StudyFigures(study, settings, folder);
        figures.curves(PatientCurves.of(bySize, settings, cancellation), main);
        Optional<ComparisonResult> compared = comparisons.get(main).result();
        if (compared.isPresent()) {
            figures.ranks(compared.get());
        }
        figures.classes(ClassGains.of(gathering.files(main), settings, cancellation));
        Compared scaling = scaling(gathering, main, folder, progress, cancellation);
        new StudyReport(study, settings, gathering, figures)
                .write(comparisons, main, scaling, study.output().resolve(REPORT));
        return new Outcome(study.output().resolve(REPORT), gathering.incomplete().isEmpty());
    }

    /**
     * A comparison.
     *
     * @param result what came out; empty where it was refused
     * @param refusal why there is none; empty where there is
     */
    record Compared(Optional<ComparisonResult> result, String refusal) {}

    private Compared compare(
            Gathering gathering,
            int size,
            Path folder,
            Progress progress,
            Cancellation cancellation)
            throws IOException {
        Path output = folder.resolve("comparison-n" + Plan.label(size));
        return run(gathering.files(size), output, settings, progress, cancellation);
    }

    private static Compared run(
            List<Path> files,
            Path output,
            Settings settings,
            Progress progress,
            Cancellation cancellation)
            throws IOException {
        if (files.isEmpty()) {
            return new Compared(Optional.empty(), "no run is complete");
        }
        try {
            BootstrapStats.Outcome outcome =
                    new BootstrapStats(
                                    new BootstrapStats.Request(files, output, true, settings, true))
                            .run(progress, cancellation);
            return new Compared(outcome.result(), "");
        } catch (UserException e) {
            LOG.warn("{}: {}", output.getFileName(), e.getMessage());
            return new Compared(Optional.empty(), e.getMessage());
        }
    }

    /** The fit of scores to frames and procedures, over the arms that say what theirs are. */
    private Compared scaling(
            Gathering gathering,
            int size,
            Path folder,
            Progress progress,
            Cancellation cancellation)
            throws IOException {
        ScalingTable table = new ScalingTable(study.plan());
        if (!table.isSeries()) {
            return new Compared(Optional.empty(), "");
        }
        Path arms = folder.resolve("scaling-arms.csv");
        table.write(arms);
        List<Path> files =
                gathering.files().entrySet().stream()
                        .filter(e -> e.getKey().size() == size)
                        .filter(e -> table.arms().contains(e.getKey().arm()))
                        .map(Map.Entry::getValue)
                        .toList();
        return run(
                files,
                folder.resolve("scaling"),
                settings.toBuilder().baseline("").arms(Optional.of(arms)).build(),
                progress,
                cancellation);
    }
}
