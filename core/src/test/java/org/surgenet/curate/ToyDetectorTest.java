package org.surgenet.curate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.CsvTable;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.image.Images;

/** A detector is a class that implements {@link Detector}: here one that looks for blue. */
class ToyDetectorTest {
    private static final Score BLUENESS =
            new Score("blueness", "Blueness", "mean blue channel", 0, 255, Score.Kind.CHARTED);
    private static final Threshold MAX_BLUENESS =
            Threshold.number("max-blueness", "100", "Drop bluer frames (default: {default}).");
    private static final Reason BLUE = new Reason("blue", "too blue");

    @TempDir Path folder;

    /** Counts what it measures. */
    private static final class BlueDetector implements Detector {
        final AtomicInteger measured = new AtomicInteger();

        @Override
        public List<Score> scores() {
            return List.of(BLUENESS);
        }

        @Override
        public void measure(Picture picture, FrameScores scores) {
            measured.incrementAndGet();
            double sum = 0;
            for (int i = 0; i < picture.size(); i++) {
                sum += picture.blue(i);
            }
            scores.set(BLUENESS, sum / picture.size());
        }

        @Override
        public Optional<Reason> reason() {
            return Optional.of(BLUE);
        }

        @Override
        public List<Threshold> thresholds() {
            return List.of(MAX_BLUENESS);
        }

        @Override
        public Action judge(FrameScores scores, Thresholds thresholds) {
            return scores.number(BLUENESS) > thresholds.number(MAX_BLUENESS)
                    ? Action.DROP
                    : Action.KEEP;
        }

        @Override
        public String criterion(Thresholds thresholds) {
            return "blueness > " + thresholds.number(MAX_BLUENESS);
        }
    }

    /** Counts what another measures that never judges. */
    private static final class Counting implements Detector {
        final AtomicInteger measured = new AtomicInteger();
        private final Detector counted;

        Counting(Detector counted) {
            this.counted = counted;
        }

        @Override
        public List<Score> scores() {
            return counted.scores();
        }

        @Override
        public void measure(Picture picture, FrameScores scores) {
            measured.incrementAndGet();
            counted.measure(picture, scores);
        }
    }

    private final BlueDetector blue = new BlueDetector();
    private final Counting look = new Counting(new LookDetector());

    /** All detectors, one of them counted, without and with the toy. */
    private Detectors detectors(boolean withToy) {
        List<Detector> list = new ArrayList<>();
        for (Detector detector : Detectors.ALL.list()) {
            list.add(detector instanceof LookDetector ? look : detector);
        }
        if (withToy) {
            // In front of the others: its column comes behind theirs all the same.
            list.add(0, blue);
        }
        return new Detectors(list);
    }

