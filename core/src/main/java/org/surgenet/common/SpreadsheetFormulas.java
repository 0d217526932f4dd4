package org.surgenet.common;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds texts that spreadsheet programs would compute instead of show when they open a CSV file
 * (OWASP, "CSV Injection"): those that begin with =, +, -, @, a tab or a carriage return and are no
 * numbers. The usual remedy, an apostrophe before the text, would change names that other programs
 * read, so files keep their texts and the reader is warned. Not thread-safe.
 */
public final class SpreadsheetFormulas {
    private static final Pattern FORMULA = Pattern.compile("(?s)[=+@\\t\\r].*|-.+");

    private String first = "";
    private long count;

    /** Notes a text of the file. */
    public void add(String text) {
        if (isFormula(text)) {
            first = count == 0 ? text : first;
            count++;
        }
    }

    /** Whether a spreadsheet program may take a text for a formula. */
    public static boolean isFormula(String text) {
        return !text.isEmpty()
                && text.charAt(0) <= '@'
                && FORMULA.matcher(text).matches()
                && !CsvTable.isNumber(text);
    }

    /**
     * What to tell about the texts seen, without the file's name; empty where there is nothing to
     * fear.
     */
    public Optional<String> warning() {
        return count == 0
                ? Optional.empty()
                : Optional.of(
                        Words.counted(count, "text")
                                + " such as '"
                                + first.strip()
                                + "' would be computed as a formula by spreadsheet programs; they"
                                + " are written as they are, so import these columns as text");
    }
}
