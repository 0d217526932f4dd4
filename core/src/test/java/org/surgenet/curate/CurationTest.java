package org.surgenet.curate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.CsvTable;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.frames.Frame;
import org.surgenet.frames.FrameLists;
import org.surgenet.image.Images;

class CurationTest {
    private static final int WIDTH = 160;
    private static final int HEIGHT = 90;

    @TempDir Path folder;

    /** Grainy blobs of a base colour, different for each seed. */
    private static byte[] blobs(long seed, int r, int g, int b, double variation) {
        CounterRandom random = CounterRandom.of(seed);
        double[] phase = new double[12];
        for (int i = 0; i < phase.length; i++) {
            phase[i] = random.uniform(0, 2 * Math.PI);
        }
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            double x = i % WIDTH / (double) WIDTH;
            double y = i / WIDTH / (double) WIDTH;
            double v = 0;
            for (int k = 0; k < phase.length; k++) {
                double angle = k * 0.7 + phase[k];
                double along = x * Math.cos(angle) + y * Math.sin(angle);
                v += Math.sin((8 + 5 * k) * along + 3 * phase[k]) / phase.length;
            }
            double light = 1 + variation * (v + 0.15 * (random.nextDouble() - 0.5));
            rgb[3 * i] = (byte) Math.max(0, Math.min(255, r * light));
            rgb[3 * i + 1] = (byte) Math.max(0, Math.min(255, g * light));
            rgb[3 * i + 2] = (byte) Math.max(0, Math.min(255, b * light));
        }
        return rgb;
    }

    private Path write(String name, byte[] rgb) throws IOException {
        Path file = folder.resolve("frames").resolve(name);
        Mat picture = Images.ofRgbBytes(rgb, WIDTH, HEIGHT);
        Images.writePng(file, picture);
        picture.release();
        return file;
    }

    private void writeTissue(String name, long seed) throws IOException {
        write(name, blobs(seed, 150, 70, 60, 1.2));
    }

    private Curation.Outcome curate(Thresholds thresholds) throws IOException {
        return curate(thresholds, Optional.empty(), 2, Cancellation.NEVER);
    }

    private Curation.Outcome curate(Thresholds thresholds, DuplicateRules duplicates)
            throws IOException {
        return curate(thresholds, duplicates, Optional.empty(), 2, Cancellation.NEVER);
    }

    private Curation.Outcome curate(
            Thresholds thresholds, Optional<Path> exclude, int workers, Cancellation cancellation)
            throws IOException {
        return curate(thresholds, DuplicateRules.defaults(), exclude, workers, cancellation);
    }

    private Curation.Outcome curate(
            Thresholds thresholds,
            DuplicateRules duplicates,
            Optional<Path> exclude,
            int workers,
            Cancellation cancellation)
            throws IOException {
        CurateRequest request =
                CurateRequest.builder(List.of(folder.resolve("frames")), folder.resolve("out"))
                        .thresholds(thresholds)
                        .duplicates(duplicates)
                        .exclude(exclude)
                        .workers(workers)
                        .build();
        return new Curation(request).run(Progress.NONE, cancellation);
    }

    /** Reason by file name; kept frames have an empty one. */
    private Map<String, String> reasons() {
        Map<String, String> reasons = new TreeMap<>();
        for (CsvTable.Row row : CsvTable.read(folder.resolve("out/curated.csv")).rows()) {
            String path = row.get("path");
            assertThat(row.get("keep")).isEqualTo(row.get("reason").isEmpty() ? "true" : "false");
            reasons.put(path.substring(path.lastIndexOf("frames/") + 7), row.get("reason"));
        }
        return reasons;
    }

    private void writeOneOfEach() throws IOException {
        writeTissue("v/01_tissue.png", 1);
        writeTissue("v/02_tissue.png", 2);
        write("v/03_black.png", new byte[3 * WIDTH * HEIGHT]);
        write("v/04_white.png", blobs(3, 250, 250, 250, 0.05));
        write("v/05_blue.png", blobs(4, 60, 90, 150, 1.2));
        write("v/06_flat.png", blobs(5, 120, 61, 60, 0.001));
        write("v/07_blurred.png", blurred());
        Files.copy(
                folder.resolve("frames/v/01_tissue.png"), folder.resolve("frames/v/08_copy.png"));
        write("v/09_near.png", brighter(blobs(2, 150, 70, 60, 1.2)));
        Files.write(
                folder.resolve("frames/v/10_broken.png"),
                new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 0, 0, 0});
    }

    private static byte[] blurred() {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            rgb[3 * i] = (byte) (100 + i % WIDTH / 2);
            rgb[3 * i + 1] = (byte) (50 + i % WIDTH / 4);
            rgb[3 * i + 2] = (byte) (50 + i / WIDTH / 4);
        }
        return rgb;
    }

    private static byte[] brighter(byte[] rgb) {
        byte[] result = rgb.clone();
        for (int i = 0; i < rgb.length; i++) {
            result[i] = (byte) Math.min(255, (rgb[i] & 0xFF) + 3);
        }
        return result;
    }

    @Test
    void givesEveryFrameItsReason() throws Exception {
        writeOneOfEach();

        Curation.Outcome outcome = curate(Thresholds.defaults());

        assertThat(reasons())
                .containsExactly(
                        entry("v/01_tissue.png", ""),
                        entry("v/02_tissue.png", ""),
                        entry("v/03_black.png", "dark"),
                        entry("v/04_white.png", "bright"),
                        entry("v/05_blue.png", "out_of_body"),
                        entry("v/06_flat.png", "screen"),
                        entry("v/07_blurred.png", "blurred"),
                        entry("v/08_copy.png", "duplicate"),
                        entry("v/09_near.png", "near_duplicate"),
                        entry("v/10_broken.png", "unreadable"));
        assertThat(outcome.frames()).isEqualTo(10);
        assertThat(outcome.kept()).isEqualTo(2);
        assertThat(outcome.unreadable()).isEqualTo(1);
        assertThat(outcome.dropped()).doesNotContainKey(Reason.EXCLUDED).hasSize(8);
        CsvTable failures = CsvTable.read(folder.resolve("out/failures.csv"), "path", "cause");
        assertThat(failures.rows()).hasSize(1);
        assertThat(failures.rows().get(0).get("path")).endsWith("10_broken.png");
        assertThat(failures.rows().get(0).get("cause")).contains("header");
    }

    @Test
    void keptRowsAreAListOfFrames() throws Exception {
        writeOneOfEach();
        curate(Thresholds.defaults());

        List<Frame> kept = FrameLists.read(folder.resolve("out/curated.csv"));

        assertThat(kept).hasSize(2);
        for (Frame frame : kept) {
            assertThat(frame.path()).exists();
            assertThat(frame.video()).isEqualTo("v");
        }
    }

    @Test
    void thePageShowsKeptAndDropped() throws Exception {
        writeOneOfEach();
        curate(Thresholds.defaults());

        String page = Files.readString(folder.resolve("out/report.html"));

        assertThat(page)
                .contains("2 of 10 frames kept")
                .contains("near duplicate")
                .contains("data:image/jpeg;base64,")
                .contains("10_broken.png: is cut off")
                .doesNotContain("http://", "https://", "<script");
    }

    @Test
    void everyThresholdIsHeeded() throws Exception {
        writeOneOfEach();
        Thresholds open = Thresholds.defaults();
        for (Object[] setting :
                new Object[][] {
                    {"min-brightness", 0.0},
                    {"max-brightness", 256.0},
                    {"max-border", 1.0},
                    {"max-glare", 1.0},
                    {"max-flat", 1.0},
                    {"min-sharpness", 0.0},
                    {"min-redness", -2.0}
                }) {
            open = with(open, (String) setting[0], setting[1]);
        }
        DuplicateRules none = DuplicateRules.builder().exact(false).nearBits(-1).build();
        curate(open, none);
        assertThat(reasons()).isEqualTo(entries("v/10_broken.png", "unreadable"));

        assertReason(with(open, "min-brightness", 20.0), none, "03_black", "dark");
        assertReason(with(open, "max-border", 0.9), none, "03_black", "dark");
        assertReason(with(open, "max-brightness", 200.0), none, "04_white", "bright");
        assertReason(with(open, "max-glare", 0.3), none, "04_white", "bright");
        assertReason(with(open, "min-contrast", 3.0), none, "06_flat", "screen");
        assertReason(with(open, "max-flat", 0.6), none, "06_flat", "screen");
        assertReason(with(open, "min-redness", -0.2), none, "05_blue", "out_of_body");
        assertReason(with(open, "min-sharpness", 5.0), none, "07_blurred", "blurred");
        assertReason(
                open, DuplicateRules.builder().exact(false).build(), "09_near", "near_duplicate");
    }

    private static Thresholds with(Thresholds thresholds, String name, Object value) {
        Threshold threshold =
                Thresholds.ALL.stream().filter(t -> t.name().equals(name)).findFirst().get();
        return thresholds.with(threshold, value);
    }

    private static Map<String, String> entries(String name, String reason) {
        Map<String, String> all = new TreeMap<>();
        for (String other :
                List.of(
                        "01_tissue",
                        "02_tissue",
                        "03_black",
                        "04_white",
                        "05_blue",
                        "06_flat",
                        "07_blurred",
                        "08_copy",
                        "09_near",
                        "10_broken")) {
            all.put("v/" + other + ".png", "");
        }
        all.put(name, reason);
        return all;
    }

    private void assertReason(
            Thresholds thresholds, DuplicateRules duplicates, String name, String reason)
            throws IOException {
        curate(thresholds, duplicates);
        assertThat(reasons())
                .containsEntry("v/" + name + ".png", reason)
                .containsEntry("v/01_tissue.png", "")
                .containsEntry("v/02_tissue.png", "");
    }

    @Test
    void outOfBodyFramesMayBeKeptOrFlagged() throws Exception {
        writeTissue("v/a.png", 1);
        write("v/b.png", blobs(4, 60, 90, 150, 1.2));
        Thresholds d = Thresholds.defaults();

        Curation.Outcome flagged = curate(with(d, "out-of-body", Action.FLAG));
        CsvTable table = CsvTable.read(folder.resolve("out/curated.csv"));
        assertThat(flagged.kept()).isEqualTo(2);
        assertThat(flagged.flagged().values()).containsExactly(1L);
        assertThat(folder.resolve("out/report.html"))
                .content()
                .contains("1 kept frames are flagged as out of body");
        assertThat(table.rows().get(1).get("keep")).isEqualTo("true");
        assertThat(table.rows().get(1).get("reason")).isEqualTo("out_of_body");

        Curation.Outcome kept = curate(with(d, "out-of-body", Action.KEEP));
        assertThat(kept.kept()).isEqualTo(2);
        assertThat(kept.flagged()).isEmpty();
    }

    @Test
    void dropsFramesOfExcludedVideos() throws Exception {
        writeTissue("test7/a.png", 1);
        writeTissue("train1/a.png", 2);
        Path list = Files.writeString(folder.resolve("test.txt"), "# held out\n\ntest7\ntest8\n");

        Curation.Outcome outcome =
                curate(Thresholds.defaults(), Optional.of(list), 1, Cancellation.NEVER);

        assertThat(reasons())
                .containsExactly(entry("test7/a.png", "excluded"), entry("train1/a.png", ""));
        assertThat(outcome.excludedNames()).isEqualTo(2);
        assertThat(outcome.excludedFound()).isEqualTo(1);
        Path csv = Files.writeString(folder.resolve("test.csv"), "video,split\ntrain1,test\n");
        curate(Thresholds.defaults(), Optional.of(csv), 1, Cancellation.NEVER);
        assertThat(reasons())
                .containsExactly(entry("test7/a.png", ""), entry("train1/a.png", "excluded"));
        Path empty = Files.writeString(folder.resolve("none.txt"), "\n");
        assertThatThrownBy(
                        () ->
                                curate(
                                        Thresholds.defaults(),
                                        Optional.of(empty),
                                        1,
                                        Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("none.txt");
    }

    @Test
    void nearDuplicatesAreSoughtWithinTheirVideoAndWindow() throws Exception {
        writeTissue("a/1.png", 1);
        write("a/2.png", blobs(2, 150, 70, 60, 1.2));
        write("a/3.png", brighter(blobs(1, 150, 70, 60, 1.2)));
        write("b/1.png", brighter(blobs(2, 150, 70, 60, 1.2)));
        Thresholds d = Thresholds.defaults();

        curate(d);
        assertThat(reasons())
                .containsEntry("a/3.png", "near_duplicate")
                .containsEntry("b/1.png", "");

        curate(d, DuplicateRules.builder().window(1).build());
        assertThat(reasons()).containsEntry("a/3.png", "");
    }

    @Test
    void goesOnAfterAnInterruptionAndAfterAKill() throws Exception {
        for (int i = 0; i < 300; i++) {
            Path file =
                    folder.resolve("frames").resolve(String.format(Locale.ROOT, "v/%03d.png", i));
            CounterRandom random = CounterRandom.of(i);
            byte[] rgb = new byte[3 * 32 * 18];
            for (int k = 0; k < rgb.length; k += 3) {
                rgb[k] = (byte) (130 + random.nextInt(60));
                rgb[k + 1] = (byte) (50 + random.nextInt(50));
                rgb[k + 2] = 60;
            }
            Mat picture = Images.ofRgbBytes(rgb, 32, 18);
            Images.writePng(file, picture);
            picture.release();
        }
        int[] checks = new int[1];
        Cancellation second = () -> ++checks[0] > 1;
        assertThatThrownBy(() -> curate(Thresholds.defaults(), Optional.empty(), 1, second))
                .isInstanceOf(InterruptedRunException.class);
        assertThat(folder.resolve("out/curated.csv")).doesNotExist();
        // A kill may leave half a line.
        Files.writeString(
                folder.resolve("out/" + ScoreFile.NAME), "/frames/v", StandardOpenOption.APPEND);

        Curation.Outcome outcome = curate(Thresholds.defaults());

        assertThat(outcome.reused()).isEqualTo(256);
        byte[] resumed = Files.readAllBytes(folder.resolve("out/curated.csv"));
        byte[] page = Files.readAllBytes(folder.resolve("out/report.html"));
        Curation.Outcome again = curate(Thresholds.defaults());
        assertThat(again.reused()).isEqualTo(300);
        assertThat(folder.resolve("out/curated.csv")).hasBinaryContent(resumed);

        Files.delete(folder.resolve("out/" + ScoreFile.NAME));
        Curation.Outcome fresh =
                curate(Thresholds.defaults(), Optional.empty(), 3, Cancellation.NEVER);
        assertThat(fresh.reused()).isZero();
        assertThat(folder.resolve("out/curated.csv")).hasBinaryContent(resumed);
        assertThat(folder.resolve("out/report.html")).hasBinaryContent(page);
    }

    @Test
    void measuresAgainWhatHasChanged() throws Exception {
        for (int i = 0; i < 5; i++) {
            writeTissue("v/" + i + ".png", i);
        }
        curate(Thresholds.defaults());
        write("v/3.png", new byte[3 * WIDTH * HEIGHT]);

        Curation.Outcome outcome = curate(Thresholds.defaults());

        assertThat(outcome.reused()).isEqualTo(3);
        assertThat(reasons()).containsEntry("v/3.png", "dark").hasSize(5);
    }

    private static FrameScores measured(Mat frame) {
        FrameScores scores = new FrameScores(Detectors.ALL);
        Detectors.ALL.list().forEach(d -> d.measure(Picture.of(frame), scores));
        return scores;
    }

    private static double number(FrameScores scores, String name) {
        return scores.number(
                Detectors.ALL.columns().stream()
                        .filter(s -> s.name().equals(name))
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void measuresTheDiscOfAnEndoscope() {
        int side = 256;
        byte[] rgb = new byte[3 * side * 160];
        for (int y = 0; y < 160; y++) {
            for (int x = 0; x < side; x++) {
                boolean inside = Math.hypot(x - 140, y - 78) < 75;
                int i = 3 * (y * side + x);
                rgb[i] = (byte) (inside ? 160 : 4);
                rgb[i + 1] = (byte) (inside ? 70 : 4);
                rgb[i + 2] = (byte) (inside ? 70 : 4);
            }
        }
        Mat frame = Images.ofRgbBytes(rgb, side, 160);
        FrameScores scores = measured(frame);
        frame.release();

        assertThat(number(scores, "disc_x")).isBetween(139.0 / side, 141.0 / side);
        assertThat(number(scores, "disc_y")).isBetween(77.0 / 160, 79.0 / 160);
        assertThat(number(scores, "disc_radius")).isBetween(74.0 / side, 76.0 / side);
        double disc = Math.PI * 75 * 75 / (side * 160);
        assertThat(number(scores, "border")).isBetween(1 - disc - 0.01, 1 - disc + 0.01);
        assertThat(number(scores, "tissue")).isEqualTo(1);
        assertThat(number(scores, "redness")).isBetween(0.55, 0.57);
        assertThat(number(scores, "brightness")).isBetween(95.0, 99.0);
    }

    @Test
    void aRectangularPictureHasNoDisc() {
        List<FrameScores> all = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            Mat frame = Images.ofRgbBytes(blobs(seed, 150, 70, 60, 0.5), WIDTH, HEIGHT);
            all.add(measured(frame));
            frame.release();
        }
        assertThat(all)
                .allMatch(
                        s -> Double.isNaN(number(s, "disc_radius")) && number(s, "border") < 0.01);
    }
}
