package org.surgenet.frames;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.Hashes;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;

/**
 * A part of a list of frames, for studies of how much and what data pretraining needs: frames of
 * some procedures, of some videos, or a share of all frames. Applied in this order.
 *
 * <p>Subsets of one seed are nested: those with fewer videos, or a smaller share, lie within those
 * with more.
 *
 * @param fraction share of the frames to keep, drawn at random; above 0, at most 1
 * @param procedures to keep, compared without case; all if empty
 * @param maxVideos videos to keep, drawn at random; 0 for all
 * @param seed of the draws
 */
public record FrameSubset(double fraction, List<String> procedures, int maxVideos, long seed) {
    /**
     * Checks the values.
     *
     * @throws UserException if one does not make sense
     */
    public FrameSubset {
        procedures = List.copyOf(procedures);
        if (!(fraction > 0 && fraction <= 1)) {
            throw new SettingException("fraction", fraction, "must be above 0 and at most 1");
        }
        if (maxVideos < 0) {
            throw new SettingException("max-videos", maxVideos, "must not be negative");
        }
    }

    private record Video(String procedure, String name) {
        static Video of(Frame frame) {
            return new Video(frame.procedure(), frame.video());
        }
    }

    /**
     * The frames to keep, in their order.
     *
     * @throws UserException if a procedure has no frames, there are fewer videos than asked for, or
     *     nothing is left
     */
    public List<Frame> of(List<Frame> frames) {
        List<Frame> kept = frames;
        if (!procedures.isEmpty()) {
            kept = ofProcedures(kept);
        }
        if (maxVideos > 0) {
            kept = ofVideos(kept);
        }
        if (fraction < 1) {
            kept = share(kept);
        }
        return kept;
    }

    /** Videos that {@code frames} come from. */
    public static int videos(List<Frame> frames) {
        return frames.stream().map(Video::of).collect(Collectors.toSet()).size();
    }

    private List<Frame> ofProcedures(List<Frame> frames) {
        Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        frames.forEach(frame -> known.add(frame.procedure()));
        known.remove("");
        for (String procedure : procedures) {
            if (!known.contains(procedure)) {
                throw SettingException.about(
                        "procedures",
                        ": no frame is of '"
                                + procedure
                                + "'; "
                                + (known.isEmpty()
                                        ? "the list of frames names no procedures"
                                        : "the list of frames names " + String.join(", ", known)));
            }
        }
        Set<String> wanted = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        wanted.addAll(procedures);
        return frames.stream().filter(frame -> wanted.contains(frame.procedure())).toList();
    }

    private List<Frame> ofVideos(List<Frame> frames) {
        // A video's place depends on its name and the seed alone: other videos may come and go.
        Map<Video, String> ranks =
                new TreeMap<>(Comparator.comparing(Video::procedure).thenComparing(Video::name));
        for (Frame frame : frames) {
            ranks.computeIfAbsent(Video.of(frame), this::rank);
        }
        if (ranks.size() < maxVideos) {
            throw new SettingException(
                    "max-videos", maxVideos, "the frames are of only " + ranks.size() + " videos");
        }
        Set<Video> wanted =
                ranks.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue())
                        .limit(maxVideos)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toCollection(HashSet::new));
        return frames.stream().filter(frame -> wanted.contains(Video.of(frame))).toList();
    }

    private String rank(Video video) {
        String text = seed + "\0" + video.procedure() + "\0" + video.name();
        return Hashes.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<Frame> share(List<Frame> frames) {
        int count = (int) Math.round(fraction * frames.size());
        if (count == 0) {
            throw new SettingException(
                    "fraction", fraction, "nothing is left of " + frames.size() + " frames");
        }
        int[] order = CounterRandom.of(seed).permutation(frames.size());
        boolean[] wanted = new boolean[frames.size()];
        for (int i = 0; i < count; i++) {
            wanted[order[i]] = true;
        }
        List<Frame> kept = new ArrayList<>(count);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i]) {
                kept.add(frames.get(i));
            }
        }
        return kept;
    }
}
