package org.surgenet.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One table in the three forms that people take away. */
public final class Tables {
    /** More columns than this take the width of a page. */
    private static final int COLUMN = 6;

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
     * is escaped, so that any model or class name is safe.
     *
     * @param label for {@code \ref}, such as {@code tab:models}
     */
    public static String latex(Table table, String label) {
        String caption =
                Stream.concat(
                                Stream.of(table.caption() + (table.notes().isEmpty() ? "" : ".")),
                                table.notes().stream())
                        .map(Tables::latex)
                        .collect(Collectors.joining(" "));
        // Over both columns of a page where one would make it too small to read.
        String kind = table.columns().size() > COLUMN ? "table*" : "table";
        StringBuilder text = new StringBuilder();
        text.append("% needs \\usepackage{booktabs,graphicx}\n\\begin{")
                .append(kind)
                .append("}[t]\n  \\centering\n");
        text.append("  \\caption{").append(caption).append("}\n");
        text.append("  \\label{").append(label).append("}\n  \\footnotesize\n");
        text.append("  \\setlength{\\tabcolsep}{3pt}\n");
        // Made smaller only where it is wider than the column.
        text.append("  \\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%\n");
        text.append("  \\begin{tabular}{@{}");
        table.columns().forEach(c -> text.append(c.number() ? 'r' : 'l'));
        text.append("@{}}\n    \\toprule\n");
        line(text, table.columns().stream().map(Table.Column::name).toList());
        text.append("    \\midrule\n");
        table.rows().forEach(row -> line(text, row));
        text.append("    \\bottomrule\n  \\end{tabular}}\n");
        return text.append("\\end{").append(kind).append("}\n").toString();
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
                                            case 'Δ' -> "$\\Delta$";
                                            case '†' -> "$\\dagger$";
                                            case '·' -> "$\\cdot$";
                                            default -> Character.toString(c);
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
