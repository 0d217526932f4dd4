package org.surgenet.study;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.Progress;
import org.surgenet.common.RunLock;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.SplitName;

/**
 * A plan's cells: checked as a whole, made one by one, each an ordinary run in a folder of its own.
 * Several processes may make the cells of one study at the same time; each takes a cell that no
 * other has.
 */
public final class Study {
    /** Folder of the cells, below that of the study. */
    static final String CELLS = "cells";

    /** Folder of the divisions of patients that the study has drawn. */
    static final String SPLITS = "splits";

    private static final Logger LOG = LoggerFactory.getLogger(Study.class);

    private final Plan plan;
    private final CellProgram program;
    private final Path output;
    private final Map<String, StudyData> data = new LinkedHashMap<>();
    private final List<PlannedCell> cells;

    /** Cells whose failure could not even be written down. */
    private final Map<Cell, String> unrecorded = new LinkedHashMap<>();

    /**
     * How making cells ended.
     *
     * @param made cells that were made and did not fail
     * @param failed the cells that failed, with the reason
     * @param open cells that are still to be made, by other processes or a later run
     */
    public record Outcome(int made, Map<Cell, String> failed, int open) {}

    /**
     * Reads the data and lays out the cells; writes nothing.
     *
     * @param output folder of the study
     * @throws UserException if a data set cannot be read, has too few patients for what the plan
     *     asks, or weights cannot be found
     */
    public Study(Plan plan, CellProgram program, Path output, Progress progress) {
        this.plan = plan;
        this.program = program;
        this.output = output;
        try (Progress.Task task =
                progress.start(Progress.READING + "data", "data sets", plan.datasets().size())) {
            for (Plan.LabelledData set : plan.datasets()) {
                data.put(set.name(), program.read(set));
                task.step(1, set.name());
            }
        }
        cells = layOut();
    }

    Plan plan() {
        return plan;
    }

    Path output() {
        return output;
    }

    List<PlannedCell> cells() {
        return cells;
    }

    /** A data set as read. */
    public StudyData data(String name) {
        return data.get(name);
    }

    private List<PlannedCell> layOut() {
        List<PlannedCell> all = new ArrayList<>();
        Map<Path, String> hashes = new HashMap<>();
        for (Plan.LabelledData set : plan.datasets()) {
            Dataset<?> dataset = data.get(set.name()).dataset();
            String labels = dataset.hash(dataset.samples());
            for (int fold : folds(set)) {
                Division whole = whole(set, fold);
                requirePatients(set, whole);
                for (int size : plan.sizes()) {
                    for (Plan.Arm arm : plan.arms()) {
                        String weights = hash(set, arm, hashes);
                        for (long seed : plan.seeds()) {
                            Cell cell = new Cell(set.name(), arm.name(), seed, fold, size);
                            all.add(planned(cell, whole, labels, weights));
                        }
                    }
                }
            }
        }
        return List.copyOf(all);
    }

    private static List<Integer> folds(Plan.LabelledData set) {
        List<Integer> folds = new ArrayList<>();
        for (int f = 0; f < set.folds(); f++) {
            folds.add(f);
        }
        return folds.isEmpty() ? List.of(Cell.NO_FOLD) : folds;
    }

    private Division whole(Plan.LabelledData set, int fold) {
        StudyData read = data.get(set.name());
        List<String> patients = read.dataset().patients();
        if (fold == Cell.NO_FOLD) {
            return Division.of(read.split().orElseThrow(), patients);
        }
        if (patients.size() < Division.leastPatients(set.folds())) {
            throw plan.error(
                    set.line(),
                    "the data set '"
                            + set.name()
                            + "' has "
                            + Words.counted(patients.size(), "patient")
                            + ", too few for "
                            + set.folds()
                            + " folds by patient");
        }
        return Division.fold(patients, set.folds(), fold, set.splitSeed().orElse(0L));
    }

