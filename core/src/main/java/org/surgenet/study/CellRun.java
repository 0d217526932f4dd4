package org.surgenet.study;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Words;
import org.surgenet.train.RunDirectory;

/** Trains and scores one cell, and writes down how that went. */
final class CellRun {
    private static final Logger LOG = LoggerFactory.getLogger(CellRun.class);

    private final CellProgram program;
    private final PlannedCell cell;

    CellRun(CellProgram program, PlannedCell cell) {
        this.program = program;
        this.cell = cell;
    }

    /**
     * Makes the cell, or goes on where an earlier run of it was interrupted.
     *
     * @throws InterruptedRunException if asked to stop
     */
    void make() throws IOException {
        long started = System.nanoTime();
        Optional<CellRecord> before = CellRecord.read(cell.record());
        Optional<String> change = before.flatMap(cell::change);
        boolean scoreAgain = before.filter(cell::onlyScoringChanged).isPresent();
        change.ifPresent(
                what ->
                        LOG.info(
                                "{}: {} again, because {}",
                                cell.cell(),
                                scoreAgain ? "scored" : "made",
                                what));
        double earlier =
                change.isPresent() && !scoreAgain ? 0 : before.map(CellRecord::seconds).orElse(0.0);
        if (cell.split().isPresent()) {
            Files.createDirectories(cell.split().get().getParent());
            cell.division().write(cell.split().get());
        }
        if (change.isPresent()) {
            // All of it: should this process be killed, nothing old must pass for the new.
            RunDirectory.deleteTree(scoreAgain ? cell.scores().getParent() : cell.folder());
            Files.deleteIfExists(cell.log());
        }
        write(CellRecord.Status.RUNNING, earlier, "");
        CellProgram.Ending ending = run(cell.commands().train());
        if (ending == CellProgram.Ending.DONE || ending == CellProgram.Ending.DONE_WITH_SKIPPED) {
            CellProgram.Ending scored = run(cell.commands().score());
            ending = scored == CellProgram.Ending.DONE ? ending : scored;
        }
        double seconds = earlier + (System.nanoTime() - started) * 1e-9;
        switch (ending) {
            case DONE -> write(CellRecord.Status.DONE, seconds, "");
            case DONE_WITH_SKIPPED -> write(CellRecord.Status.DONE_WITH_SKIPPED, seconds, "");
            case INTERRUPTED -> {
                write(CellRecord.Status.RUNNING, seconds, "");
                throw new InterruptedRunException();
            }
            case FAILED -> {
                String error = lastLine(cell.log());
                write(CellRecord.Status.FAILED, seconds, error);
                LOG.warn("{}: failed: {}", cell.cell(), error);
                return;
            }
        }
        LOG.info("{}: done in {}", cell.cell(), Words.clock((long) (seconds * 1e9)));
    }

    private CellProgram.Ending run(List<String> command) throws IOException {
        return program.run(command, cell.log());
    }

    private void write(CellRecord.Status status, double seconds, String error) throws IOException {
        new CellRecord(status, cell.settings(), seconds, error).write(cell);
    }

    /** What a command says last is why it failed. */
    private static String lastLine(Path log) throws IOException {
        if (!Files.isRegularFile(log)) {
            return "no message";
        }
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .reduce((first, second) -> second)
                .orElse("no message");
    }
}
