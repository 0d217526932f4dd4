package org.surgenet.curate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.opencv.core.Mat;
import org.surgenet.common.Informing;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.image.Images;
import org.surgenet.report.Charts;
import org.surgenet.report.HtmlPage;
import org.surgenet.report.Table;

/**
 * The page that shows what was kept and what was dropped. Rows are added in the list's order;
 * memory does not grow with their number.
 */
final class CurateReport {
    /** Pictures per reason. */
    private static final int EXAMPLES = 16;

    /** Values per histogram, evenly taken from the list. */
    private static final int HISTOGRAM_VALUES = 20_000;

    private static final int HISTOGRAM_BINS = 40;
    private static final int MOST_VIDEOS = 60;
    private static final int THUMBNAIL_WIDTH = 240;
    private static final int THUMBNAIL_QUALITY = 82;

    private final CurateRequest request;
    private final Curation.Outcome outcome;
    private final Decisions decisions;
    private final Group kept;
    private final Map<Reason, Group> dropped = new LinkedHashMap<>();
    private final Map<String, long[]> videos = new LinkedHashMap<>();
    private final Detectors detectors;
    private final List<Score> charted;
    private final double[][] values;
    private int row;
    private int measured;

    /** Frames of one decision, and those of them that are shown: evenly spread over the list. */
    private static final class Group {
        final long total;
        final List<ScoredFrame> shown = new ArrayList<>();
        long seen;

        Group(long total) {
            this.total = total;
        }

        void add(ScoredFrame frame) {
            // The k-th example is the first frame at or behind k / EXAMPLES of the group.
            if (seen * EXAMPLES >= shown.size() * total) {
                shown.add(frame);
            }
            seen++;
        }
    }

    CurateReport(
            CurateRequest request,
            Curation.Outcome outcome,
            Decisions decisions,
            Detectors detectors) {
        this.request = request;
        this.outcome = outcome;
        this.decisions = decisions;
        this.detectors = detectors;
        charted = detectors.columns().stream().filter(Score::charted).toList();
        kept = new Group(outcome.kept());
        outcome.dropped().forEach((reason, n) -> dropped.put(reason, new Group(n)));
        values = new double[charted.size()][(int) Math.min(outcome.frames(), HISTOGRAM_VALUES)];
    }

    void add(ScoredFrame frame) {
        boolean isKept = decisions.isKept(row);
        (isKept ? kept : dropped.get(decisions.reason(row).orElseThrow())).add(frame);
        long[] counts = videos.computeIfAbsent(videoName(frame), v -> new long[2]);
        counts[0]++;
        counts[1] += isKept ? 1 : 0;
        if (frame.scores() != null && isSampled()) {
            for (int i = 0; i < charted.size(); i++) {
                Score score = charted.get(i);
                values[i][measured] = score.onAxis(frame.scores().number(score));
            }
            measured++;
        }
        row++;
    }

    /** Whether the row's scores are among those that the histograms show. */
    private boolean isSampled() {
        long all = Math.min(outcome.frames(), HISTOGRAM_VALUES);
        return row == 0 || row * all / outcome.frames() != (row - 1L) * all / outcome.frames();
    }

    private static String videoName(ScoredFrame frame) {
        return frame.frame().procedure().isEmpty()
                ? frame.frame().video()
                : frame.frame().procedure() + "/" + frame.frame().video();
    }

    void write(Path file, Progress progress) throws IOException {
        HtmlPage page =
                HtmlPage.titled(
                        "Curation",
                        String.format(
                                Locale.ROOT,
                                "%s: %,d of %,d frames kept",
                                String.join(
                                        ", ",
                                        request.frames().stream().map(Path::toString).toList()),
                                outcome.kept(),
                                outcome.frames()));
        page.table(reasons());
        outcome.flagged()
                .forEach(
                        (reason, frames) ->
                                page.paragraph(
                                        String.format(
                                                Locale.ROOT,
                                                "%d kept frames are flagged as %s (%s); the column"
                                                        + " reason names them.",
                                                frames,
                                                reason.title(),
                                                reason.meaning())));
        if (outcome.excludedNames() > 0) {
            page.paragraph(
                    String.format(
                            Locale.ROOT,
                            "%d of the %d videos to exclude have frames in the list.",
                            outcome.excludedFound(),
                            outcome.excludedNames()));
        }
        try (Progress.Task task = progress.start("contact sheet", "pictures", -1)) {
            page.section("Kept").gallery(figures(kept, task));
            dropped.forEach(
                    (reason, group) -> {
                        if (!reason.equals(Reason.UNREADABLE)) {
                            page.section("Dropped: " + reason.title())
                                    .paragraph(reason.meaning() + ".")
                                    .gallery(figures(group, task));
                        }
                    });
        }
        if (dropped.containsKey(Reason.UNREADABLE)) {
            page.section("Unreadable")
                    .list(
                            dropped.get(Reason.UNREADABLE).shown.stream()
                                    .map(f -> f.frame().path().getFileName() + ": " + f.error())
                                    .toList())
                    .paragraph("All of them are listed in " + Curation.FAILURES + ".");
        }
        new Informing("histograms in report.html").run(() -> histograms(page));
        page.section("Columns").table(columns());
        page.section("Videos").table(videoTable());
        page.section("Thresholds").facts(thresholds());
        page.write(file);
    }

