package org.surgenet.cli;

/**
 * Fits a help page to the width of the terminal that shows it.
 *
 * <p>Pages are laid out when the program is built, with every entry on one line however long
 * ({@link #LAYOUT_WIDTH}); here these lines are broken. Written without the parser, patterns or
 * formats, because {@link Start} shows help before any of them is loaded.
 */
final class HelpPage {
    /** Columns of the layout: more than the longest entry has. */
    static final int LAYOUT_WIDTH = 4000;

    /** Where the launcher says how wide standard output is, if that is a terminal. */
    static final String STDOUT_COLUMNS = "surgenet.stdout-columns";

    /** The same for standard error. */
    static final String STDERR_COLUMNS = "surgenet.columns";

    /** Where nothing tells how wide the terminal is. */
    static final int DEFAULT_WIDTH = 100;

    private static final int NARROWEST = 40;

    /** Descriptions stand beside the options as long as that leaves them so many columns. */
    private static final int NARROWEST_DESCRIPTION = 36;

    /** The same for options beside the command's name. */
    private static final int NARROWEST_SYNOPSIS = 48;

    /** Further lines of a command. */
    private static final int INDENT = 6;

    /** Descriptions that stand below their options. */
    private static final int BELOW = 10;

    private final StringBuilder out = new StringBuilder(16384);
    private final int width;

    private HelpPage(int width) {
        this.width = width;
    }

    /**
     * Columns for a page: COLUMNS if it is set, else those of the terminal, else 100; at least 40.
     *
     * @param property where the launcher tells the terminal's
     */
    static int columns(String property) {
        int columns = number(System.getenv("COLUMNS"));
        if (columns == 0) {
            columns = number(System.getProperty(property));
        }
        return columns == 0 ? DEFAULT_WIDTH : Math.max(NARROWEST, columns);
    }

    /** 0 where it is none above zero: terminals without a size claim to have no columns. */
    private static int number(String text) {
        if (text == null || text.isEmpty()) {
            return 0;
        }
        try {
            return Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /**
     * The page in lines of less than {@code width} characters, but for words that are longer;
     * narrow pages have descriptions below their options. Command lines of examples are broken by a
     * backslash, so that they can be copied.
     */
    static String wrap(String page, int width) {
        HelpPage wrapped = new HelpPage(width);
        boolean continued = false;
        int from = 0;
        while (from < page.length()) {
            int end = page.indexOf('\n', from);
            if (end < 0) {
                end = page.length();
            }
            String line = page.substring(from, end);
            boolean command = continued || line.startsWith("  surgenet");
            continued = command && line.endsWith("\\");
            if (line.length() < width) {
                wrapped.out.append(line).append('\n');
            } else if (command) {
                wrapped.command(line);
            } else {
                wrapped.entry(line);
            }
            from = end + 1;
        }
        return wrapped.out.toString();
    }

    /** A paragraph, or an option with its description. */
    private void entry(String line) {
        if (line.startsWith("Usage: ")) {
            int name = line.indexOf(" [") + 1;
            words(line, 0, width - name >= NARROWEST_SYNOPSIS ? name : "Usage: ".length());
            return;
        }
        int start = afterBlanks(line, 0);
        int text = start;
        int gap = line.indexOf("  ", start);
        if (start > 0 && gap > 0) {
            text = afterBlanks(line, gap);
        }
        if (text <= BELOW || width - text >= NARROWEST_DESCRIPTION) {
            out.append(line, 0, text);
            words(line, text, text == 0 ? 0 : text + 2);
            return;
        }
        // The description goes below; one that is already there moves to the left.
        if (text > start) {
            out.append(line, 0, gap).append('\n');
        }
        blanks(BELOW);
        words(line, text, BELOW);
    }

    /** The words from {@code from} on, with the line in {@link #out} begun. */
    private void words(String line, int from, int hang) {
        int column = out.length() - (out.lastIndexOf("\n") + 1);
        boolean first = true;
        int at = from;
        while (at < line.length()) {
            int end = line.indexOf(' ', at);
            if (end < 0) {
                end = line.length();
            }
            if (!first && column + 1 + end - at >= width) {
                out.append('\n');
                blanks(hang);
                column = hang;
                first = true;
            }
            if (!first) {
                out.append(' ');
                column++;
            }
            out.append(line, at, end);
            column += end - at;
            first = false;
            at = afterBlanks(line, end);
        }
        out.append('\n');
    }

    /** A command line of an example: broken at blanks outside quotes, with a backslash before. */
    private void command(String line) {
        int indent = afterBlanks(line, 0);
        int begin = 0;
        while (line.length() - begin + (begin == 0 ? 0 : INDENT) >= width) {
            // Room for the indent of further lines, and for the backslash and its blank.
            int last = begin + width - 3 - (begin == 0 ? 0 : INDENT);
            int cut = breakBefore(line, begin == 0 ? indent : begin, last);
            if (cut < 0 || line.startsWith("\\", cut + 1)) {
                break;
            }
            if (begin > 0) {
                blanks(INDENT);
            }
            out.append(line, begin, cut).append(" \\\n");
            begin = cut + 1;
        }
        if (begin > 0) {
            blanks(INDENT);
        }
        out.append(line, begin, line.length()).append('\n');
    }

    /** The last blank up to {@code last}, or else the first behind it; -1 if there is none. */
    private static int breakBefore(String line, int from, int last) {
        int found = -1;
        char quote = 0;
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == ' ') {
                if (i > last && found >= 0) {
                    return found;
                }
                found = i;
                if (i > last) {
                    return found;
                }
            }
        }
        return found;
    }

    private static int afterBlanks(String line, int from) {
        int at = from;
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private void blanks(int count) {
        for (int i = 0; i < count; i++) {
            out.append(' ');
        }
    }
}
