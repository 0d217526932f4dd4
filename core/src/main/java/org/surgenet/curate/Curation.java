package org.surgenet.curate;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Cancellation;
import org.surgenet.common.FailureList;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.Work;
import org.surgenet.frames.Frame;
import org.surgenet.frames.FrameLists;
import org.surgenet.image.OpenCv;

/**
 * Curates a list of frames: measures them, decides, writes {@code curated.csv}, {@code
 * failures.csv} and {@code report.html}. Images are read only. The result depends on the list, the
 * images and the thresholds alone.
 */
public final class Curation implements Work<Curation.Outcome> {
    /** The list of all frames with their decisions, in the output directory. */
    public static final String CURATED = "curated.csv";

    /** The frames that cannot be read, each with its cause. */
    public static final String FAILURES = FailureList.NAME;

    /** The page to look at. */
    public static final String REPORT = "report.html";

    /** Why frames may be dropped, in order: of several that apply the first is told. */
    public static final List<Reason> REASONS = Detectors.ALL.reasons();

    /** Frames that {@link #plan} measures. */
    private static final int SAMPLE = 16;

    private final CurateRequest request;
    private final Detectors detectors;

    /**
     * What came out.
     *
     * @param frames in the list
     * @param kept of them
     * @param flagged of the kept ones, how many are flagged, by reason; reasons without a frame are
     *     absent
     * @param dropped number by reason; reasons without a frame are absent
     * @param reused how many frames' scores an earlier run had made
     * @param completed of them, how many were measured now by detectors that the earlier run did
     *     not have
     * @param excludedNames names on the list of videos to exclude
     * @param excludedFound how many of them have frames in the list
     */
    public record Outcome(
            long frames,
            long kept,
            Map<Reason, Long> flagged,
            Map<Reason, Long> dropped,
            long reused,
            long completed,
            int excludedNames,
            int excludedFound) {
        /** Frames that could not be read. */
        public long unreadable() {
            return dropped.getOrDefault(Reason.UNREADABLE, 0L);
        }
    }

    public Curation(CurateRequest request) {
        this(request, Detectors.ALL);
    }

    Curation(CurateRequest request, Detectors detectors) {
        this.request = request;
        this.detectors = detectors;
    }

