package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {
    @TempDir Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("t.csv"), text);
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Path file = folder.resolve("t.csv");
        List<List<String>> rows =
                List.of(List.of("a,b", "1"), List.of("say \"x\"", ""), List.of("ä\nö", "-2.5e3"));

        CsvTable.write(file, List.of("text", "number"), rows);

        CsvTable table = CsvTable.read(file, "number");
        assertThat(table.header()).containsExactly("text", "number");
        assertThat(table.rows()).extracting(CsvTable.Row::fields).isEqualTo(rows);
        assertThat(table.rows().get(2).number("number")).isEqualTo(-2500);
        assertThat(table.has("text")).isTrue();
        assertThat(table.has("other")).isFalse();
    }

    @Test
    void aByteOrderMarkSpacesAndEmptyLinesDoNotMatter() throws IOException {
        CsvTable table = CsvTable.read(file("\uFEFFa, b\r\n\r\n 1 ,x\r\n"), "a", "b");

        assertThat(table.rows()).hasSize(1);
        assertThat(table.rows().get(0).integer("a")).isEqualTo(1);
        assertThat(table.rows().get(0).line()).isEqualTo(3);
    }

    @Test
    void anotherSeparatorMayBeGiven() throws IOException {
        List<String> seen = new ArrayList<>();
        CsvTable.scan(file("a\tb\n1\t2,3\n"), '\t', row -> seen.add(row.get("b")), "b");
        assertThat(seen).containsExactly("2,3");
    }

    @Test
    void aFieldMayHaveAFallback() throws IOException {
        CsvTable.Row row = CsvTable.read(file("a,b\n,2\n")).rows().get(0);
        assertThat(row.get("a", "none")).isEqualTo("none");
        assertThat(row.get("b", "none")).isEqualTo("2");
        assertThat(row.get("c", "none")).isEqualTo("none");
    }

    @Test
    void errorsNameFileLineAndColumn() throws IOException {
        assertThatThrownBy(() -> CsvTable.read(folder.resolve("no.csv")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no.csv: cannot be read");
        assertThatThrownBy(() -> CsvTable.read(file("")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("t.csv: is empty");
        assertThatThrownBy(() -> CsvTable.read(file("a,b\n1,2\n"), "c"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("t.csv: has no column 'c'; its header is a,b");
        // As spreadsheets write them where the comma is the decimal sign.
        assertThatThrownBy(() -> CsvTable.read(file("a;c\n0,5;2\n"), "c"))
                .hasMessageContaining("a;c, separated by semicolons; save the file with commas");
        assertThatThrownBy(() -> CsvTable.read(file("a\n\"0,5\"\n")).rows().get(0).number("a"))
                .hasMessageContaining("a '0,5' is not a number; write a point, not a comma");
        assertThatThrownBy(() -> CsvTable.read(file("a,b\n1,2\n3\n")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("t.csv:3: has 1 fields where the header has 2");
        Path latin = folder.resolve("latin.csv");
        Files.write(latin, "a\n1\nü\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> CsvTable.read(latin))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("latin.csv:3: is not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "0x10", "1f", "1d", "", "1,5", "--1", "nan"})
    void onlyPlainNumbersAreNumbers(String text) throws IOException {
        CsvTable.Row row = CsvTable.read(file("a,b\n\"" + text + "\",1\n")).rows().get(0);
        assertThatThrownBy(() -> row.number("a"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("t.csv:2: a '" + text + "' is not a number");
        assertThatThrownBy(() -> row.integer("a"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is not a whole number");
    }

    @Test
    void numbersMayBeSpecial() throws IOException {
        CsvTable.Row row = CsvTable.read(file("a,b,c\nNaN,-Infinity,.5\n")).rows().get(0);
        assertThat(row.number("a")).isNaN();
        assertThat(row.number("b")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(row.number("c")).isEqualTo(0.5);
    }

    @Test
    void aRowOfAnotherLengthIsNotWritten() {
        Path file = folder.resolve("t.csv");
        assertThatThrownBy(() -> CsvTable.write(file, List.of("a", "b"), List.of(List.of("1"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(file).doesNotExist();
    }
}
