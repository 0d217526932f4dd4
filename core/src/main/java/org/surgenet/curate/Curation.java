package org.surgenet.curate;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Progress;
import org.surgenet.frames.Frame;
import org.surgenet.frames.FrameLists;
import org.surgenet.image.OpenCv;

/**
 * Curates a list of frames: measures them, decides, writes {@code curated.csv}, {@code
 * failures.csv} and {@code report.html}. Images are read only. The result depends on the list, the
 * images and the thresholds alone.
 */
public final class Curation {
    /** The list of all frames with their decisions, in the output directory. */
    public static final String CURATED = "curated.csv";

    /** The frames that cannot be read, each with its cause. */
    public static final String FAILURES = "failures.csv";

    /** The page to look at. */
    public static final String REPORT = "report.html";

    private static final byte KEPT = -1;
    private static final byte FLAGGED = -2;

    /** Frames that {@link #estimate()} measures. */
    private static final int SAMPLE = 16;

    private final CurateRequest request;
    private final Progress progress;
    private final Cancellation cancellation;

    /**
     * What came out.
     *
     * @param frames in the list
     * @param kept of them
     * @param flagged of the kept ones, how many seem to be out of the body
     * @param dropped number by reason; reasons without a frame are absent
     * @param reused how many frames' scores an earlier run had made
     * @param excludedNames names on the list of videos to exclude
     * @param excludedFound how many of them have frames in the list
     */
    public record Outcome(
            long frames,
            long kept,
            long flagged,
            Map<Reason, Long> dropped,
            long reused,
            int excludedNames,
            int excludedFound) {
        /** Frames that could not be read. */
        public long unreadable() {
            return dropped.getOrDefault(Reason.UNREADABLE, 0L);
        }
    }

