package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.Json;
import org.surgenet.common.RunLock;
import org.surgenet.common.UserPaths;

/** What every command gets from the shared part, shown on a command that prints its options. */
class FrameworkTest {
    @TempDir Path folder;

    private ProgramRun echo(Object... args) {
        List<Object> all = new ArrayList<>(List.of("echo", "--output", folder.resolve("run")));
        all.addAll(List.of(args));
        return ProgramRun.of(List.of(Subcommand.of(EchoCommand.class)), all.toArray());
    }

    private Path config(String... lines) throws IOException {
        return Files.write(folder.resolve("echo.yaml"), List.of(lines));
    }

    private JsonNode record() {
        return Json.read(folder.resolve("run/run.json"));
    }

    @Test
    void commandLineWinsOverFileOverPresetOverDefault() throws IOException {
        Path file = config("# comment", "preset: fast", "seed: 3", "words: [a b, c]");

        ProgramRun run = echo("--config", file, "--metric", "dice,iou");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo("[a b, c] fps=5.0 metrics=[dice, iou] flag=true seed=3\n");
        assertThat(echo("--config=" + file, "--seed", 4, "--fps=2", "--flag=false", "d").out())
                .isEqualTo("[d] fps=2.0 metrics=[] flag=false seed=4\n");
        assertThat(echo().out()).isEqualTo("[] fps=1.0 metrics=[] flag=false seed=0\n");
    }

    @Test
    void flagInFileAndOnCommandLineStaysSet() throws IOException {
        assertThat(echo("--flag", "--config", config("flag: true")).out()).contains("flag=true");
    }

    @Test
    void fileMayGiveRequiredOptions() throws IOException {
        Path file = config("output: " + folder.resolve("other"), "metric:", "  - dice");

        ProgramRun run =
                ProgramRun.of(List.of(Subcommand.of(EchoCommand.class)), "echo", "--config", file);

        assertThat(run.out()).contains("metrics=[dice]");
        assertThat(folder.resolve("other/run.json")).exists();
    }

