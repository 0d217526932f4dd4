package org.surgenet.curate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/** Videos whose frames must not be used, such as those of a test split. */
final class ExcludedVideos {
    private final Set<String> names;
    private final Set<String> found = new TreeSet<>();

    private ExcludedVideos(Set<String> names) {
        this.names = names;
    }

    /**
     * Reads the names: from a text file those on its lines, of which empty ones and those that
     * begin with # are left out; from a CSV file the column {@code video}.
     *
     * @throws UserException if the file cannot be read or names nothing
     */
    static ExcludedVideos read(Optional<Path> file) {
        Set<String> names = new LinkedHashSet<>();
        if (file.isEmpty()) {
            return new ExcludedVideos(names);
        }
        Path list = file.get();
        if (list.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
            CsvTable.scan(list, row -> names.add(row.get("video")), "video");
        } else {
            try {
                for (String line : Files.readAllLines(list, StandardCharsets.UTF_8)) {
                    if (!line.isBlank() && !line.startsWith("#")) {
                        names.add(line.strip());
                    }
                }
            } catch (IOException e) {
                throw new UserException(
                        list + ": cannot be read as a list of videos: " + e.getMessage(), e);
            }
        }
        names.remove("");
        if (names.isEmpty()) {
            throw new UserException(list + ": names no video to exclude");
        }
        return new ExcludedVideos(names);
    }

    boolean contains(String video) {
        if (names.contains(video)) {
            found.add(video);
            return true;
        }
        return false;
    }

    /** How many names there are. */
    int size() {
        return names.size();
    }

    /** How many of the names {@link #contains} has met. */
    int found() {
        return found.size();
    }
}
