package org.surgenet.task.phase;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.CsvTable;

/** Times in a table: seconds, or HH:MM:SS.mmm, where hours and fractions may be missing. */
final class ClockTime {
    private static final Pattern CLOCK =
            Pattern.compile("(?:(\\d{1,4}):)?(\\d{1,2}):(\\d{1,2}(?:[.,]\\d{1,9})?)");
    private static final int BASE = 60;

    private ClockTime() {}

    /**
     * The field's time, seconds.
     *
     * @throws org.surgenet.common.UserException naming file and line if it is neither
     */
    static double seconds(CsvTable.Row row, String column) {
        String text = row.get(column);
        Matcher clock = CLOCK.matcher(text);
        if (clock.matches()) {
            int hours = clock.group(1) == null ? 0 : Integer.parseInt(clock.group(1));
            int minutes = Integer.parseInt(clock.group(2));
            double seconds = Double.parseDouble(clock.group(3).replace(',', '.'));
            if (minutes >= BASE || seconds >= BASE) {
                throw row.error(column, "has 60 or more minutes or seconds");
            }
            return (hours * BASE + minutes) * BASE + seconds;
        }
        if (text.indexOf(':') >= 0) {
            throw row.error(column, "is not a time; write seconds or HH:MM:SS.mmm");
        }
        double seconds = row.number(column);
        if (!(seconds >= 0 && seconds < Double.POSITIVE_INFINITY)) {
            throw row.error(column, "is not a time in the video");
        }
        return seconds;
    }
}
