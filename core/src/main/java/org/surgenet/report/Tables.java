package org.surgenet.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One table in the three forms that people take away. */
public final class Tables {
    /** More columns than this take the width of a page. */
    private static final int COLUMN = 6;

    /** Rows of a table that fit a page under a caption of some lines. */
    private static final int PAGE = 40;

    /** Greek capitals that TeX has no command for, because they look like these. */
    private static final Map<String, String> LATIN_CAPITALS =
            Map.ofEntries(
                    Map.entry("alpha", "A"),
                    Map.entry("beta", "B"),
                    Map.entry("epsilon", "E"),
                    Map.entry("zeta", "Z"),
                    Map.entry("eta", "H"),
                    Map.entry("iota", "I"),
                    Map.entry("kappa", "K"),
                    Map.entry("mu", "M"),
                    Map.entry("nu", "N"),
                    Map.entry("rho", "P"),
                    Map.entry("tau", "T"),
                    Map.entry("chi", "X"));

    private Tables() {}

    /**
     * GitHub's Markdown with padded columns, so that it reads well unrendered; the caption in bold
     * above, the notes below. Pipes, line breaks and what HTML would read as a tag are escaped.
     */
    public static String markdown(Table table) {
        int columns = table.columns().size();
        int[] width = new int[columns];
        List<List<String>> lines = new ArrayList<>();
        lines.add(table.columns().stream().map(c -> markdown(c.name())).toList());
        table.rows().forEach(row -> lines.add(row.stream().map(Tables::markdown).toList()));
        for (List<String> line : lines) {
            for (int c = 0; c < columns; c++) {
                width[c] = Math.max(Math.max(3, width[c]), length(line.get(c)));
            }
        }
        StringBuilder text = new StringBuilder();
        if (!table.caption().isEmpty()) {
            text.append("**").append(markdown(table.caption())).append("**\n\n");
        }
        for (int l = 0; l < lines.size(); l++) {
            text.append('|');
            for (int c = 0; c < columns; c++) {
                String cell = lines.get(l).get(c);
                String fill = " ".repeat(width[c] - length(cell));
                boolean number = table.columns().get(c).number();
                text.append(' ').append(number ? fill + cell : cell + fill).append(" |");
            }
            text.append('\n');
            if (l == 0) {
                text.append('|');
                for (int c = 0; c < columns; c++) {
                    boolean number = table.columns().get(c).number();
                    text.append(" ")
                            .append("-".repeat(width[c] - (number ? 1 : 0)))
                            .append(number ? ": |" : " |");
                }
                text.append('\n');
            }
        }
        for (String note : table.notes()) {
            text.append('\n').append(markdownLine(note)).append('\n');
        }
        return text.toString();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String markdown(String text) {
        return markdownLine(text).replace("|", "\\|");
    }

    /** A text outside tables as one line of Markdown, in which nothing is an HTML tag. */
    public static String markdownLine(String text) {
        // Only these start a tag; "<0.001" reads better as it is.
        return text.replaceAll("<(?=[A-Za-z/!?])", "&lt;").replaceAll("\\R", "<br>");
    }

    /**
     * A LaTeX {@code table} with {@code booktabs} rules in the width of a column, or of a page if
     * it has many columns, the notes in its caption; everything that LaTeX would read as a command
     * is escaped, so that any model or class name is safe. What is the same in all of several rows
     * is said once, in the caption. A table that is longer than a page becomes several, each after
     * the first with the first's number in its caption: a {@code longtable} would do so itself, but
     * not in two columns.
     *
     * @param label for {@code \ref}, such as {@code tab:models}
     */
    public static String latex(Table whole, String label) {
        Table table = withoutConstants(whole);
        StringBuilder text = new StringBuilder();
        unknown(whole)
                .ifPresent(
                        letters ->
                                text.append("% has letters that pdfLaTeX does not know (")
                                        .append(letters)
                                        .append(
                                                "); use LuaLaTeX or XeLaTeX and a font with"
                                                        + " them\n"));
        text.append("% needs \\usepackage{booktabs,graphicx}\n");
        String caption =
                Stream.concat(
                                Stream.of(table.caption() + (table.notes().isEmpty() ? "" : ".")),
                                table.notes().stream())
                        .map(Tables::latex)
                        .collect(Collectors.joining(" "));
        List<List<List<String>>> parts = parts(table.rows());
        for (int i = 0; i < parts.size(); i++) {
            String said =
                    i == 0 ? caption : "Table~\\ref{" + label + "}, continued: part " + (i + 1);
            String name = i == 0 ? label : label + "-" + (i + 1);
            latex(text, table.columns(), parts.get(i), said, name);
        }
        return text.toString();
    }

    private static void latex(
            StringBuilder text,
            List<Table.Column> columns,
            List<List<String>> rows,
            String caption,
            String label) {
        // Over both columns of a page where one would make it too small to read.
        String kind = columns.size() > COLUMN ? "table*" : "table";
        text.append("\\begin{").append(kind).append("}[tp]\n  \\centering\n");
        text.append("  \\caption{").append(caption).append("}\n");
        text.append("  \\label{").append(label).append("}\n  \\footnotesize\n");
        text.append("  \\setlength{\\tabcolsep}{3pt}\n");
        // Made smaller only where it is wider than the column.
        text.append("  \\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%\n");
        text.append("  \\begin{tabular}{@{}");
        columns.forEach(c -> text.append(c.number() ? 'r' : 'l'));
        text.append("@{}}\n    \\toprule\n");
        line(text, columns.stream().map(Table.Column::name).toList());
        text.append("    \\midrule\n");
        rows.forEach(row -> line(text, row));
        text.append("    \\bottomrule\n  \\end{tabular}}\n");
        text.append("\\end{").append(kind).append("}\n");
    }

    /** Rows that fit a page each, parted where the first column changes if that is not too soon. */
    private static List<List<List<String>>> parts(List<List<String>> rows) {
        List<List<List<String>>> parts = new ArrayList<>();
        int from = 0;
        while (rows.size() - from > PAGE) {
            int to = from + PAGE;
            while (to > from + PAGE / 2 && rows.get(to).get(0).equals(rows.get(to - 1).get(0))) {
                to--;
            }
            if (to == from + PAGE / 2) {
                to = from + PAGE;
            }
            parts.add(rows.subList(from, to));
            from = to;
        }
        parts.add(rows.subList(from, rows.size()));
        return parts;
    }

    /** Without the columns that hold one value in all of at least three rows; a note has it. */
    private static Table withoutConstants(Table table) {
        if (table.rows().size() < 3) {
            return table;
        }
        List<Integer> kept = new ArrayList<>();
        List<String> same = new ArrayList<>();
        for (int c = 0; c < table.columns().size(); c++) {
            int column = c;
            String first = table.rows().get(0).get(c);
            // The first column names the rows, and an empty cell is no value.
            if (c > 0
                    && !first.isBlank()
                    && table.rows().stream().allMatch(row -> row.get(column).equals(first))) {
                same.add(table.columns().get(c).name() + ": " + first);
            } else {
                kept.add(c);
            }
        }
        if (same.isEmpty()) {
            return table;
        }
        Table.Builder shorter = Table.builder(table.caption());
        for (int c : kept) {
            Table.Column column = table.columns().get(c);
            if (column.number()) {
                shorter.numbers(column.name());
            } else {
                shorter.text(column.name());
            }
        }
        table.rows().forEach(row -> shorter.row(kept.stream().map(row::get).toList()));
        shorter.note("In all rows " + String.join("; ", same) + ".");
        table.notes().forEach(shorter::note);
        return shorter.build();
    }

    /** Letters of a table that {@code inputenc} and the T1 fonts lack; empty without any. */
    private static Optional<String> unknown(Table table) {
        String letters =
                Stream.concat(
                                Stream.concat(
                                        Stream.of(table.caption()),
                                        table.columns().stream().map(Table.Column::name)),
                                Stream.concat(
                                        table.notes().stream(),
                                        table.rows().stream().flatMap(List::stream)))
                        .map(Tables::latex)
                        .flatMapToInt(String::codePoints)
                        // Latin-1, Latin Extended-A and the punctuation that inputenc maps.
                        .filter(c -> c > 0x17F && !(c >= 0x2010 && c <= 0x2026))
                        .distinct()
                        .limit(8)
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());
        return letters.isEmpty() ? Optional.empty() : Optional.of(letters);
    }

