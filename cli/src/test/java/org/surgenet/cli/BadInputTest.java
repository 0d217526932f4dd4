package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.SharedFiles;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Rational;
import org.surgenet.video.container.VideoWriter;

/**
 * What users get wrong: each gives one line that says what and where, the right exit code, and
 * loses nothing.
 */
class BadInputTest {
    private static final int SIZE = 64;

    @TempDir Path folder;

    private Path output() {
        return folder.resolve("out");
    }

    /** A run that must fail with this code, one line of message, and no trace of itself. */
    private void refused(int code, String message, Object... args) {
        ProgramRun run = ProgramRun.of(args);

        assertThat(run.messages()).as(run.err()).hasSize(1);
        assertThat(run.messages().get(0)).contains(message);
        assertThat(run.err()).doesNotContain("Exception", "\tat ");
        assertThat(run.code()).isEqualTo(code);
        assertThat(run.out()).isEmpty();
        assertThat(output()).doesNotExist();
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    private static BufferedImage picture(int width, int height, int seed) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        for (int i = 0; i < 40; i++) {
            int x = (i * 37 + seed * 11) % width;
            int y = (i * 53 + seed * 29) % height;
            graphics.setColor(new Color(120 + (i * 7 + seed * 31) % 120, 40 + i, 30 + seed % 50));
            graphics.fillOval(x - 8, y - 8, 20, 16);
        }
        graphics.dispose();
        return image;
    }

    private static Path png(Path file, int width, int height, int seed) throws IOException {
        Files.createDirectories(file.getParent());
        ImageIO.write(picture(width, height, seed), "png", file.toFile());
        return file;
    }

    /** Images and masks of three patients, as {@code --format folders} has them. */
    private Path pairs() throws IOException {
        Path data = folder.resolve("pairs");
        for (int patient = 1; patient <= 3; patient++) {
            String name = "p" + patient + "_1.png";
            png(data.resolve("images").resolve(name), SIZE, SIZE, patient);
            Path mask = data.resolve("masks").resolve(name);
            Files.createDirectories(mask.getParent());
            BufferedImage grey = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
            grey.getRaster().setSample(3, 4, 0, 255);
            ImageIO.write(grey, "png", mask.toFile());
        }
        Files.writeString(
                data.resolve("patients.csv"), "image,patient\np1_1,p1\np2_1,p2\np3_1,p3\n");
        return data;
    }

    @ParameterizedTest
    @CsvSource({
        "extract-frames",
        "curate",
        "pretrain --frames",
        "embed --weights none.safetensors --frames",
        "finetune-seg --format folders --data",
        "finetune-phase --format cholec80 --data",
        "finetune-cvs --format endoscapes --data",
        "bootstrap-stats"
    })
    void missingInputIsNamed(String command) {
        Path missing = folder.resolve("missing");

        refused(ExitCode.USER_ERROR, missing + ": ", command(command, missing));
    }

    @ParameterizedTest
    @CsvSource({
        "extract-frames",
        "curate",
        "pretrain --frames",
        "finetune-seg --format folders --data",
        "finetune-phase --format cholec80 --data",
        "finetune-cvs --format endoscapes --data"
    })
    void emptyFolderIsNamed(String command) throws IOException {
        refused(ExitCode.USER_ERROR, folder("empty").toString(), command(command, folder("empty")));
    }

    private Object[] command(String words, Path input) {
        return Stream.of(words.split(" "), new Object[] {input, "--output", output()})
                .flatMap(Arrays::stream)
                .toArray();
    }

