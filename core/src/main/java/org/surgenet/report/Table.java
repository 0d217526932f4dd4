package org.surgenet.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table as text, from which {@link Tables} makes Markdown, LaTeX and CSV and {@link HtmlPage} a
 * part of a page. Columns of numbers are right-aligned. Immutable; {@link #builder} makes one.
 *
 * @param caption one line; may be empty
 * @param columns headings
 * @param rows each with one text per column
 * @param notes lines under the table; may be empty
 */
public record Table(
        String caption, List<Column> columns, List<List<String>> rows, List<String> notes) {

    /** A heading, and whether the column holds numbers. */
    public record Column(String name, boolean number) {}

    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        notes = List.copyOf(notes);
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "row has " + row.size() + " cells, the table " + columns.size());
            }
        }
    }

    public static Builder builder(String caption) {
        return new Builder(caption);
    }

    /** Collects columns first, then rows. */
    public static final class Builder {
        private final String caption;
        private final List<Column> columns = new ArrayList<>();
        private final List<List<String>> rows = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        private Builder(String caption) {
            this.caption = caption;
        }

        /** Columns of text, left-aligned. */
        public Builder text(String... names) {
            Arrays.stream(names).forEach(name -> columns.add(new Column(name, false)));
            return this;
        }

        /** Columns of numbers, right-aligned. */
        public Builder numbers(String... names) {
            Arrays.stream(names).forEach(name -> columns.add(new Column(name, true)));
            return this;
        }

        public Builder row(String... cells) {
            rows.add(List.of(cells));
            return this;
        }

        public Builder row(List<String> cells) {
            rows.add(List.copyOf(cells));
            return this;
        }

        /** A line under the table. */
        public Builder note(String note) {
            notes.add(note);
            return this;
        }

        public Table build() {
            return new Table(caption, columns, rows, notes);
        }
    }
}
