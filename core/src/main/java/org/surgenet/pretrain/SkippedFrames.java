package org.surgenet.pretrain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/**
 * The frames that could not be read, in {@code failures.csv} of the run. One alone never stops a
 * run; a greater share than allowed does.
 */
final class SkippedFrames {
    private static final List<String> HEADER = List.of("path", "cause");

    private final Path file;
    private final int frames;
    private final double maxFraction;
    private final Map<String, String> causes = new LinkedHashMap<>();

    /** Takes up what an earlier part of the run has written. */
    SkippedFrames(Path file, int frames, double maxFraction) {
        this.file = file;
        this.frames = frames;
        this.maxFraction = maxFraction;
        if (Files.exists(file)) {
            CsvTable.read(file, "path", "cause")
                    .rows()
                    .forEach(row -> causes.put(row.get("path"), row.get("cause")));
        }
    }

    /**
     * Notes an unreadable frame; again is as once.
     *
     * @throws UserException if there are now too many
     */
    void add(Path image, String cause) {
        if (causes.putIfAbsent(image.toString(), cause) != null) {
            return;
        }
        if (causes.size() > 1 && causes.size() > maxFraction * frames) {
            save();
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%d of %d frames cannot be read, more than --max-bad-fraction %s; see"
                                    + " %s. The last one: %s",
                            causes.size(),
                            frames,
                            maxFraction,
                            file,
                            cause));
        }
    }

    int count() {
        return causes.size();
    }

    /** Writes the list, if it is not empty. */
    void save() {
        if (causes.isEmpty()) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        causes.forEach((path, cause) -> rows.add(List.of(path, cause)));
        try {
            CsvTable.write(file, HEADER, rows);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }
}
