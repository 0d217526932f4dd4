package org.surgenet.curate;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.frames.Frame;
import org.surgenet.image.OpenCv;

/**
 * Measures all frames of a list that the file of scores does not hold yet, and of those that it
 * holds what detectors have come since.
 */
final class Scorer {
    private final ScoreFile file;
    private final Measurer measurer;
    private final int workers;
    private final Progress progress;
    private final Cancellation cancellation;

    Scorer(
            ScoreFile file,
            Measurer measurer,
            int workers,
            Progress progress,
            Cancellation cancellation) {
        this.file = file;
        this.measurer = measurer;
        this.workers = workers;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * What an earlier run had measured.
     *
     * @param frames how many frames
     * @param incomplete of them, how many had not been measured by all detectors
     */
    record Reused(long frames, long incomplete) {}

    /**
     * Completes the file.
     *
     * @return what was there already
     * @throws InterruptedRunException if asked to stop; what was measured is kept
     */
    Reused complete(List<Frame> frames) throws IOException {
        OpenCv.load();
        Reused reused = reuse(frames);
        ExecutorService pool =
                Executors.newFixedThreadPool(
                        workers,
                        task -> {
                            Thread thread = new Thread(task, "curate");
                            thread.setDaemon(true);
                            return thread;
                        });
        try (Progress.Task task = progress.start("measuring", "frames", frames.size())) {
            task.skip(reused.frames() - reused.incomplete());
            if (reused.incomplete() > 0) {
                file.rewrite(reused.frames(), rows -> completeAll(pool, rows, task));
            }
            int from = Math.toIntExact(reused.frames());
            for (; from < frames.size(); from += ScoreFile.BLOCK) {
                cancellation.check();
                int end = Math.min(frames.size(), from + ScoreFile.BLOCK);
                file.append(measureAll(pool, frames.subList(from, end), task));
            }
        } finally {
            pool.shutdownNow();
        }
        return reused;
    }

    private List<ScoredFrame> measureAll(
            ExecutorService pool, List<Frame> block, Progress.Task task) {
        List<Callable<ScoredFrame>> work = new ArrayList<>(block.size());
        for (Frame frame : block) {
            work.add(
                    () -> {
                        ScoredFrame scored = measurer.measure(frame);
                        task.step(1, "");
                        return scored;
                    });
        }
        return all(pool, work);
    }

    private List<ScoredFrame> completeAll(
            ExecutorService pool, List<ScoredFrame> block, Progress.Task task) {
        cancellation.check();
        List<Callable<ScoredFrame>> work = new ArrayList<>(block.size());
        for (ScoredFrame row : block) {
            work.add(
                    () -> {
                        int steps = row.isIncomplete() ? 1 : 0;
                        ScoredFrame completed = measurer.complete(row);
                        task.step(steps, "");
                        return completed;
                    });
        }
        return all(pool, work);
    }

    private static List<ScoredFrame> all(ExecutorService pool, List<Callable<ScoredFrame>> work) {
        try {
            List<ScoredFrame> rows = new ArrayList<>(work.size());
            for (Future<ScoredFrame> row : pool.invokeAll(work)) {
                rows.add(row.get());
            }
            return rows;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedRunException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * Keeps of the file the rows that are still true: those of the list's first frames, in order,
     * whose files have kept their size and time. A file of an earlier version keeps its scores.
     */
    private Reused reuse(List<Frame> frames) throws IOException {
        if (!file.exists()) {
            file.create();
            return new Reused(0, 0);
        }
        long[] seen = new long[3];
        try {
            file.recover();
            Iterator<Frame> next = frames.iterator();
            boolean[] equal = {true};
            file.scan(
                    row -> {
                        seen[2]++;
                        equal[0] = equal[0] && next.hasNext() && isCurrent(row, next.next());
                        seen[0] += equal[0] ? 1 : 0;
                        seen[1] += equal[0] && row.isIncomplete() ? 1 : 0;
                    });
        } catch (UserException e) {
            // A file that is no file of scores, or one that was tampered with.
            file.create();
            return new Reused(0, 0);
        }
        Reused reused = new Reused(seen[0], seen[1]);
        if (reused.frames() < seen[2] || !file.hasAllColumns()) {
            file.rewrite(reused.frames(), UnaryOperator.identity());
        }
        return reused;
    }

    private static boolean isCurrent(ScoredFrame row, Frame frame) {
        if (!row.frame().equals(normalised(frame)) || row.bytes() < 0) {
            return false;
        }
        try {
            return Files.size(frame.path()) == row.bytes()
                    && Files.getLastModifiedTime(frame.path()).toMillis() == row.modified();
        } catch (IOException e) {
            return false; // Gone meanwhile: measured again, which tells the cause.
        }
    }

    /** A frame as its row gives it back: times have six decimals there, texts no outer blanks. */
    private static Frame normalised(Frame frame) {
        String time = ScoredFrame.time(frame.timeSeconds());
        return new Frame(
                frame.path(),
                frame.procedure().strip(),
                frame.video().strip(),
                time.isEmpty() ? Double.NaN : Double.parseDouble(time));
    }
}