    /** The library names a setting by its key; the option's dashes are written here. */
    @Test
    void aSettingWithoutSenseIsNamedAsTheOptionIsWritten() {
        ProgramRun run = ProgramRun.of("make-sample", folder.resolve("s"), "--patients", 2);

        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.err()).startsWith("surgenet: --patients 2: must be 3 to 99,");
    }

    @Test
    void misspeltKeyIsNamedWithLineAndNearestKey() throws IOException {
        Path file = config("seed: 1", "metrik: dice");

        ProgramRun run = echo("--config", file);

        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.err())
                .isEqualTo(
                        "surgenet: "
                                + file
                                + ":2: unknown key 'metrik' for surgenet echo; did you mean"
                                + " 'metric'?\n");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void wrongTypeInFileIsNamedWithLine() throws IOException {
        Path file = config("seed: 1", "fps: often");

        ProgramRun run = echo("--config", file);

        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.err())
                .isEqualTo(
                        "surgenet: "
                                + file
                                + ":2: invalid value for option '--fps': 'often' is not a"
                                + " number\n");
    }

    @Test
    void malformedFilesAreNamedWithLine() throws IOException {
        assertThat(echo("--config", config("seed: 1", "fps: [1")).err()).contains("echo.yaml:");
        assertThat(echo("--config", config("seed:", "  a: 1")).messages())
                .containsExactly(
                        "surgenet: "
                                + folder.resolve("echo.yaml")
                                + ":2: 'seed' must be a value or a list of values");
        assertThat(echo("--config", config("seed: 1", "seed: 2")).err())
                .contains("echo.yaml:2: 'seed' is given twice, first in line 1");
        assertThat(echo("--config", config("seed: [1, 2]")).err())
                .contains("echo.yaml:1: 'seed' takes one value, not a list of 2");
        assertThat(echo("--config", config("seed:")).err()).contains("'seed' has no value");
        assertThat(echo("--config", folder.resolve("none.yaml")).messages())
                .containsExactly(
                        "surgenet: --config "
                                + folder.resolve("none.yaml")
                                + ": cannot be read: "
                                + folder.resolve("none.yaml")
                                + ": no such file or folder");
    }

    @Test
    void misspeltOptionIsNamedWithNearest() {
        ProgramRun run = echo("--ouput", "x");

        assertThat(run.code()).isEqualTo(ExitCode.BAD_USAGE);
        assertThat(run.err())
                .isEqualTo(
                        "surgenet: unknown option '--ouput'; did you mean '--output'?; see"
                                + " 'surgenet echo --help'\n");
    }

    @Test
    void misspeltRequiredOptionIsNotCalledMissing() {
        ProgramRun run =
                ProgramRun.of(List.of(Subcommand.of(EchoCommand.class)), "echo", "--outptu=x");

        assertThat(run.code()).isEqualTo(ExitCode.BAD_USAGE);
        assertThat(run.err()).contains("'--outptu'; did you mean '--output'").hasLineCount(1);
    }

    @Test
    void fileThatBeginsWithDashIsCalledWhatItIs() {
        for (String file :
                List.of("-dash.mp4", "-video.mp4", "-hello.mp4", "--x/y.mp4", "-*.mp4")) {
            ProgramRun run = echo(file);

            assertThat(run.code()).isEqualTo(ExitCode.BAD_USAGE);
            assertThat(run.err())
                    .startsWith("surgenet: '" + file + "' begins with a dash")
                    .contains("as ./" + file + ", or last, after --")
                    .hasLineCount(1);
        }
        assertThat(echo("./-dash.mp4").out()).startsWith("[./-dash.mp4] ");
        assertThat(echo("--seed=1", "--", "-dash.mp4", "--").out()).startsWith("[-dash.mp4, --] ");
        assertThat(echo("--fsp=0.5").err())
                .contains("unknown option '--fsp'; did you mean '--fps'");
        assertThat(echo("-ouput").err())
                .contains("unknown option '-ouput'; did you mean '--output'");
    }

    @Test
    void optionIsNotTakenForTheValueOfAnother() {
        ProgramRun run =
                ProgramRun.of(
                        List.of(Subcommand.of(EchoCommand.class)),
                        "echo",
                        "--output",
                        "--flga",
                        "--fps",
                        "-1");

        assertThat(run.code()).isEqualTo(ExitCode.BAD_USAGE);
        assertThat(run.err())
                .contains("'--flga' stands where the value of --output should be")
                .contains("did you mean '--flag'?")
                .contains("--output=--flga")
                .hasLineCount(1);
        assertThat(Path.of("--flga")).doesNotExist();
        assertThat(echo("--fps", "-1").out()).contains("fps=-1.0");
    }

    @Test
    void argumentsOfFileComeLastAndMayBeginWithDash() throws IOException {
        Path file = config("words: [-dash.mp4, --fps]");

        assertThat(echo("--config", file, "--fps", 2).out())
                .startsWith("[-dash.mp4, --fps] fps=2.0");
    }

    @Test
    void homeFolderIsWrittenOutInTheRecord() throws IOException {
        Path file = config("output: ~/never-made");
        Path home = UserPaths.of("~");

        assertThat(
                        ProgramRun.of(
                                        List.of(Subcommand.of(EchoCommand.class)),
                                        "echo",
                                        "--config",
                                        file,
                                        "--dry-run")
                                .out())
                .contains("output: " + home.resolve("never-made") + "\n");
        ProgramRun foreign =
                ProgramRun.of(
                        List.of(Subcommand.of(EchoCommand.class)), "echo", "--output=~no-one/x");
        assertThat(foreign.err())
                .startsWith("surgenet: invalid value for option '--output': '~no-one/x'")
                .hasLineCount(1);
        assertThat(
                        ProgramRun.of(
                                        List.of(Subcommand.of(EchoCommand.class)),
                                        "echo",
                                        "--output=")
                                .err())
                .contains("'--output': the path is empty");
    }

    @Test
    void otherBadUsageIsOneLine() {
        assertThat(ProgramRun.of(List.of(Subcommand.of(EchoCommand.class)), "ehco").err())
                .startsWith("surgenet: unknown command 'ehco'; did you mean 'echo'?")
                .hasLineCount(1);
        assertThat(ProgramRun.of(List.of(Subcommand.of(EchoCommand.class)), "echo").err())
                .startsWith("surgenet: surgenet echo needs --output DIR")
                .hasLineCount(1);
        ProgramRun type = echo("--fps", "often");
        assertThat(type.code()).isEqualTo(ExitCode.BAD_USAGE);
        assertThat(type.err())
                .startsWith("surgenet: invalid value for option '--fps': 'often' is not a number")
                .hasLineCount(1);
    }

    @Test
    void printedConfigurationReadsBack() throws IOException {
        ProgramRun printed =
                echo("--print-config", "--metric=a", "--metric", "b,c", "x: y", "#z", "--fps", 2.5);
        assertThat(printed.code()).isZero();
        assertThat(printed.out())
                .contains("# A rate (1).\nfps: 2.5  # command line\n")
                .contains("seed: 0  # default\n")
                .contains("# preset: ");
        Path file = Files.writeString(folder.resolve("printed.yaml"), printed.out());

        ProgramRun run =
                ProgramRun.of(List.of(Subcommand.of(EchoCommand.class)), "echo", "--config", file);

        assertThat(run.out()).isEqualTo("[x: y, #z] fps=2.5 metrics=[a, b, c] flag=false seed=0\n");
        assertThat(
                        ProgramRun.of(
                                        List.of(Subcommand.of(EchoCommand.class)),
                                        "echo",
                                        "--config",
                                        file,
                                        "--print-config")
                                .out())
                .contains("fps: 2.5  # " + file + ":");
    }

    @Test
    void printConfigNeedsNoRequiredOption() {
        ProgramRun run =
                ProgramRun.of(List.of(Subcommand.of(EchoCommand.class)), "echo", "--print-config");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("# output: DIR   (required)\n");
        assertThat(
                        ProgramRun.of(
                                        List.of(Subcommand.of(EchoCommand.class)),
                                        "echo",
                                        "--print-config",
                                        "--fsp=1")
                                .code())
                .isEqualTo(ExitCode.BAD_USAGE);
    }

    @Test
    void effectiveConfigurationOfRunReadsBack() {
        String first = echo("--fps", 3, "w").out();

        ProgramRun again =
                ProgramRun.of(
                        List.of(Subcommand.of(EchoCommand.class)),
                        "echo",
                        "--config",
                        folder.resolve("run/config.yaml"));

        assertThat(again.out()).isEqualTo(first);
    }

    @Test
    void dryRunPrintsConfigurationAndWritesNothing() {
        ProgramRun run = echo("--dry-run", "w");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("fps: 1\n").endsWith("would print 1 words\n");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void recordTellsHowTheRunEnded() {
        assertThat(echo("w").code()).isZero();
        assertThat(record().get("status").asText()).isEqualTo("done");
        assertThat(record().get("command_line").get(0).asText()).isEqualTo("echo");
        assertThat(record().get("elapsed_s").isNumber()).isTrue();

        assertThat(echo("--end=skipped").code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        assertThat(record().get("status").asText()).isEqualTo("done with skipped inputs");
        assertThat(record().get("previous_run").get("status").asText()).isEqualTo("done");

        ProgramRun interrupted = echo("--end=interrupted");
        assertThat(interrupted.code()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(record().get("status").asText()).isEqualTo("interrupted");

        assertThat(echo("--end=user").code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(record().get("status").asText()).isEqualTo("failed");
        assertThat(record().get("error").asText()).isEqualTo("b.csv:4: unreadable");
    }

    @Test
    void wrongInputFoundBeforeTheWorkLeavesAnEarlierRunAlone() throws IOException {
        echo("w");
        String before = Files.readString(folder.resolve("run/run.json"));
        String configuration = Files.readString(folder.resolve("run/config.yaml"));

        ProgramRun run = echo("--end=early");

        assertThat(run.err()).isEqualTo("surgenet: a.csv:3: unreadable\n");
        assertThat(folder.resolve("run/run.json")).hasContent(before);
        assertThat(folder.resolve("run/config.yaml")).hasContent(configuration);
    }

    @Test
    void faultShowsItsTraceAndAsksForReport() {
        ProgramRun run = echo("--end=bug");

        assertThat(run.code()).isEqualTo(ExitCode.BUG);
        assertThat(run.err())
                .contains("IllegalArgumentException: no such layer", "at org.surgenet.cli.")
                .contains("surgenet: this is a fault of the program; please report it");
    }

    @Test
    void everyKindOfFaultIsOne() {
        ProgramRun run = echo("--end=overflow");

        assertThat(run.code()).isEqualTo(ExitCode.BUG);
        assertThat(run.err()).contains("StackOverflowError", "this is a fault of the program");
        assertThat(record().get("status").asText()).isEqualTo("failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2", "-7", "wide", "99999999999", ""})
    void noTerminalEndsARun(String columns) {
        System.setProperty("surgenet.terminal", "true");
        System.setProperty("surgenet.columns", columns);
        try {
            assertThat(echo("w").code()).isZero();
            assertThat(echo("--end=bug").code()).isEqualTo(ExitCode.BUG);
        } finally {
            System.clearProperty("surgenet.terminal");
            System.clearProperty("surgenet.columns");
        }
    }

    @Test
    void aDirectoryThatAnotherRunWritesIsRefusedUntouched() throws IOException {
        echo("w");
        String before = Files.readString(folder.resolve("run/run.json"));
        try (RunLock other =
                RunLock.acquire(
                        folder.resolve("run"), RunLock.FILE_NAME, "surgenet pretrain", "")) {
            assertThat(other).isNotNull();
            for (String overwrite : List.of("--overwrite=false", "--overwrite=true")) {
                ProgramRun run = echo(overwrite);

                assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
                assertThat(run.out()).isEmpty();
                assertThat(run.err())
                        .startsWith("surgenet: " + folder.resolve("run"))
                        .contains("is being written by surgenet pretrain, process ")
                        .hasLineCount(1);
            }
            assertThat(folder.resolve("run/run.json")).hasContent(before);
            assertThat(echo("--dry-run").code()).isZero();
        }
        assertThat(echo("w").code()).isZero();
    }

    @ParameterizedTest
    @EnumSource(EchoCommand.End.class)
    void theLockGoesHoweverARunEnds(EchoCommand.End end) {
        echo("--end=" + end);

        assertThat(folder.resolve("run/surgenet.lock")).doesNotExist();
        if (end == EchoCommand.End.early) {
            // Nothing was begun: not even the directory is there.
            assertThat(folder).isEmptyDirectory();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"epochs\": 3}",
                "not JSON",
                "{\"program\": \"surgenet\", \"command_line\": [\"pretrain\", \"--frames\"]}",
                "{\"program\": \"surgenet\", \"command\": \"curate\", \"command_line\": []}"
            })
    void aRecordOfSomebodyElseIsNotReplaced(String content) throws IOException {
        Path theirs = Files.createDirectories(folder.resolve("run")).resolve("run.json");
        Files.writeString(theirs, content);

        ProgramRun run = echo("w");

        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.err())
                .startsWith("surgenet: " + theirs + ": already exists and ")
                .contains("--overwrite")
                .hasLineCount(1);
        assertThat(theirs).hasContent(content);
        assertThat(folder.resolve("run")).isDirectoryNotContaining("glob:**/config.yaml");

        assertThat(echo("--overwrite", "w").code()).isZero();
        assertThat(record().get("status").asText()).isEqualTo("done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.yaml", "echo.txt"})
    void aFileOfSomebodyElseIsNotReplaced(String name) throws IOException {
        Path theirs = Files.createDirectories(folder.resolve("run")).resolve(name);
        Files.writeString(theirs, "mine");

        ProgramRun run = echo("w");

        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.messages())
                .singleElement()
                .asString()
                .contains(theirs + ": already exists", "no run.json", "surgenet echo");
        assertThat(theirs).hasContent("mine");
        assertThat(echo("--overwrite", "w").code()).isZero();
    }

    /** Records that were written before they named their command. */
    @Test
    void anOlderRecordOfTheSameCommandIsItsOwn() throws IOException {
        Path record = Files.createDirectories(folder.resolve("run")).resolve("run.json");
        Files.writeString(
                record, "{\"program\": \"surgenet\", \"command_line\": [\"echo\", \"w\"]}");

        assertThat(echo("w").code()).isZero();
    }

    @Test
    void lackOfMemorySaysWhatToDo() {
        ProgramRun run = echo("--end=memory");

        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.err())
                .contains("out of memory", "SURGENET_JAVA_OPTS=-Xmx8g")
                .hasLineCount(1);
    }

    @Test
    void helpIsReachedInThreeWays() {
        List<Subcommand> commands = List.of(Subcommand.of(EchoCommand.class));
        String page = ProgramRun.of(commands, "echo", "--help").out();

        assertThat(page).contains("Usage: surgenet echo", "--print-config", "Prints its options.");
        assertThat(ProgramRun.of(commands, "help", "echo").out()).isEqualTo(page);
        assertThat(ProgramRun.of(commands, "--help").out()).contains("echo  Prints its options.");
        assertThat(ProgramRun.of(commands).code()).isEqualTo(ExitCode.BAD_USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "--help", "weights list", "pretrain --print-config"})
    void whatCannotBePrintedIsAnError(String line) throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "a full disk to print to");
        Process process =
                ProgramRun.program((Object[]) line.split(" "))
                        .redirectOutput(full.toFile())
                        .start();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isEqualTo(ExitCode.USER_ERROR);
        assertThat(said).contains("standard output cannot be written: No space left");
    }

    @Test
    void valuesOfTheWrongKindAreToldInWords() {
        assertThat(ProgramRun.of("pretrain", "--epochs=1.5").err())
                .contains("'1.5' is not a whole number");
        assertThat(ProgramRun.of("pretrain", "--lr=1,5").err()).contains("'1,5' is not a number");
        assertThat(ProgramRun.of("pretrain", "--precision=fp16").err())
                .contains("must be one of fp32, bf16, not 'fp16'");
    }
}
