package org.surgenet.train;

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
 * The images that could not be read, in {@code failures.csv} of the run. One alone never stops a
 * run; a greater share than allowed does.
 */
public final class SkippedImages {
    private static final List<String> HEADER = List.of("path", "cause");

    private final Path file;
    private final String noun;
    private final int images;
    private final double maxFraction;
    private final Map<String, String> causes = new LinkedHashMap<>();

    /**
     * Takes up what an earlier part of the run has written.
     *
     * @param noun what they are called, such as "frame"
     * @param images of the whole run
     * @param maxFraction largest share of them that may be unreadable
     */
    public SkippedImages(Path file, String noun, int images, double maxFraction) {
        this.file = file;
        this.noun = noun;
        this.images = images;
        this.maxFraction = maxFraction;
        takeUp(file);
    }

    /**
     * Adds what a list of another process or of an earlier part of the run has, if there is one.
     */
    final void takeUp(Path list) {
        if (Files.exists(list)) {
            CsvTable.read(list, "path", "cause")
                    .rows()
                    .forEach(row -> causes.putIfAbsent(row.get("path"), row.get("cause")));
        }
    }

    /**
     * Notes an unreadable image; again is as once.
     *
     * @throws UserException if there are now too many
     */
    public void add(Path image, String cause) {
        if (causes.putIfAbsent(image.toString(), cause) != null) {
            return;
        }
        if (causes.size() > 1 && causes.size() > maxFraction * images) {
            save();
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%d of %d %s cannot be read, more than --max-bad-fraction %s; see"
                                    + " %s. The last one: %s",
                            causes.size(),
                            images,
                            noun + "s",
                            maxFraction,
                            file,
                            cause));
        }
    }

    /** How many so far. */
    public int count() {
        return causes.size();
    }

    /** Writes the list, if it is not empty. */
    public void save() {
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