    /**
     * Does it all.
     *
     * @throws org.surgenet.common.UserException if the list cannot be read
     * @throws org.surgenet.common.InterruptedRunException if asked to stop; the next run goes on
     */
    @Override
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        ExcludedVideos excluded = ExcludedVideos.read(request.exclude());
        ScoreFile scores = new ScoreFile(request.output(), detectors);
        Measured measured = measure(scores, progress, cancellation);
        Decisions decisions = decide(scores, measured.frames(), excluded);
        Outcome outcome =
                new Outcome(
                        measured.frames(),
                        decisions.kept(),
                        decisions.flagged(),
                        decisions.dropped(),
                        measured.reused().frames(),
                        measured.reused().incomplete(),
                        excluded.size(),
                        excluded.found());
        writeCurated(scores, decisions);
        writeFailures(scores, outcome);
        CurateReport report = new CurateReport(request, outcome, decisions, detectors);
        scores.scan(report::add);
        report.write(request.output().resolve(REPORT), progress);
        return outcome;
    }

    /** How many frames there are, and how many of them had been measured before. */
    private record Measured(int frames, Scorer.Reused reused) {}

    /** Completes the file of scores; the list of frames, the largest thing here, ends with this. */
    private Measured measure(ScoreFile scores, Progress progress, Cancellation cancellation)
            throws IOException {
        List<Frame> frames = frames(progress);
        // Only now: a list that cannot be read must not cost an earlier run its results.
        Files.createDirectories(request.output());
        if (request.overwrite()) {
            scores.delete();
        }
        Measurer measurer = new Measurer(detectors);
        Scorer scorer = new Scorer(scores, measurer, request.workers(), progress, cancellation);
        return new Measured(frames.size(), scorer.complete(frames));
    }

    private List<Frame> frames(Progress progress) {
        List<Frame> frames = new ArrayList<>();
        for (Path source : request.frames()) {
            frames.addAll(FrameLists.read(source, progress));
        }
        return frames;
    }

    /** An estimate from measuring a few of the frames. */
    @Override
    public String plan() {
        ExcludedVideos.read(request.exclude());
        List<Frame> frames = frames(Progress.NONE);
        int sample = Math.min(SAMPLE, frames.size());
        OpenCv.load();
        Measurer measurer = new Measurer(detectors);
        // The first ones warm the program up.
        frames.subList(0, sample).forEach(measurer::measure);
        long start = System.nanoTime();
        frames.subList(0, sample).forEach(measurer::measure);
        double each = (System.nanoTime() - start) * 1e-9 / sample;
        return String.format(
                Locale.ROOT,
                "would measure %d frames in about %.0f s with %d workers; about %.1f MB of lists%n",
                frames.size(),
                Math.ceil(each * frames.size() / request.workers()),
                request.workers(),
                frames.size() * 500e-6);
    }

    private Decisions decide(ScoreFile scores, int count, ExcludedVideos excluded) {
        DuplicateRules rules = request.duplicates();
        Duplicates duplicates = new Duplicates(rules.nearBits(), rules.window());
        Decisions decisions = new Decisions(count, detectors.reasons());
        scores.scan(row -> decide(row, duplicates, excluded, decisions));
        return decisions;
    }

    private void decide(
            ScoredFrame row, Duplicates duplicates, ExcludedVideos excluded, Decisions decisions) {
        if (row.scores() == null) {
            decisions.add(Action.DROP, Optional.of(Reason.UNREADABLE));
            return;
        }
        if (excluded.contains(row.frame().video())) {
            decisions.add(Action.DROP, Optional.of(Reason.EXCLUDED));
            return;
        }
        Optional<Reason> dropped = judged(row.scores(), Action.DROP);
        if (dropped.isEmpty()) {
            dropped = duplicate(row, duplicates);
        }
        if (dropped.isPresent()) {
            decisions.add(Action.DROP, dropped);
            return;
        }
        Optional<Reason> flagged = judged(row.scores(), Action.FLAG);
        decisions.add(flagged.isPresent() ? Action.FLAG : Action.KEEP, flagged);
    }

    /** The first reason that the frame's scores give for an action. */
    private Optional<Reason> judged(FrameScores scores, Action action) {
        for (Detector detector : detectors.list()) {
            Optional<Reason> reason = detector.reason();
            if (reason.isPresent() && detector.judge(scores, request.thresholds()) == action) {
                return reason;
            }
        }
        return Optional.empty();
    }

    private Optional<Reason> duplicate(ScoredFrame row, Duplicates duplicates) {
        if (request.duplicates().exact() && !duplicates.addContent(row.sha256())) {
            return Optional.of(Reason.DUPLICATE);
        }
        // Names may be equal between kinds of operation.
        String video = row.frame().procedure() + '\0' + row.frame().video();
        return duplicates.addLook(video, row.scores().bits(LookDetector.HASH))
                ? Optional.empty()
                : Optional.of(Reason.NEAR_DUPLICATE);
    }

    private void writeCurated(ScoreFile scores, Decisions decisions) throws IOException {
        List<String> header =
                new ArrayList<>(Arrays.asList("path", "procedure", "video", "time_s", "keep"));
        header.add("reason");
        header.addAll(detectors.columnNames());
        ListedPaths paths = new ListedPaths(request.output());
        AtomicFiles.write(
                request.output().resolve(CURATED),
                out -> {
                    OutputStreamWriter text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
                    CsvWriter csv = CsvWriter.builder().build(text);
                    csv.writeRecord(header);
                    int[] next = new int[1];
                    scores.scan(row -> csv.writeRecord(fields(row, next[0]++, decisions, paths)));
                    csv.flush();
                    text.flush();
                });
    }

    private List<String> fields(
            ScoredFrame row, int number, Decisions decisions, ListedPaths paths) {
        Frame frame = row.frame();
        List<String> fields = new ArrayList<>();
        fields.add(paths.text(frame.path()));
        fields.add(frame.procedure());
        fields.add(frame.video());
        fields.add(ScoredFrame.time(frame.timeSeconds()));
        fields.add(Boolean.toString(decisions.isKept(number)));
        fields.add(decisions.reason(number).map(Reason::id).orElse(""));
        row.addScores(fields, detectors);
        return fields;
    }

    /** Writes the list of unreadable files, or removes that of an earlier run. */
    private void writeFailures(ScoreFile scores, Outcome outcome) throws IOException {
        FailureList failures = new FailureList();
        if (outcome.unreadable() > 0) {
            scores.scan(
                    row -> {
                        if (row.scores() == null) {
                            failures.add(row.frame().path(), row.error());
                        }
                    });
        }
        failures.write(request.output().resolve(FAILURES));
    }
}
