package org.surgenet.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.UserException;

class ScoresCsvTest {
    private static final String HEADER = "model,task,dataset,unit,metric,class,value,n\n";

    @TempDir Path folder;

    @Test
    void whatWasWrittenReadsBack() throws IOException {
        List<ScoreRow> rows =
                List.of(
                        new ScoreRow("m, \"x\"", "seg", "d", "p1", "dice", "all", 1.0 / 3, 80),
                        new ScoreRow("m, \"x\"", "seg", "d", "p1", "dice", "liver", Double.NaN, 0));
        Path file = folder.resolve("scores.csv");

        ScoresCsv.write(file, rows);

        assertThat(ScoresCsv.read(file)).isEqualTo(rows);
        assertThat(Files.readString(file)).startsWith(HEADER.strip());
    }

    @Test
    void emptyAndNanAreMissing() throws IOException {
        Path file =
                file(
                        "m,seg,d,p1,dice,all,,1\n"
                                + "m,seg,d,p2,dice,,nan,\n"
                                + "m,seg,d,p3,dice,,NA,\n");

        assertThat(ScoresCsv.read(file)).allMatch(row -> Double.isNaN(row.value()));
        assertThat(ScoresCsv.read(file).get(1).label()).isEqualTo(ScoreRow.ALL);
    }

    /** Double.parseDouble reads all of these but the last. */
    @ParameterizedTest
    @ValueSource(strings = {"0x1p3", "0.5d", "1f", "1e0D", "1,5"})
    void numbersOfProgrammingLanguagesAreNone(String number) throws IOException {
        Path file = file("m,seg,d,p1,dice,all,.5,1\nm,seg,d,p2,dice,all,\"" + number + "\",1\n");

        assertThatThrownBy(() -> ScoresCsv.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(file + ":3: value '" + number + "' is not a number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "+1", "1.", ".5", "-0.5", "1e-3", "1.5E+2"})
    void decimalNumbersAreRead(String number) throws IOException {
        Path file = file("m,seg,d,p1,dice,all," + number + ",1\n");

        assertThat(ScoresCsv.read(file).get(0).value()).isEqualTo(Double.parseDouble(number));
    }

    @Test
    void otherEncodingsAreRefused() throws IOException {
        Path file = folder.resolve("scores.csv");
        String rows = "m,seg,d,p1,dice,all,.5,1\nmod\u00e8le,seg,d,p2,dice,all,.5,1\n";

        Files.writeString(file, HEADER + rows);
        assertThat(ScoresCsv.read(file).get(1).model()).isEqualTo("mod\u00e8le");

        Files.writeString(file, HEADER + rows, StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> ScoresCsv.read(file))
                .isInstanceOf(UserException.class)
                .hasMessage(file + ":3: is not UTF-8; save the file as UTF-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "latency,all,1e999,1|value '1e999' is not finite",
                "latency,all,1e101,1|value '1e101' is too large",
                "dice,all,0.5,-1|n '-1' is negative"
            })
    void valuesThatNoMetricHas(String line) throws IOException {
        String[] parts = line.split("\\|");
        Path file = folder.resolve("scores.csv");
        Files.writeString(
                file,
                "model,task,dataset,unit,metric,class,value,n\nm,seg,d,p1,"
                        + parts[0]
                        + "\nm,seg,d,p1,hd95,all,81.5,1\n");
        assertThatThrownBy(() -> ScoresCsv.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("scores.csv:2: " + parts[1]);
    }

    @Test
    void twoLinesForOneThing() throws IOException {
        Path file =
                file(
                        "m,seg,d,p1,dice,all,.5,1\n"
                                + "m,seg,d,p2,dice,all,.5,1\n"
                                + "m,seg,d,p1,dice,all,.6,1\n");

        assertThatThrownBy(() -> ScoresCsv.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("scores.csv:4: scores the same thing as line 2")
                .hasMessageContaining("unit p1");
    }

    @Test
    void valuesThatAreNone() throws IOException {
        Path text = file("m,seg,d,p1,dice,all,good,1\n");
        assertThatThrownBy(() -> ScoresCsv.read(text))
                .hasMessageContaining("scores.csv:2: value 'good' is not a number");
        Path infinite = file("m,seg,d,p1,dice,all,Infinity,1\n");
        assertThatThrownBy(() -> ScoresCsv.read(infinite)).hasMessageContaining("is not finite");
        Path unnamed = file("m,seg,d,,dice,all,.5,1\n");
        assertThatThrownBy(() -> ScoresCsv.read(unnamed))
                .hasMessageContaining("scores.csv:2: unit '' is empty");
    }

    private Path file(String rows) throws IOException {
        return Files.writeString(folder.resolve("scores.csv"), HEADER + rows);
    }
}
