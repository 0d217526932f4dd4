package org.surgenet.stats;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.surgenet.common.UserException;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.Timing;

/** Keeps scores of online and of offline predictions out of one comparison. */
final class Timings {
    private Timings() {}

    /**
     * @throws UserException if a task has scores of both kinds, naming a model and a file of each
     */
    static void check(Map<Path, List<ScoreRow>> files) {
        Map<String, Map<Timing, String>> found = new HashMap<>();
        files.forEach(
                (file, rows) -> {
                    for (ScoreRow row : rows) {
                        row.timing().ifPresent(timing -> note(found, file, row, timing));
                    }
                });
        for (Map<Timing, String> of : found.values()) {
            Optional<String> online = Optional.ofNullable(of.get(Timing.ONLINE));
            Optional<String> offline = Optional.ofNullable(of.get(Timing.OFFLINE));
            if (online.isPresent() && offline.isPresent()) {
                throw new UserException(
                        String.format(
                                Locale.ROOT,
                                "the predictions of %s are online and those of %s are offline: who"
                                        + " sees the whole video solves an easier problem, so the"
                                        + " two are not compared; give the files of each kind to a"
                                        + " run of its own",
                                online.get(),
                                offline.get()));
            }
        }
    }

    private static void note(
            Map<String, Map<Timing, String>> found, Path file, ScoreRow row, Timing timing) {
        found.computeIfAbsent(row.task(), task -> new EnumMap<>(Timing.class))
                .computeIfAbsent(timing, t -> row.model() + " (" + file + ")");
    }
}
