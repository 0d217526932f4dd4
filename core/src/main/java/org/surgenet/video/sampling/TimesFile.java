package org.surgenet.video.sampling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.common.Rational;
import org.surgenet.common.UserException;

/**
 * A text file with a time on each line: seconds, MM:SS or H:MM:SS; what follows a # is a comment.
 */
public final class TimesFile {
    private TimesFile() {}

    /**
     * The times, in the file's order; empty lines and comments are left out.
     *
     * @throws UserException naming file and line if it cannot be read or a line is no time
     */
    public static List<Rational> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read as a list of times", e);
        }
        List<Rational> times = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String text = lines.get(i).replace("\uFEFF", "").replaceFirst("#.*", "").strip();
            if (!text.isEmpty()) {
                times.add(Rational.parseTime(text, file + ":" + (i + 1) + ": time"));
            }
        }
        if (times.isEmpty()) {
            throw new UserException(file + ": holds no times; one on each line is expected");
        }
        return times;
    }
}
