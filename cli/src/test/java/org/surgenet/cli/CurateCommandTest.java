package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opencv.core.Mat;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.CsvTable;
import org.surgenet.image.Images;

class CurateCommandTest {
    @TempDir Path folder;

    @BeforeEach
    void writeFrames() throws IOException {
        for (int i = 0; i < 4; i++) {
            CounterRandom random = CounterRandom.of(i);
            byte[] rgb = new byte[3 * 64 * 36];
            for (int k = 0; k < rgb.length; k += 3) {
                rgb[k] = (byte) (130 + random.nextInt(60));
                rgb[k + 1] = (byte) (50 + random.nextInt(50));
                rgb[k + 2] = 60;
            }
            Mat picture = Images.ofRgbBytes(i == 3 ? new byte[rgb.length] : rgb, 64, 36);
            Images.writePng(folder.resolve("frames/video1/" + i + ".png"), picture);
            picture.release();
        }
    }

    private ProgramRun curate(Object... more) {
        List<Object> args = new ArrayList<>(List.of("curate", folder.resolve("frames")));
        if (!List.of(more).contains("--output")) {
            args.addAll(List.of("--output", folder.resolve("out")));
        }
        args.addAll(List.of(more));
        return ProgramRun.of(args.toArray());
    }

    @Test
    void ofAFullDiskTheMessageNamesTheFileAndNoEmptyFileStays() throws Exception {
        Optional<SmallDisk> small = SmallDisk.mount(folder.resolve("disk"), "400k");
        assumeTrue(small.isPresent(), "no right to mount a small file system");
        try (SmallDisk disk = small.get()) {
            disk.fill("full", 0);
            Path out = disk.folder().resolve("out");
            ProgramRun run = curate("--output", out);

            assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USER_ERROR);
            assertThat(run.err()).contains(out + ": cannot be written: No space left");
            assertThat(disk.folder().toFile().list()).containsExactly("full");

            // Enough for the lock and the run's record.
            Files.delete(disk.folder().resolve("full"));
            disk.fill("full", 4 * 4096);
            run = curate("--output", out);

            assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USER_ERROR);
            assertThat(run.err())
                    .containsPattern(out + "/\\S+: No space left")
                    .contains("free some space")
                    .doesNotContain(".part:");
            assertThat(out.resolve("run.json")).content().contains("\"failed\"");
            try (Stream<Path> files = Files.walk(out)) {
                assertThat(files.filter(file -> file.toString().endsWith(".part"))).isEmpty();
            }
        }
    }

    @Test
    void writesTheListAndThePageAndResumes() {
        ProgramRun run = curate();

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("kept 3 of 4 frames (dropped: dark 1); 0 were measured");
        assertThat(folder.resolve("out/report.html")).isNotEmptyFile();
        assertThat(folder.resolve("out/run.json")).content().contains("\"done\"");
        assertThat(CsvTable.read(folder.resolve("out/curated.csv")).rows()).hasSize(4);

        assertThat(curate("--min-brightness", 0, "--max-border", 1, "--max-flat", 1).out())
                .contains("kept 3 of 4 frames (dropped: out_of_body 1); 4 were measured before");
        assertThat(curate("--overwrite").out()).contains("0 were measured before");
    }

    @Test
    void takesSeveralListsAndAnExclusion() throws Exception {
        Path list = Files.writeString(folder.resolve("held out.txt"), "video1\nvideo9\n");

        ProgramRun run = curate(folder.resolve("frames"), "--exclude", list, "--keep-duplicates");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("kept 0 of 8 frames (dropped: excluded 8)")
                .contains("1 of the 2 videos to exclude have no frame here");
    }

    @Test
    void anUnreadableFrameIsListedAndTheRestIsDone() throws Exception {
        byte[] whole = Files.readAllBytes(folder.resolve("frames/video1/0.png"));
        Files.write(
                folder.resolve("frames/video1/9.png"),
                java.util.Arrays.copyOf(whole, whole.length / 2));

        ProgramRun run = curate();

        assertThat(run.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        assertThat(run.out()).contains("kept 3 of 5").contains("1 files could not be read");
        assertThat(folder.resolve("out/failures.csv"))
                .content()
                .contains("9.png")
                .contains("truncated");
    }

    @Test
    void aDryRunWritesNothing() {
        ProgramRun run = curate("--dry-run");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("would measure 4 frames");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "--max-glare,1.5,1",
        "--near-duplicates,65,1",
        "--near-window,0,1",
        "--min-brightness,240,1",
        "--exclude,nowhere.txt,1",
        "--out-of-body,perhaps,2"
    })
    void refusesImpossibleValues(String option, String value, int code) {
        ProgramRun run = curate(option, value);

        assertThat(run.code()).isEqualTo(code);
        assertThat(run.err()).contains(option.equals("--exclude") ? value : option);
        assertThat(folder.resolve("out/curated.csv")).doesNotExist();
    }

    @Test
    void namesAMissingFolder() {
        ProgramRun run =
                ProgramRun.of("curate", folder.resolve("none"), "--output", folder.resolve("o"));

        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.messages()).singleElement().asString().contains("none");
    }
}
