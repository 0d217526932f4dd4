package org.surgenet.pretrain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.common.Json;
import org.surgenet.features.FeatureTable;
import org.surgenet.frames.Frame;

/**
 * Frames whose features are wanted, with what is known of each.
 *
 * @param paths images, in order
 * @param columns text about each frame by column of a {@link FeatureTable}, without {@code path}
 * @param facts about the whole, for {@code features.json}
 */
public record EmbeddedFrames(
        List<Path> paths, Map<String, List<String>> columns, ObjectNode facts) {
    public EmbeddedFrames {
        paths = List.copyOf(paths);
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }

    /** Frames without labels: procedure, video and time. */
    public static EmbeddedFrames of(List<Frame> frames) {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        columns.put(FeatureTable.PROCEDURE, frames.stream().map(Frame::procedure).toList());
        columns.put(FeatureTable.VIDEO, frames.stream().map(Frame::video).toList());
        columns.put(FeatureTable.TIME, frames.stream().map(f -> time(f.timeSeconds())).toList());
        return new EmbeddedFrames(
                frames.stream().map(Frame::path).toList(), columns, Json.object());
    }

    /** A time as it is written; empty if unknown. */
    public static String time(double seconds) {
        return Double.isNaN(seconds) ? "" : Double.toString(seconds);
    }
}