    private Table reasons() {
        Table.Builder table =
                Table.builder("Frames by decision")
                        .text("decision", "meaning")
                        .numbers("frames", "share");
        table.row("kept", "", count(outcome.kept()), share(outcome.kept()));
        dropped.forEach(
                (reason, group) ->
                        table.row(
                                reason.id(),
                                reason.meaning(),
                                count(group.total),
                                share(group.total)));
        return table.note(
                        "A frame to which several reasons apply is counted under the first, in the"
                                + " order of the table.")
                .build();
    }

    private static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private String share(long n) {
        return String.format(Locale.ROOT, "%.1f %%", 100.0 * n / outcome.frames());
    }

    private List<HtmlPage.Figure> figures(Group group, Progress.Task task) {
        List<HtmlPage.Figure> figures = new ArrayList<>();
        for (ScoredFrame frame : group.shown) {
            figures.add(new HtmlPage.Figure(thumbnail(frame.frame().path()), caption(frame)));
            task.step(1, "");
        }
        return figures;
    }

    private String caption(ScoredFrame frame) {
        List<String> scores = new ArrayList<>();
        for (Score score : charted) {
            scores.add(score.caption(frame.scores().number(score)));
        }
        return frame.frame().path().getFileName() + ": " + String.join(", ", scores);
    }

    private static byte[] thumbnail(Path file) {
        Mat picture;
        try {
            picture = Images.readReduced(file, 135);
        } catch (UserException e) {
            // It was readable when it was measured; a grey tile takes its place now.
            byte[] grey = new byte[THUMBNAIL_WIDTH * 135];
            Arrays.fill(grey, (byte) 128);
            picture = Images.ofGreyBytes(grey, THUMBNAIL_WIDTH, 135);
        }
        int height = Math.max(1, picture.rows() * THUMBNAIL_WIDTH / picture.cols());
        Mat small = Images.resize(picture, THUMBNAIL_WIDTH, height, Images.Interpolation.SMOOTH);
        try {
            return Images.jpeg(small, THUMBNAIL_QUALITY);
        } finally {
            picture.release();
            small.release();
        }
    }

    private void histograms(HtmlPage page) {
        if (measured == 0) {
            return;
        }
        page.section("Scores");
        for (int i = 0; i < charted.size(); i++) {
            Score score = charted.get(i);
            page.chart(
                    Charts.histogram(
                            score.title(),
                            score.axisLabel(),
                            Arrays.copyOf(values[i], measured),
                            HISTOGRAM_BINS),
                    measured < outcome.frames()
                            ? score.title() + " of " + measured + " of the frames"
                            : score.title() + " of all frames");
        }
    }

    /** What the columns of the scores hold. */
    private Table columns() {
        Table.Builder table =
                Table.builder("Scores in curated.csv").text("column", "meaning", "range");
        for (Score score : detectors.columns()) {
            table.row(score.name(), score.quantity(), score.range());
        }
        return table.note(
                        "Measured within the black border, on a copy whose longer side has "
                                + Picture.SIDE
                                + " pixels.")
                .build();
    }

    private Table videoTable() {
        Table.Builder table =
                Table.builder("Frames by video")
                        .text("video")
                        .numbers("frames", "kept", "share kept");
        videos.entrySet().stream()
                .limit(MOST_VIDEOS)
                .forEach(
                        e ->
                                table.row(
                                        e.getKey(),
                                        count(e.getValue()[0]),
                                        count(e.getValue()[1]),
                                        String.format(
                                                Locale.ROOT,
                                                "%.1f %%",
                                                100.0 * e.getValue()[1] / e.getValue()[0])));
        if (videos.size() > MOST_VIDEOS) {
            table.note(
                    "The first "
                            + MOST_VIDEOS
                            + " of "
                            + videos.size()
                            + " videos; curated.csv has them all.");
        }
        return table.build();
    }

    private Map<String, String> thresholds() {
        Map<String, String> facts = new LinkedHashMap<>();
        for (Detector detector : detectors.list()) {
            detector.reason()
                    .ifPresent(
                            reason ->
                                    facts.put(
                                            reason.title(),
                                            detector.criterion(request.thresholds())));
        }
        facts.put("duplicates", request.duplicates().exact() ? "dropped" : "kept");
        facts.put("near duplicates", request.duplicates().nearCriterion());
        return facts;
    }
}