    /** A Greek letter's command; names of models and metrics have them. */
    private static Optional<String> greek(int letter) {
        String name = letter < 0x391 || letter > 0x3C9 ? null : Character.getName(letter);
        if (name == null || !name.matches("GREEK (SMALL|CAPITAL) LETTER [A-Z]+")) {
            return Optional.empty();
        }
        String word =
                name.replaceFirst(".* ", "").toLowerCase(Locale.ROOT).replace("lamda", "lambda");
        boolean small = name.contains("SMALL");
        String latin = small ? null : LATIN_CAPITALS.get(word);
        if (word.equals("omicron")) {
            latin = small ? "o" : "O";
        }
        String capital = word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
        return Optional.of(latin != null ? latin : "$\\" + (small ? word : capital) + "$");
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("    ")
                .append(String.join(" & ", cells.stream().map(Tables::cell).toList()))
                .append(" \\\\\n");
    }

    /** A cell; an asterisk or bracket that begins one is no option of the row before. */
    private static String cell(String text) {
        String escaped = latex(text);
        return escaped.startsWith("*") || escaped.startsWith("[") ? "{}" + escaped : escaped;
    }

    /** A text as LaTeX shows it literally. */
    public static String latex(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints()
                .forEach(
                        c ->
                                escaped.append(
                                        switch (c) {
                                            case '&', '%', '$', '#', '_', '{', '}' ->
                                                    "\\" + (char) c;
                                            case '\\' -> "\\textbackslash{}";
                                            case '~' -> "\\textasciitilde{}";
                                            case '^' -> "\\textasciicircum{}";
                                            case '<' -> "$<$";
                                            case '>' -> "$>$";
                                            case '\n',
                                                    '\r',
                                                    '\u000B',
                                                    '\f',
                                                    '\u0085',
                                                    '\u2028',
                                                    '\u2029' ->
                                                    " ";
                                            case '±' -> "$\\pm$";
                                            case '−' -> "$-$";
                                            case '–' -> "--";
                                            case '×' -> "$\\times$";
                                            case '≤' -> "$\\leq$";
                                            case '≥' -> "$\\geq$";
                                            case '†' -> "$\\dagger$";
                                            case '·' -> "$\\cdot$";
                                            default -> greek(c).orElse(Character.toString(c));
                                        }));
        return escaped.toString();
    }

    /** RFC 4180 with a header line; caption and notes are not part of it. */
    public static String csv(Table table) {
        StringBuilder text = new StringBuilder();
        csv(text, table.columns().stream().map(Table.Column::name).toList());
        table.rows().forEach(row -> csv(text, row));
        return text.toString();
    }

    private static void csv(StringBuilder text, List<String> cells) {
        text.append(
                        String.join(
                                ",",
                                cells.stream()
                                        .map(
                                                c ->
                                                        c.matches("(?s).*[\",\r\n].*")
                                                                ? '"'
                                                                        + c.replace("\"", "\"\"")
                                                                        + '"'
                                                                : c)
                                        .toList()))
                .append("\r\n");
    }
}