    private void requirePatients(Plan.LabelledData set, Division whole) {
        int most =
                plan.sizes().stream()
                        .filter(size -> size != Plan.ALL)
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElse(1);
        int there = whole.patients(SplitName.TRAIN).size();
        if (there < most) {
            throw plan.error(
                    set.line(),
                    "the data set '"
                            + set.name()
                            + "' has "
                            + Words.counted(there, "training patient")
                            + "; train-patients asks for "
                            + most);
        }
        if (plan.sizes().contains(there) && plan.sizes().contains(Plan.ALL)) {
            throw plan.error(
                    set.line(),
                    "train-patients has "
                            + there
                            + " and all, which are the same for the data set '"
                            + set.name()
                            + "'; leave one out");
        }
        for (SplitName part : List.of(SplitName.VAL, SplitName.TEST)) {
            if (whole.patients(part).isEmpty()) {
                throw plan.error(
                        set.line(),
                        "the split of the data set '"
                                + set.name()
                                + "' has no "
                                + part.label()
                                + " patients");
            }
        }
    }

    private String hash(Plan.LabelledData set, Plan.Arm arm, Map<Path, String> known) {
        Optional<Path> weights = program.weights(set, arm);
        if (weights.isEmpty()) {
            return "none";
        }
        return known.computeIfAbsent(weights.get(), file -> hash(arm, file));
    }

    private String hash(Plan.Arm arm, Path file) {
        try {
            return Hashes.sha256(file);
        } catch (IOException e) {
            throw plan.error(arm.line(), file + ": cannot be read: " + e.getMessage());
        }
    }

    private PlannedCell planned(Cell cell, Division whole, String labels, String weights) {
        boolean asItIs = cell.size() == Plan.ALL && cell.fold() == Cell.NO_FOLD;
        Division division =
                cell.size() == Plan.ALL ? whole : whole.withTraining(cell.size(), cell.seed());
        Path folder = output.resolve(CELLS).resolve(cell.folder());
        Optional<Path> split =
                asItIs ? Optional.empty() : Optional.of(output.resolve(SPLITS).resolve(name(cell)));
        CellCommands commands = program.commands(cell, folder, split);
        ObjectNode settings = commands.settings();
        settings.put(PlannedCell.WEIGHTS, weights);
        settings.put(PlannedCell.LABELS, labels);
        settings.put(PlannedCell.PATIENTS, division.hash());
        return new PlannedCell(cell, folder, division, split, commands, settings);
    }

    /** The same for every arm. */
    private static Path name(Cell cell) {
        return Path.of(
                cell.dataset(),
                "n"
                        + Plan.label(cell.size())
                        + (cell.fold() == Cell.NO_FOLD ? "" : "-fold" + cell.fold())
                        + (cell.size() == Plan.ALL ? "" : "-seed" + cell.seed())
                        + ".csv");
    }

    /**
     * Makes the cells that are not done, but those that other processes are making. A cell that
     * fails does not stop the others.
     *
     * @param mine which cells, by their place in the plan's order
     * @throws org.surgenet.common.InterruptedRunException if asked to stop; what was begun goes on
     *     later where it was
     */
    public Outcome run(IntPredicate mine, Progress progress, Cancellation cancellation)
            throws IOException {
        Deque<PlannedCell> todo = new ArrayDeque<>();
        for (int i = 0; i < cells.size(); i++) {
            if (mine.test(i)) {
                todo.add(cells.get(i));
            }
        }
        List<Path> others = others();
        if (!others.isEmpty()) {
            LOG.info(
                    "{} of earlier plans left alone, such as {}",
                    Words.counted(others.size(), "cell"),
                    others.get(0));
        }
        int made = 0;
        try (Progress.Task task = progress.start("Cells", "cells", todo.size())) {
            Set<PlannedCell> failedBefore = new HashSet<>();
            for (PlannedCell cell : List.copyOf(todo)) {
                PlannedCell.State state = cell.state();
                if (state == PlannedCell.State.DONE) {
                    todo.remove(cell);
                    task.skip(1);
                } else if (state == PlannedCell.State.FAILED) {
                    failedBefore.add(cell);
                }
            }
            while (!todo.isEmpty()) {
                cancellation.check();
                PlannedCell cell = todo.remove();
                task.step(0, cell.cell().toString());
                if (isMade(cell, failedBefore.contains(cell))) {
                    made++;
                }
                task.step(1, "");
            }
        }
        return outcome(made);
    }