    @Test
    void textFileNamedAsVideoIsListedAndTheOthersAreKept() throws IOException {
        Path videos = folder("videos");
        Files.writeString(videos.resolve("notes.mp4"), "operation of Tuesday\n");
        int side = 64;
        try (VideoWriter writer =
                VideoWriter.h264(
                        videos.resolve("good.mp4"), side, side, new Rational(5, 1), 5, 100_000)) {
            for (int i = 0; i < 10; i++) {
                byte[] pixels = new byte[3 * side * side];
                Arrays.fill(pixels, (byte) (10 * i));
                writer.write(pixels);
            }
            writer.finish();
        }

        ProgramRun run = ProgramRun.of("extract-frames", videos, "--output", output());

        assertThat(run.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        List<CsvTable.Row> failures =
                CsvTable.read(output().resolve("failures.csv"), "path", "cause").rows();
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).get("path")).endsWith("notes.mp4");
        assertThat(failures.get(0).get("cause")).contains("not a video");
        try (Stream<Path> files = Files.walk(output())) {
            assertThat(files.filter(f -> f.toString().endsWith(".jpg"))).isNotEmpty();
        }
        assertThat(videos.resolve("notes.mp4")).exists();
    }

    @Test
    void truncatedPictureAmongFramesIsListedAndTheOthersAreKept() throws IOException {
        Path frames = folder("frames");
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(picture(SIZE, SIZE, 7), "jpg", jpeg);
        Files.write(
                frames.resolve("cut.jpg"), Arrays.copyOf(jpeg.toByteArray(), jpeg.size() * 2 / 3));
        png(frames.resolve("whole.png"), SIZE, SIZE, 3);

        curateSkipsOne(frames, "cut.jpg");
    }

    @Test
    void truncatedPictureOfRealMediaIsListed() throws IOException {
        Optional<Path> media = SharedFiles.media();
        assumeTrue(media.isPresent());
        Path frames = folder("frames");
        String name = "scikit-image__truncated.jpg";
        Files.copy(media.get().resolve("non_surgical").resolve(name), frames.resolve(name));
        png(frames.resolve("whole.png"), SIZE, SIZE, 3);

        curateSkipsOne(frames, name);
    }

    private void curateSkipsOne(Path frames, String name) throws IOException {
        ProgramRun run = ProgramRun.of("curate", frames, "--output", output());

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        List<CsvTable.Row> failures =
                CsvTable.read(output().resolve("failures.csv"), "path", "cause").rows();
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).get("path")).endsWith(name);
        assertThat(failures.get(0).get("cause")).contains("truncated");
        assertThat(CsvTable.read(output().resolve("curated.csv"), "path", "keep").rows())
                .hasSize(2);
        assertThat(frames.resolve(name)).exists();
    }

    @Test
    void maskOfAnotherSizeIsNamed() throws IOException {
        Path data = pairs();
        Path mask = png(data.resolve("masks/p2_1.png"), SIZE, 32, 1);

        refused(
                ExitCode.USER_ERROR,
                mask.toString(),
                command("finetune-seg --format folders --data", data));
    }

    @Test
    void unknownPhaseIsNamedWithFileAndLine() throws IOException {
        Path data = folder("cholec80");
        Path labels = folder("cholec80/phase_annotations").resolve("video01-phase.txt");
        Files.writeString(labels, "Frame\tPhase\n0\tPreparation\n25\tLunch\n");
        png(data.resolve("frames/video01/00001.png"), SIZE, SIZE, 1);

        refused(
                ExitCode.USER_ERROR,
                labels + ":3: Phase 'Lunch' is not a phase",
                command("finetune-phase --format cholec80 --data", data));
    }

    @Test
    void patientOnBothSidesIsNamedWithFileAndLines() throws IOException {
        Path split = folder.resolve("split.csv");
        Files.writeString(split, "patient,split\np1,train\np2,val\np3,test\np1,test\n");

        refused(
                ExitCode.USER_ERROR,
                split + ":5: patient 'p1' is in test here and in train on line 2",
                command("finetune-seg --format folders --split " + split + " --data", pairs()));
    }

    @Test
    void misspeltOptionIsNamedWithTheNearest() {
        for (Subcommand command : Commands.ALL) {
            String name = command.name();
            ProgramRun run = ProgramRun.of(name, "--dry-rnu");

            assertThat(run.code()).as(name).isEqualTo(ExitCode.BAD_USAGE);
            assertThat(run.err()).as(name).hasLineCount(1).contains("unknown option '--dry-rnu'");
        }
        refused(
                ExitCode.BAD_USAGE,
                "unknown option '--blurr'",
                command("curate --blurr 3", folder.resolve("frames")));
    }

    @Test
    void misspeltKeyInConfigurationIsNamedWithLineAndNearest() throws IOException {
        Path config = folder.resolve("run.yaml");
        Files.writeString(config, "backbone: caformer_test\nepohcs: 3\n");

        refused(
                ExitCode.USER_ERROR,
                config + ":2: unknown key 'epohcs' for surgenet pretrain; did you mean 'epochs'?",
                command("pretrain --config " + config + " --frames", folder.resolve("frames")));
    }
}
