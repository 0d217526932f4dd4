package org.surgenet.video.naming;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.surgenet.common.Shard;

/**
 * The videos of one of several parts, for machines that share the work.
 *
 * @param shard which part
 */
public record VideoShard(Shard shard) {
    /**
     * This part of the videos, in their order. All parts together are all videos, none twice; each
     * has about the same number of bytes. It depends on the files' places and sizes alone.
     */
    public List<VideoInput> of(List<VideoInput> videos) {
        List<VideoInput> bySize = new ArrayList<>(videos);
        bySize.sort(
                Comparator.comparingLong((VideoInput video) -> -video.bytes())
                        .thenComparing(VideoInput::folder));
        long[] load = new long[shard.count()];
        Set<VideoInput> mine = new HashSet<>();
        for (VideoInput video : bySize) {
            int least = 0;
            for (int i = 1; i < shard.count(); i++) {
                least = load[i] < load[least] ? i : least;
            }
            // A missing file weighs something too, or all of them would meet in one part.
            load[least] += Math.max(1, video.bytes());
            if (least == shard.index()) {
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
}