    /** Reddish grain, every third picture with more blue, each with a video of its own. */
    private void writeFrames(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            CounterRandom random = CounterRandom.of(i);
            byte[] rgb = new byte[3 * 64 * 36];
            for (int k = 0; k < rgb.length; k += 3) {
                rgb[k] = (byte) (130 + random.nextInt(60));
                rgb[k + 1] = (byte) (50 + random.nextInt(50));
                rgb[k + 2] = (byte) (i % 3 == 2 ? 120 : 60);
            }
            Mat picture = Images.ofRgbBytes(rgb, 64, 36);
            Images.writePng(
                    folder.resolve(String.format(Locale.ROOT, "frames/v%04d/0.png", i)), picture);
            picture.release();
        }
    }

    private Curation.Outcome curate(
            Detectors detectors, Thresholds thresholds, Cancellation cancellation)
            throws IOException {
        CurateRequest request =
                CurateRequest.builder(List.of(folder.resolve("frames")), folder.resolve("out"))
                        .thresholds(thresholds)
                        .workers(2)
                        .build();
        return new Curation(request, detectors).run(Progress.NONE, cancellation);
    }

    private Curation.Outcome curate(boolean withToy) throws IOException {
        return curate(detectors(withToy), Thresholds.defaults(), Cancellation.NEVER);
    }

    private CsvTable curated() {
        return CsvTable.read(folder.resolve("out/curated.csv"));
    }

    @Test
    void dropsFramesWithItsReasonAndAppearsInTheListAndOnThePage() throws Exception {
        writeFrames(6);

        Curation.Outcome outcome = curate(true);

        assertThat(outcome.dropped()).containsOnlyKeys(BLUE).containsEntry(BLUE, 2L);
        assertThat(curated().header()).endsWith("glare", "hash", "blueness");
        assertThat(curated().rows().get(2).get("reason")).isEqualTo("blue");
        assertThat(curated().rows().get(2).get("keep")).isEqualTo("false");
        assertThat(curated().rows().get(2).get("blueness")).isEqualTo("120.0000");
        assertThat(curated().rows().get(0).get("blueness")).isEqualTo("60.0000");
        assertThat(folder.resolve("out/report.html"))
                .content()
                .contains("Dropped: blue", "too blue", "Blueness of all frames")
                .contains("blueness 120", "blueness &gt; 100.0", "mean blue channel");
    }

    @Test
    void itsThresholdIsHeededAndMeasuresNothingAgain() throws Exception {
        writeFrames(6);
        curate(true);

        Thresholds higher = Thresholds.defaults().with(MAX_BLUENESS, 130.0);
        Curation.Outcome outcome = curate(detectors(true), higher, Cancellation.NEVER);

        assertThat(outcome.kept()).isEqualTo(6);
        assertThat(outcome.reused()).isEqualTo(6);
        assertThat(outcome.completed()).isZero();
        assertThat(blue.measured).hasValue(6);
    }

    @Test
    void ofAnOlderFileOnlyTheNewDetectorIsMeasured() throws Exception {
        writeFrames(6);
        Files.write(folder.resolve("frames/v0006.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        curate(false);
        byte[] old = Files.readAllBytes(folder.resolve("out/curated.csv"));
        assertThat(look.measured).hasValue(6);

        Curation.Outcome outcome = curate(true);

        assertThat(outcome.reused()).isEqualTo(7);
        assertThat(outcome.completed()).isEqualTo(6);
        assertThat(look.measured).hasValue(6);
        assertThat(blue.measured).hasValue(6);
        byte[] completed = Files.readAllBytes(folder.resolve("out/curated.csv"));
        Files.delete(folder.resolve("out/" + ScoreFile.NAME));
        curate(true);
        assertThat(folder.resolve("out/curated.csv")).hasBinaryContent(completed);
        // A list of detectors without it reads the file, too.
        look.measured.set(0);
        assertThat(curate(false).completed()).isZero();
        assertThat(look.measured).hasValue(0);
        assertThat(folder.resolve("out/curated.csv")).hasBinaryContent(old);
    }

    @Test
    void aCompletionThatIsCutShortGoesOn() throws Exception {
        writeFrames(300);
        curate(false);
        look.measured.set(0);
        int[] checks = new int[1];
        Cancellation second = () -> ++checks[0] > 1;
        assertThatThrownBy(() -> curate(detectors(true), Thresholds.defaults(), second))
                .isInstanceOf(InterruptedRunException.class);
        assertThat(blue.measured).hasValue(256);
        // A kill may leave half a line.
        Files.writeString(
                folder.resolve("out/" + ScoreFile.NAME + ".new"),
                "/frames/v",
                StandardOpenOption.APPEND);

        Curation.Outcome outcome = curate(true);

        assertThat(outcome.reused()).isEqualTo(300);
        assertThat(outcome.completed()).isEqualTo(44);
        assertThat(blue.measured).hasValue(300);
        assertThat(look.measured).hasValue(0);
        assertThat(outcome.dropped()).containsEntry(BLUE, 100L);
        try (var files = Files.list(folder.resolve("out"))) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder(Curation.CURATED, Curation.REPORT, ScoreFile.NAME);
        }
    }

    @Test
    void aFrameThatHasChangedUnseenIsMeasuredByAll() throws Exception {
        writeFrames(3);
        curate(false);
        look.measured.set(0);
        // Of equal size and time, but not the content that was measured.
        Path scores = folder.resolve("out/" + ScoreFile.NAME);
        CsvTable table = CsvTable.read(scores);
        String hash = table.rows().get(1).get("sha256");
        Files.writeString(scores, Files.readString(scores).replace(hash, "0".repeat(64)));

        curate(true);

        assertThat(look.measured).hasValue(1);
        assertThat(CsvTable.read(scores).rows().get(1).get("sha256")).isEqualTo(hash);
    }

    @Test
    void overwritingForgetsACompletionThatWasCutShort() throws Exception {
        writeFrames(3);
        curate(false);
        Files.copy(
                folder.resolve("out/" + ScoreFile.NAME),
                folder.resolve("out/" + ScoreFile.NAME + ".new"));

        new ScoreFile(folder.resolve("out"), detectors(true)).delete();

        assertThat(curate(true).reused()).isZero();
        assertThat(blue.measured).hasValue(3);
    }

    @Test
    void twoOfTheSameNameAreRefused() {
        List<Detector> twice = List.of(blue, new BlueDetector());

        assertThatThrownBy(() -> new Detectors(twice))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("blueness");
    }

    @Test
    void aScoreThatIsNotMeasuredIsABug() throws Exception {
        writeFrames(1);
        Detector idle =
                new Detector() {
                    @Override
                    public List<Score> scores() {
                        return List.of(BLUENESS);
                    }

                    @Override
                    public void measure(Picture picture, FrameScores scores) {}
                };
        List<Detector> list = new ArrayList<>(Detectors.ALL.list());
        list.add(idle);

        assertThatThrownBy(
                        () ->
                                curate(
                                        new Detectors(list),
                                        Thresholds.defaults(),
                                        Cancellation.NEVER))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unmeasured");
    }
}
