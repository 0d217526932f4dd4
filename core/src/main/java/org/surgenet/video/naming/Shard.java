package org.surgenet.video.naming;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.surgenet.common.UserException;

/**
 * One of several parts of the videos, for machines that share the work.
 *
 * @param index from 0
 * @param count of all parts
 */
public record Shard(int index, int count) {
    private static final String TASK = "SLURM_ARRAY_TASK_ID";
    private static final String TASKS = "SLURM_ARRAY_TASK_COUNT";
    private static final String FIRST = "SLURM_ARRAY_TASK_MIN";

    public Shard {
        if (count < 1 || index < 0 || index >= count) {
            throw new UserException(
                    "shard " + index + "/" + count + ": I of I/N is from 0 to N - 1, as in 0/4");
        }
    }

    /**
     * Reads {@code 0/4}, or {@code auto}.
     *
     * @param environment where {@code auto} looks for Slurm's variables
     * @throws UserException if it is neither
     */
    public static Shard parse(String text, Map<String, String> environment) {
        if (text.equals("auto")) {
            String task = environment.get(TASK);
            String tasks = environment.get(TASKS);
            if (task == null || tasks == null) {
                throw new UserException(
                        "shard auto: "
                                + TASK
                                + " and "
                                + TASKS
                                + " are not set; this is no Slurm"
                                + " array job, set shard to I/N");
            }
            int first = number(environment.getOrDefault(FIRST, "0"), text);
            return new Shard(number(task, text) - first, number(tasks, text));
        }
        String[] parts = text.split("/", -1);
        if (parts.length != 2) {
            throw new UserException("shard '" + text + "' is neither I/N, such as 0/4, nor auto");
        }
        return new Shard(number(parts[0], text), number(parts[1], text));
    }

    private static int number(String digits, String text) {
        try {
            return Integer.parseInt(digits.strip());
        } catch (NumberFormatException e) {
            throw new UserException(
                    "shard '" + text + "': '" + digits + "' is not a whole number", e);
        }
    }

    /**
     * This part of the videos, in their order. All parts together are all videos, none twice; each
     * has about the same number of bytes. It depends on the files' places and sizes alone.
     */
    public List<VideoInput> of(List<VideoInput> videos) {
        List<VideoInput> bySize = new ArrayList<>(videos);
        bySize.sort(
                Comparator.comparingLong((VideoInput video) -> -video.bytes())
                        .thenComparing(VideoInput::folder));
        long[] load = new long[count];
        Set<VideoInput> mine = new HashSet<>();
        for (VideoInput video : bySize) {
            int least = 0;
            for (int i = 1; i < count; i++) {
                least = load[i] < load[least] ? i : least;
            }
            // A missing file weighs something too, or all of them would meet in one part.
            load[least] += Math.max(1, video.bytes());
            if (least == index) {
                mine.add(video);
            }
        }
        return videos.stream().filter(mine::contains).toList();
    }

    /** This part of the procedures: as {@link #of}, but videos of one procedure stay together. */
    public List<VideoInput> ofProcedures(List<VideoInput> videos) {
        Map<String, Long> bytes = new TreeMap<>();
        videos.forEach(v -> bytes.merge(v.procedure(), Math.max(1, v.bytes()), Long::sum));
        List<VideoInput> procedures = new ArrayList<>();
        bytes.forEach((p, n) -> procedures.add(new VideoInput(Path.of(p), p, p, p, p, n)));
        Set<String> mine = new HashSet<>();
        of(procedures).forEach(procedure -> mine.add(procedure.procedure()));
        return videos.stream().filter(video -> mine.contains(video.procedure())).toList();
    }

    /** {@code failures.csv} becomes {@code failures-0-of-4.csv}, so that parts do not collide. */
    public String fileName(String name) {
        int dot = name.lastIndexOf('.');
        return name.substring(0, dot) + "-" + index + "-of-" + count + name.substring(dot);
    }
}
