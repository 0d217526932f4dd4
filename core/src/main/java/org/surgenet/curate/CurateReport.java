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
    private final byte[] decisions;
    private final Group kept;
    private final Map<Reason, Group> dropped = new LinkedHashMap<>();
    private final Map<String, long[]> videos = new LinkedHashMap<>();
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

    CurateReport(CurateRequest request, Curation.Outcome outcome, byte[] decisions) {
        this.request = request;
        this.outcome = outcome;
        this.decisions = decisions;
        kept = new Group(outcome.kept());
        outcome.dropped().forEach((reason, n) -> dropped.put(reason, new Group(n)));
        values = new double[4][(int) Math.min(outcome.frames(), HISTOGRAM_VALUES)];
    }

    void add(ScoredFrame frame) {
        byte decision = decisions[row];
        boolean isKept = Curation.isKept(decision);
        (isKept ? kept : dropped.get(Reason.values()[decision])).add(frame);
        long[] counts = videos.computeIfAbsent(videoName(frame), v -> new long[2]);
        counts[0]++;
        counts[1] += isKept ? 1 : 0;
        boolean sampled =
                (long) row * values[0].length / outcome.frames()
                        != (row - 1L) * values[0].length / outcome.frames();
        if (frame.scores() != null && (row == 0 || sampled)) {
            values[0][measured] = frame.scores().brightness();
            values[1][measured] = Math.log10(Math.max(1e-2, frame.scores().sharpness()));
            values[2][measured] = frame.scores().redness();
            values[3][measured] = frame.scores().flat();
            measured++;
        }
        row++;
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
        if (outcome.flagged() > 0) {
            page.paragraph(
                    outcome.flagged()
                            + " kept frames seem to lie outside of the body; the column reason"
                            + " names them.");
        }
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
                        if (reason != Reason.UNREADABLE) {
                            page.section("Dropped: " + reason.text().replace('_', ' '))
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
        histograms(page);
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
                                reason.text(),
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

    private static List<HtmlPage.Figure> figures(Group group, Progress.Task task) {
        List<HtmlPage.Figure> figures = new ArrayList<>();
        for (ScoredFrame frame : group.shown) {
            figures.add(new HtmlPage.Figure(thumbnail(frame.frame().path()), caption(frame)));
            task.step(1, "");
        }
        return figures;
    }

    private static String caption(ScoredFrame frame) {
        FrameScores s = frame.scores();
        return String.format(
                Locale.ROOT,
                "%s: brightness %.0f, sharpness %.0f, redness %.2f, flat %.2f",
                frame.frame().path().getFileName(),
                s.brightness(),
                s.sharpness(),
                s.redness(),
                s.flat());
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
        String[] titles = {"Brightness", "Sharpness", "Redness", "Flatness"};
        String[] labels = {
            "mean luma",
            "log10 of the Laplacian's variance",
            "mean lead of red over green",
            "share of the most frequent colour"
        };
        for (int i = 0; i < titles.length; i++) {
            page.chart(
                    Charts.histogram(
                            titles[i],
                            labels[i],
                            Arrays.copyOf(values[i], measured),
                            HISTOGRAM_BINS),
                    measured < outcome.frames()
                            ? titles[i] + " of " + measured + " of the frames"
                            : titles[i] + " of all frames");
        }
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
        Thresholds t = request.thresholds();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("dark", "brightness < " + t.minBrightness() + " or border > " + t.maxBorder());
        facts.put("bright", "brightness > " + t.maxBrightness() + " or glare > " + t.maxGlare());
        facts.put("screen", "flat > " + t.maxFlat() + " or contrast < " + t.minContrast());
        facts.put(
                "out of body",
                "redness < "
                        + t.minRedness()
                        + ", "
                        + t.outOfBody().name().toLowerCase(Locale.ROOT));
        facts.put("blurred", "sharpness < " + t.minSharpness());
        facts.put("duplicates", t.exactDuplicates() ? "dropped" : "kept");
        facts.put(
                "near duplicates",
                t.nearDuplicates() < 0
                        ? "kept"
                        : "at most "
                                + t.nearDuplicates()
                                + " of 64 bits differ from one of the last "
                                + t.nearWindow()
                                + " kept frames of the video");
        return facts;
    }
}
