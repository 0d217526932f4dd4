package org.surgenet.task.phase;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Folders;
import org.surgenet.frames.Frame;

/**
 * Times of frames that another program extracted, from the numbers that end their names: time =
 * (number - first) / frames per second. A frame's video is the folder it lies in, or, where only
 * that has labels, what its name has before the number.
 */
final class FrameNumbers {
    private static final Pattern NAME = Pattern.compile("(.*?)[_-]?(\\d{1,18})");

    private final double perSecond;
    private final Long first;

    /**
     * @param perSecond frames per second
     * @param first number of a video's first moment; null to take the lowest, which must be 0 or 1
     */
    FrameNumbers(double perSecond, Integer first) {
        this.perSecond = perSecond;
        this.first = first == null ? null : first.longValue();
    }

    private record Numbered(Frame frame, String video, long number) {}

    /**
     * The frames with their times.
     *
     * @param source where they are, for messages
     * @param labelled names of videos with labels
     * @param notes takes how the times were made
     * @throws UserException if a frame has a time already or no number, two frames of a video have
     *     the same, or it cannot be known where counting begins
     */
    List<Frame> timed(Path source, List<Frame> frames, Set<String> labelled, List<String> notes) {
        List<Numbered> numbered = new ArrayList<>();
        Map<String, Map<Long, Path>> videos = new TreeMap<>();
        for (Frame frame : frames) {
            Numbered one = numbered(frame, labelled);
            Path other =
                    videos.computeIfAbsent(one.video, v -> new HashMap<>())
                            .putIfAbsent(one.number, frame.path());
            if (other != null) {
                throw new UserException(
                        frame.path() + ": has the same number as " + other + "; remove one");
            }
            numbered.add(one);
        }
        long start = first == null ? lowest(source, videos) : first;
        notes.add(
                String.format(
                        Locale.ROOT,
                        "times of frames from their names: (number - %d) / %s s",
                        start,
                        PhaseReader.number(perSecond)));
        return numbered.stream().map(one -> timed(one, start)).toList();
    }

    private static Numbered numbered(Frame frame, Set<String> labelled) {
        if (!Double.isNaN(frame.timeSeconds())) {
            throw new UserException(
                    frame.path()
                            + ": has a time in its list; frames-fps is for frames that have none");
        }
        Matcher matcher = NAME.matcher(Folders.stem(frame.path()));
        if (!matcher.matches()) {
            throw new UserException(
                    frame.path()
                            + ": its name does not end in a number, from which its time would"
                            + " follow");
        }
        String before = matcher.group(1);
        boolean byName = !labelled.contains(frame.video()) && labelled.contains(before);
        return new Numbered(
                frame, byName ? before : frame.video(), Long.parseLong(matcher.group(2)));
    }

    private static long lowest(Path source, Map<String, Map<Long, Path>> videos) {
        long lowest = -1;
        String of = "";
        for (Map.Entry<String, Map<Long, Path>> video : videos.entrySet()) {
            long its = video.getValue().keySet().stream().min(Long::compare).orElseThrow();
            if (its > 1 || lowest >= 0 && its != lowest) {
                throw new UserException(
                        String.format(
                                Locale.ROOT,
                                "%s: frames of %s begin with number %d%s; give first-frame,"
                                        + " the number of a video's first moment: 0, or 1 as FFmpeg"
                                        + " numbers them",
                                source,
                                video.getKey(),
                                its,
                                lowest >= 0 ? ", those of " + of + " with " + lowest : ""));
            }
            lowest = its;
            of = video.getKey();
        }
        return lowest;
    }

    private Frame timed(Numbered one, long start) {
        if (one.number < start) {
            throw new UserException(
                    one.frame.path() + ": its number is lower than the first-frame " + start);
        }
        return new Frame(
                one.frame.path(),
                one.frame.procedure(),
                one.video,
                (one.number - start) / perSecond);
    }
}