    /** How many cells are done or have failed. */
    public int ended(IntPredicate mine) {
        return (int)
                IntStream.range(0, cells.size())
                        .filter(mine)
                        .mapToObj(i -> cells.get(i).state())
                        .filter(s -> s == PlannedCell.State.DONE || s == PlannedCell.State.FAILED)
                        .count();
    }

    /** How many cells are done. */
    public int done(IntPredicate mine) {
        return (int)
                IntStream.range(0, cells.size())
                        .filter(mine)
                        .filter(i -> cells.get(i).state() == PlannedCell.State.DONE)
                        .count();
    }

    /** How many cells there are. */
    public int count(IntPredicate mine) {
        return (int) IntStream.range(0, cells.size()).filter(mine).count();
    }

    /** Folders of cells that an earlier plan had and this one has not; they are left alone. */
    List<Path> others() throws IOException {
        Path folder = output.resolve(CELLS);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        Set<Path> own = cells.stream().map(PlannedCell::record).collect(Collectors.toSet());
        // Data set, weights, number of patients, perhaps a fold, record.
        try (Stream<Path> files = Files.walk(folder, 5)) {
            return files.filter(f -> f.getFileName().toString().matches("seed-?\\d+\\.json"))
                    .filter(f -> !own.contains(f))
                    .map(f -> folder.relativize(f))
                    .sorted()
                    .toList();
        }
    }

    /** What is there now, whoever made it. */
    public Outcome outcome(int made) {
        Map<Cell, String> failed = new LinkedHashMap<>();
        int open = 0;
        for (PlannedCell cell : cells) {
            switch (cell.state()) {
                case DONE -> {}
                case FAILED ->
                        failed.put(
                                cell.cell(), CellRecord.read(cell.record()).orElseThrow().error());
                case OPEN, CHANGED -> {
                    if (unrecorded.containsKey(cell.cell())) {
                        failed.put(cell.cell(), unrecorded.get(cell.cell()));
                    } else {
                        open++;
                    }
                }
            }
        }
        return new Outcome(made, failed, open);
    }

    /** Whether this process made the cell; a fault of the file system is the cell's alone. */
    private boolean isMade(PlannedCell cell, boolean failedBefore) {
        try {
            return claimed(cell, failedBefore) && cell.state() == PlannedCell.State.DONE;
        } catch (IOException | UserException e) {
            LOG.warn("{}: failed: {}", cell.cell(), e.getMessage());
            unrecorded.put(cell.cell(), String.valueOf(e.getMessage()));
            return false;
        }
    }

    /**
     * Makes a cell unless another process is at it or has made it meanwhile.
     *
     * @param failedBefore whether an earlier run has failed at it, which is worth another try
     */
    private boolean claimed(PlannedCell cell, boolean failedBefore) throws IOException {
        Path folder = cell.folder();
        String name = "surgenet-" + folder.getFileName() + ".lock";
        try (RunLock lock = RunLock.acquire(folder.getParent(), name, "surgenet study", "")) {
            PlannedCell.State state = cell.state();
            boolean failedNow = state == PlannedCell.State.FAILED && !failedBefore;
            if (state == PlannedCell.State.DONE || failedNow) {
                return false;
            }
            new CellRun(program, cell).make();
            return true;
        } catch (RunLock.HeldException e) {
            LOG.info("{}: is being made by another process", cell.cell());
            return false;
        }
    }

    /** Writes the plan as it is read, for the record. */
    void keepPlan() throws IOException {
        AtomicFiles.writeString(output.resolve("plan.yaml"), Files.readString(plan.file()));
    }
}
