package org.surgenet.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.surgenet.common.RunRecord;
import org.surgenet.common.Words;
import org.surgenet.video.ExtractionEstimate;
import org.surgenet.video.VideoOutcome;

/** What an extraction came to, or will, in a few lines. */
final class ExtractionSummary {
    private static final double HOUR = 3600;

    private final List<VideoOutcome> outcomes;
    private final double elapsed;
    private final long frames;

    /**
     * @param elapsed seconds that the work took
     */
    ExtractionSummary(List<VideoOutcome> outcomes, double elapsed) {
        this.outcomes = outcomes;
        this.elapsed = elapsed;
        this.frames = outcomes.stream().mapToLong(VideoOutcome::frames).sum();
    }

    /** Videos that gave fewer frames than they should have, or none. */
    long bad() {
        return outcomes.stream().filter(VideoOutcome::failed).count();
    }

    private long count(VideoOutcome.State state) {
        return outcomes.stream().filter(outcome -> outcome.state() == state).count();
    }

    void record(RunRecord record) {
        record.put("videos", outcomes.size())
                .put("videos_already_complete", count(VideoOutcome.State.ALREADY_COMPLETE))
                .put("videos_failed", bad())
                .put("frames", frames);
    }

    void print(PrintWriter out, Path output, String failuresFile) {
        long already = count(VideoOutcome.State.ALREADY_COMPLETE);
        out.print(
                Words.counted(frames, "frame") + " of " + Words.counted(outcomes.size(), "video"));
        out.print(" in " + output);
        if (already > 0) {
            out.printf(Locale.ROOT, "; %d of %d videos already complete", already, outcomes.size());
        }
        double seconds =
                outcomes.stream()
                        .filter(o -> o.state() != VideoOutcome.State.ALREADY_COMPLETE)
                        .mapToDouble(VideoOutcome::seconds)
                        .filter(Double::isFinite)
                        .sum();
        if (seconds > 0) {
            out.printf(Locale.ROOT, "; %s of video in %s", duration(seconds), duration(elapsed));
        }
        out.println();
        if (bad() > 0) {
            long none = count(VideoOutcome.State.FAILED);
            long stalled = count(VideoOutcome.State.STALLED);
            out.printf(
                    Locale.ROOT,
                    "%s %s damaged or unreadable (%d gave no frame%s): see %s%n",
                    Words.counted(bad(), "video"),
                    bad() == 1 ? "is" : "are",
                    none,
                    stalled == 0 ? "" : ", " + stalled + " stopped answering; run again to go on",
                    output.resolve(failuresFile));
        }
        out.flush();
    }

    static void print(ExtractionEstimate estimate, Path output, PrintWriter out)
            throws IOException {
        if (Double.isNaN(estimate.bytes()) || Double.isInfinite(estimate.bytes())) {
            out.println("no estimate: no video that was looked at could be read");
        } else {
            Path there = output.toAbsolutePath();
            while (!Files.exists(there)) {
                there = there.getParent();
            }
            out.printf(
                    Locale.ROOT,
                    "about %s frames, %s of image files (%s free), %s for %s of video%n",
                    rounded(estimate.frames()),
                    size(estimate.bytes()),
                    size(Files.getFileStore(there).getUsableSpace()),
                    duration(estimate.hours() * HOUR),
                    duration(estimate.seconds()));
            out.println(estimate.how());
        }
        out.flush();
    }

    /** Two digits say as much as an estimate knows. */
    private static String rounded(double value) {
        double step = Math.pow(10, Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1));
        return String.format(Locale.ROOT, "%,.0f", Math.round(value / step) * step);
    }

    private static String size(double bytes) {
        return bytes < 1e9
                ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }

    private static String duration(double seconds) {
        return seconds < 120
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : seconds < 2 * HOUR
                        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
                        : String.format(Locale.ROOT, "%.1f h", seconds / HOUR);
    }
}
