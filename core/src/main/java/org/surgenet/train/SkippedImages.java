package org.surgenet.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.surgenet.common.FailureList;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;

/**
 * The images that could not be read, in {@code failures.csv} of the run. One alone never stops a
 * run; a greater share than allowed does.
 */
public final class SkippedImages {
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
        FailureList.read(list, (path, cause) -> causes.putIfAbsent(path.toString(), cause));
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
            throw new SettingException(
                    "max-bad-fraction",
                    maxFraction,
                    String.format(
                            Locale.ROOT,
                            "exceeded, since %d of %d %s cannot be read; see %s. The last one: %s",
                            causes.size(),
                            images,
                            noun + "s",
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
        FailureList list = new FailureList();
        causes.forEach((path, cause) -> list.add(Path.of(path), cause));
        try {
            list.write(file);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }
}
