package org.surgenet.curate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.opencv.core.Mat;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.frames.Frame;
import org.surgenet.image.Images;
import org.surgenet.image.OpenCv;

/** Measures all frames of a list that the file of scores does not hold yet. */
final class Scorer {
    /** Frames measured between two writes: what an interruption may lose. */
    private static final int BLOCK = 256;

    /** JPEGs are decoded at the smallest size whose shorter side is at least this, pixels. */
    private static final int DECODE_SIDE = 144;

    private final ScoreFile file;
    private final int workers;
    private final Progress progress;
    private final Cancellation cancellation;

    Scorer(ScoreFile file, int workers, Progress progress, Cancellation cancellation) {
        this.file = file;
        this.workers = workers;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * Completes the file.
     *
     * @return how many frames' scores were there already
     * @throws InterruptedRunException if asked to stop; what was measured is in the file
     */
    long complete(List<Frame> frames) throws IOException {
        OpenCv.load();
        long done = reuse(frames);
        ExecutorService pool =
                Executors.newFixedThreadPool(
                        workers,
                        task -> {
                            Thread thread = new Thread(task, "curate");
                            thread.setDaemon(true);
                            return thread;
                        });
        try (Progress.Task task = progress.start("measuring", "frames", frames.size())) {
            task.step(done, "");
            for (int from = Math.toIntExact(done); from < frames.size(); from += BLOCK) {
                cancellation.check();
                List<Frame> block = frames.subList(from, Math.min(frames.size(), from + BLOCK));
                file.append(measureAll(pool, block, task));
            }
        } finally {
            pool.shutdownNow();
        }
        return done;
    }

    private static List<ScoredFrame> measureAll(
            ExecutorService pool, List<Frame> block, Progress.Task task) {
        List<Callable<ScoredFrame>> work = new ArrayList<>(block.size());
        for (Frame frame : block) {
            work.add(
                    () -> {
                        ScoredFrame scored = measure(frame);
                        task.step(1, "");
                        return scored;
                    });
        }
        try {
            List<ScoredFrame> rows = new ArrayList<>(block.size());
            for (Future<ScoredFrame> row : pool.invokeAll(work)) {
                rows.add(row.get());
            }
            return rows;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedRunException();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Measures one frame; what is wrong with it is part of the result. */
    static ScoredFrame measure(Frame frame) {
        Path path = frame.path();
        long bytes = -1;
        long modified = -1;
        String sha256 = "";
        try {
            bytes = Files.size(path);
            modified = Files.getLastModifiedTime(path).toMillis();
            byte[] data = Files.readAllBytes(path);
            sha256 = Hashes.sha256(data);
            Mat picture = Images.readReduced(path, data, DECODE_SIDE);
            try {
                FrameScores scores = FrameAnalysis.of(picture);
                return new ScoredFrame(frame, bytes, modified, sha256, "", scores);
            } finally {
                picture.release();
            }
        } catch (UserException e) {
            // The path stands in a column of its own.
            String cause = e.getMessage().replace(path + ": ", "");
            return new ScoredFrame(frame, bytes, modified, sha256, cause, null);
        } catch (NoSuchFileException e) {
            return new ScoredFrame(frame, bytes, modified, sha256, "there is no such file", null);
        } catch (IOException e) {
            String cause = "cannot be read: " + e.getMessage();
            return new ScoredFrame(frame, bytes, modified, sha256, cause, null);
        }
    }

    /**
     * Keeps of the file the rows that are still true: those of the list's first frames, in order,
     * whose files have kept their size and time.
     */
    private long reuse(List<Frame> frames) throws IOException {
        if (!file.exists()) {
            file.create();
            return 0;
        }
        long[] seen = new long[2];
        try {
            file.repair();
            Iterator<Frame> next = frames.iterator();
            boolean[] equal = {true};
            file.scan(
                    row -> {
                        seen[1]++;
                        equal[0] = equal[0] && next.hasNext() && isCurrent(row, next.next());
                        seen[0] += equal[0] ? 1 : 0;
                    });
        } catch (UserException e) {
            // A file of another version or one that was tampered with.
            file.create();
            return 0;
        }
        if (seen[0] < seen[1]) {
            file.truncate(seen[0]);
        }
        return seen[0];
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
