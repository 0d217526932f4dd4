package org.surgenet.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.RunRecord;
import org.surgenet.common.Words;
import org.surgenet.video.ExtractionEstimate;
import org.surgenet.video.VideoOutcome;

/** What an extraction came to, or will, in a few lines. */
final class ExtractionSummary {
    private static final double HOUR = 3600;
    private static final int NAMES_SHOWN = 10;

    private final List<VideoOutcome> outcomes;
    private final OtherFiles others;
    private final boolean named;
    private final double elapsed;
    private final long frames;

    /**
     * @param others what lay beside the videos and was not taken
     * @param named whether these may be called by their names, which may be those of patients
     * @param elapsed seconds that the work took
     */
    ExtractionSummary(
            List<VideoOutcome> outcomes, OtherFiles others, boolean named, double elapsed) {
        this.outcomes = outcomes;
        this.others = others;
        this.named = named;
        this.elapsed = elapsed;
        this.frames = outcomes.stream().mapToLong(VideoOutcome::frames).sum();
    }

    /** Videos that gave fewer frames than they should have, or none. */
    long bad() {
        return outcomes.stream().filter(VideoOutcome::failed).count();
    }

    /** Videos that are whole, but of which the sampling takes nothing. */
    private long noFrame() {
        return outcomes.stream().filter(o -> o.cause().startsWith(VideoOutcome.NO_FRAME)).count();
    }

    /** Videos that are whole, but lack frames at some of the times asked for. */
    private long fewer() {
        return outcomes.stream().filter(o -> o.cause().startsWith(VideoOutcome.TIMES)).count();
    }

    private long count(VideoOutcome.State state) {
        return outcomes.stream().filter(outcome -> outcome.state() == state).count();
    }

    private long selfChecked() {
        return outcomes.stream().mapToLong(outcome -> outcome.selfCheck().groups()).sum();
    }

    private long leftOut() {
        return outcomes.stream().mapToLong(VideoOutcome::leftOut).sum();
    }

    private long differed() {
        return outcomes.stream().filter(outcome -> outcome.selfCheck().differed()).count();
    }

    void record(RunRecord record) {
        record.put("videos", outcomes.size())
                .put("videos_already_complete", count(VideoOutcome.State.ALREADY_COMPLETE))
                .put("videos_failed", bad())
                .put("videos_altered", count(VideoOutcome.State.ALTERED))
                .put("videos_refused", count(VideoOutcome.State.REFUSED))
                .put("self_check_groups", selfChecked())
                .put("self_check_videos_differed", differed())
                .put("frames_left_out_as_static", leftOut())
                .put("frames", frames);
        if (!others.counts().isEmpty()) {
            ObjectNode kinds = record.section("other_files");
            others.counts().forEach(kinds::put);
        }
        if (!others.named().isEmpty()) {
            record.put("not_taken", others.named().size());
            if (named) {
                ObjectNode causes = record.section("not_taken_files");
                others.named().forEach(one -> causes.put(one.file().toString(), one.cause()));
            }
        }
    }

    /** Names what seems to be a video and was not taken, and counts the rest. */
    static void print(OtherFiles others, boolean named, PrintWriter out) {
        List<OtherFiles.Named> all = others.named();
        if (!all.isEmpty()) {
            out.printf(Locale.ROOT, "%s not taken:%n", Words.counted(all.size(), "possible video"));
        }
        all.stream()
                .limit(NAMES_SHOWN)
                .forEach(
                        one ->
                                out.println(
                                        (named ? "  " + one.file() + ": " : "  ") + one.cause()));
        if (all.size() > NAMES_SHOWN) {
            out.printf(Locale.ROOT, "  and %d more%n", all.size() - NAMES_SHOWN);
        }
        if (!others.summary().isEmpty()) {
            out.println(others.summary());
        }
        out.flush();
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
        if (leftOut() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%d of %s left out as static%n",
                    leftOut(),
                    Words.counted(frames + leftOut(), "frame"));
        }
        if (selfChecked() > 0) {
            out.printf(
                    Locale.ROOT,
                    "self-check: %s of pictures compared with a full decoding%n",
                    Words.counted(selfChecked(), "group"));
        }
        if (differed() > 0) {
            out.printf(
                    Locale.ROOT,
                    "self-check: %s not decoded the same way in part and in full, and therefore"
                            + " decoded in full; please report it%n",
                    differed() == 1 ? "1 video was" : differed() + " videos were");
        }
        long joined = outcomes.stream().filter(o -> o.joins() > 0).count();
        if (joined > 0) {
            long joins = outcomes.stream().mapToLong(VideoOutcome::joins).sum();
            out.printf(
                    Locale.ROOT,
                    "%s %s time stamps that start again (%s); they were put on one time line: see"
                            + " joins in video.json%n",
                    Words.counted(joined, "video"),
                    joined == 1 ? "has" : "have",
                    Words.counted(joins, "join"));
        }
        long resized = outcomes.stream().filter(o -> o.sizes() > 1).count();
        if (resized > 0) {
            out.printf(
                    Locale.ROOT,
                    "%s %s frames of several sizes, since the picture size changes within: see"
                            + " sizes in video.json%n",
                    Words.counted(resized, "video"),
                    resized == 1 ? "has" : "have");
        }
        long empty = noFrame();
        if (empty > 0) {
            out.printf(
                    Locale.ROOT,
                    "%s gave no frame with this sampling: see %s%n",
                    Words.counted(empty, "video"),
                    output.resolve(failuresFile));
        }
        long fewer = fewer();
        if (fewer > 0) {
            out.printf(
                    Locale.ROOT,
                    "%s no frame at some times of --times: see %s%n",
                    Words.counted(fewer, "video") + (fewer == 1 ? " has" : " have"),
                    output.resolve(failuresFile));
        }
        long refused = count(VideoOutcome.State.REFUSED);
        if (refused > 0) {
            out.printf(
                    Locale.ROOT,
                    "%s left alone, since the folder holds other files: see %s%n",
                    Words.counted(refused, "video") + (refused == 1 ? " was" : " were"),
                    output.resolve(failuresFile));
        }
        long altered = count(VideoOutcome.State.ALTERED);
        if (altered > 0) {
            out.printf(
                    Locale.ROOT,
                    "%s changed since; run the same command with --repair: see %s%n",
                    "frames of " + Words.counted(altered, "video"),
                    output.resolve(failuresFile));
        }
        long broken = bad() - empty - fewer - refused - altered;
        if (broken > 0) {
            long none = count(VideoOutcome.State.FAILED);
            long stalled = count(VideoOutcome.State.STALLED);
            out.printf(
                    Locale.ROOT,
                    "%s %s damaged or unreadable (%d gave no frame%s): see %s%n",
                    Words.counted(broken, "video"),
                    broken == 1 ? "is" : "are",
                    none,
                    stalled == 0 ? "" : ", " + stalled + " stopped answering; run again to go on",
                    output.resolve(failuresFile));
        }
        print(others, named, out);
    }

    static void print(ExtractionEstimate estimate, Path output, PrintWriter out)
            throws IOException {
        if (Double.isNaN(estimate.frames()) && !Double.isNaN(estimate.seconds())) {
            out.printf(Locale.ROOT, "%s of video%n", duration(estimate.seconds()));
            out.println(estimate.how());
        } else if (Double.isNaN(estimate.bytes()) || Double.isInfinite(estimate.bytes())) {
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
