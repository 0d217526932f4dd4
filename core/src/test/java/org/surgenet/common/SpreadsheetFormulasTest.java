package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadsheetFormulasTest {
    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"})
    void whatSpreadsheetsCompute(String text) {
        assertThat(SpreadsheetFormulas.isFormula(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-0.25", "+1", "-1e-9", "-Infinity", "-", "a=1", "dice", "'=1", " "})
    void whatTheyShow(String text) {
        assertThat(SpreadsheetFormulas.isFormula(text)).isFalse();
    }

    @Test
    void filesKeepTheTextAndTheFirstIsNamed(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("t.csv");
        CsvTable.write(file, List.of("model"), List.of(List.of("=1+1"), List.of("@b")));
        assertThat(Files.readAllLines(file)).containsExactly("model", "=1+1", "@b");

        SpreadsheetFormulas formulas = new SpreadsheetFormulas();
        assertThat(formulas.warning()).isEmpty();
        formulas.add("=1+1");
        formulas.add("x");
        formulas.add("@b");
        assertThat(formulas.warning().orElseThrow()).startsWith("2 texts such as '=1+1' would be");
    }
}