    public Curation(CurateRequest request, Progress progress, Cancellation cancellation) {
        this.request = request;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * Does it all.
     *
     * @throws org.surgenet.common.UserException if the list cannot be read
     * @throws org.surgenet.common.InterruptedRunException if asked to stop; the next run goes on
     */
    public Outcome run() throws IOException {
        ExcludedVideos excluded = ExcludedVideos.read(request.exclude());
        ScoreFile scores = new ScoreFile(request.output());
        Measured measured = measure(scores);
        int count = measured.frames();
        long reused = measured.reused();

        byte[] decisions = decide(scores, count, excluded);
        Map<Reason, Long> dropped = new EnumMap<>(Reason.class);
        long kept = 0;
        long flagged = 0;
        for (byte decision : decisions) {
            if (decision >= 0) {
                dropped.merge(Reason.values()[decision], 1L, Long::sum);
            } else {
                kept++;
                flagged += decision == FLAGGED ? 1 : 0;
            }
        }
        Outcome outcome =
                new Outcome(
                        count, kept, flagged, dropped, reused, excluded.size(), excluded.found());
        writeCurated(scores, decisions);
        writeFailures(scores, outcome);
        CurateReport report = new CurateReport(request, outcome, decisions);
        scores.scan(report::add);
        report.write(request.output().resolve(REPORT), progress);
        return outcome;
    }

    /** How many frames there are, and how many of them had been measured before. */
    private record Measured(int frames, long reused) {}

    /** Completes the file of scores; the list of frames, the largest thing here, ends with this. */
    private Measured measure(ScoreFile scores) throws IOException {
        List<Frame> frames = frames();
        // Only now: a list that cannot be read must not cost an earlier run its results.
        Files.createDirectories(request.output());
        if (request.overwrite()) {
            Files.deleteIfExists(scores.path());
        }
        Scorer scorer = new Scorer(scores, request.workers(), progress, cancellation);
        return new Measured(frames.size(), scorer.complete(frames));
    }

    private List<Frame> frames() {
        List<Frame> frames = new ArrayList<>();
        for (Path source : request.frames()) {
            frames.addAll(FrameLists.read(source, progress));
        }
        return frames;
    }

    /**
     * What the work would take.
     *
     * @param frames in the list
     * @param seconds with the request's workers, from measuring some of the frames now
     */
    public record Estimate(long frames, double seconds) {}

    /**
     * Validates the request and measures a few frames; writes nothing.
     *
     * @throws org.surgenet.common.UserException as {@link #run()}
     */
    public Estimate estimate() {
        ExcludedVideos.read(request.exclude());
        List<Frame> frames = frames();
        int sample = Math.min(SAMPLE, frames.size());
        OpenCv.load();
        // The first ones warm the program up.
        frames.subList(0, sample).forEach(Scorer::measure);
        long start = System.nanoTime();
        frames.subList(0, sample).forEach(Scorer::measure);
        double each = (System.nanoTime() - start) * 1e-9 / sample;
        return new Estimate(frames.size(), each * frames.size() / request.workers());
    }

    /** One byte per frame: the number of its reason, or {@link #KEPT} or {@link #FLAGGED}. */
    private byte[] decide(ScoreFile scores, int count, ExcludedVideos excluded) {
        Thresholds thresholds = request.thresholds();
        Duplicates duplicates =
                new Duplicates(thresholds.nearDuplicates(), thresholds.nearWindow());
        byte[] decisions = new byte[count];
        int[] next = new int[1];
        scores.scan(
                row -> {
                    Reason reason = reason(row, thresholds, duplicates, excluded);
                    boolean flag =
                            reason == null
                                    && thresholds.outOfBody() == Thresholds.OutOfBody.FLAG
                                    && thresholds.seemsOutOfBody(row.scores());
                    decisions[next[0]++] =
                            reason != null ? (byte) reason.ordinal() : flag ? FLAGGED : KEPT;
                });
        return decisions;
    }

    private static Reason reason(
            ScoredFrame row,
            Thresholds thresholds,
            Duplicates duplicates,
            ExcludedVideos excluded) {
        if (row.scores() == null) {
            return Reason.UNREADABLE;
        }
        if (excluded.contains(row.frame().video())) {
            return Reason.EXCLUDED;
        }
        Reason own = thresholds.reason(row.scores());
        if (own != null) {
            return own;
        }
        if (thresholds.exactDuplicates() && !duplicates.addContent(row.sha256())) {
            return Reason.DUPLICATE;
        }
        // Names may be equal between kinds of operation.
        String video = row.frame().procedure() + '\0' + row.frame().video();
        return duplicates.addLook(video, row.scores().hash()) ? null : Reason.NEAR_DUPLICATE;
    }

    static boolean isKept(byte decision) {
        return decision < 0;
    }

    /** The text of the column {@code reason}. */
    private static String reasonText(byte decision) {
        if (decision == FLAGGED) {
            return Reason.OUT_OF_BODY.text();
        }
        return decision == KEPT ? "" : Reason.values()[decision].text();
    }

    private void writeCurated(ScoreFile scores, byte[] decisions) throws IOException {
        List<String> header =
                new ArrayList<>(Arrays.asList("path", "procedure", "video", "time_s", "keep"));
        header.add("reason");
        header.addAll(FrameScores.COLUMNS);
        ListedPaths paths = new ListedPaths(request.output());
        AtomicFiles.write(
                request.output().resolve(CURATED),
                out -> {
                    OutputStreamWriter text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
                    CsvWriter csv = CsvWriter.builder().build(text);
                    csv.writeRecord(header);
                    int[] next = new int[1];
                    scores.scan(row -> csv.writeRecord(fields(row, decisions[next[0]++], paths)));
                    csv.flush();
                    text.flush();
                });
    }

    private static List<String> fields(ScoredFrame row, byte decision, ListedPaths paths) {
        Frame frame = row.frame();
        List<String> fields = new ArrayList<>(6 + FrameScores.COLUMNS.size());
        fields.add(paths.text(frame.path()));
        fields.add(frame.procedure());
        fields.add(frame.video());
        fields.add(ScoredFrame.time(frame.timeSeconds()));
        fields.add(Boolean.toString(isKept(decision)));
        fields.add(reasonText(decision));
        if (row.scores() == null) {
            FrameScores.COLUMNS.forEach(c -> fields.add(""));
        } else {
            fields.addAll(row.scores().fields());
        }
        return fields;
    }

    /** Writes the list of unreadable files, or removes that of an earlier run. */
    private void writeFailures(ScoreFile scores, Outcome outcome) throws IOException {
        Path file = request.output().resolve(FAILURES);
        if (outcome.unreadable() == 0) {
            Files.deleteIfExists(file);
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        scores.scan(
                row -> {
                    if (row.scores() == null) {
                        rows.add(List.of(row.frame().path().toString(), row.error()));
                    }
                });
        CsvTable.write(file, List.of("path", "cause"), rows);
    }
}
