package org.surgenet.video.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.Extraction;
import org.surgenet.video.ExtractionRequest;
import org.surgenet.video.ProgramVideos;
import org.surgenet.video.TestRequest;
import org.surgenet.video.VideoOutcome;
import org.surgenet.video.sampling.Sampling;

/** Recordings joined in one file that are not all of one kind: what is not read is said. */
final class JoinedPartTest {
    private static final String H264 = "-c:v libx264 -g 25 -pix_fmt yuv420p";
    private static final String HEVC =
            "-c:v libx265 -x265-params log-level=none -g 25 -pix_fmt yuv420p";

    @TempDir Path folder;
    private Path in;

    @BeforeEach
    void in() throws IOException {
        in = Files.createDirectories(folder.resolve("in"));
    }

    /** Files of a hundred pictures in four seconds, one behind the other. */
    private void join(String suffix, String... kinds) throws Exception {
        try (OutputStream all = Files.newOutputStream(in.resolve("v." + suffix))) {
            for (int i = 0; i < kinds.length; i++) {
                Path part = ProgramVideos.encode(i + "." + suffix, kinds[i], folder);
                all.write(Files.readAllBytes(part));
            }
        }
    }

    private VideoOutcome extract() throws IOException {
        ExtractionRequest request =
                TestRequest.of(in, folder.resolve("out")).sampling(Sampling.every(1)).build();
        return new Extraction(request, Progress.NONE, Cancellation.NEVER).run().get(0);
    }

    private List<FrameRecord> frames() {
        return FramesCsv.read(folder.resolve("out/v/frames.csv"));
    }

    @ParameterizedTest
    @CsvSource({
        "mkv, " + HEVC + ", is hevc beside h264",
        "mkv, -c:v libvpx-vp9 -cpu-used 8 -g 25, is vp9 beside h264",
        "mkv, -c:v libx264 -g 25 -pix_fmt yuv420p -profile:v baseline,"
                + " is h264 with other parameters",
        "ts, " + HEVC + ", is hevc beside h264",
        "ts, -c:v mpeg2video -g 25, is mpeg2video beside h264",
    })
    void aPartThatIsNotReadIsSaid(String suffix, String other, String words) throws Exception {
        join(suffix, H264, other);
        long first = Files.size(folder.resolve("0." + suffix));

        VideoOutcome outcome = extract();

        assertThat(outcome.state()).isEqualTo(VideoOutcome.State.DAMAGED);
        assertThat(outcome.cause()).contains(words, "is not read");
        assertThat(outcome.cause()).containsPattern("(99|100) packets of joined recordings");
        assertThat(outcome.position()).matches("(3.9\\d|4.00)\\d s, byte \\d+");
        long at = Long.parseLong(outcome.position().replaceAll(".* byte ", ""));
        assertThat(at).isBetween(first, first + 8000);
        // Where FFmpeg changes the codec of a transport stream, it drops the picture before that.
        assertThat(frames()).hasSizeBetween(suffix.equals("ts") ? 99 : 100, 100);
        JsonNode kinds = Json.read(folder.resolve("out/v/video.json")).path("damage_kinds");
        assertThat(kinds.findValuesAsText("first")).anyMatch(text -> text.contains(words));
    }

    /** A third part of the first kind is read again, at its time. */
    @Test
    void theFirstKindIsReadAgainBehindAnother() throws Exception {
        join("ts", H264, HEVC, H264);

        VideoOutcome outcome = extract();

        assertThat(outcome.cause()).contains("hevc beside h264");
        assertThat(frames()).hasSizeBetween(198, 200);
        assertThat(frames().get(197).timeSeconds()).isBetween(11.8, 12.0);
    }

    /** The same settings are no other recording. */
    @ParameterizedTest
    @CsvSource({"mkv, " + H264, "ts, " + H264, "ivf, -c:v libvpx -g 25", "ogv, -c:v libtheora"})
    void partsOfOneKindAreReadAsOne(String suffix, String kind) throws Exception {
        join(suffix, kind, kind);

        VideoOutcome outcome = extract();

        assertThat(outcome.cause()).isEmpty();
        assertThat(outcome.joins()).isEqualTo(1);
        assertThat(frames()).hasSize(200);
        assertThat(frames().get(199).timeSeconds()).isBetween(7.9, 8.0);
    }

    @Test
    void anIvfFileOfAnotherSizeIsNotRead() throws Exception {
        join("ivf", "-c:v libvpx -g 25", "-s 160x120 -c:v libvpx -g 25");

        VideoOutcome outcome = extract();

        assertThat(outcome.cause())
                .contains(
                        "another ivf file follows at byte " + Files.size(folder.resolve("0.ivf")));
        assertThat(outcome.seconds()).isBetween(3.9, 4.1);
        assertThat(frames()).hasSize(100);
    }

    /** The video goes on under another number, with pictures of another size. */
    @ParameterizedTest
    @CsvSource({"320x240, 160x120", "160x120, 320x240"})
    void aPartUnderAnotherNumberIsSaid(String one, String other) throws Exception {
        join("ts", "-s " + one + " " + H264, "-s " + other + " " + H264 + " -streamid 0:0x200");

        VideoOutcome outcome = extract();

        assertThat(outcome.state()).isEqualTo(VideoOutcome.State.DAMAGED);
        assertThat(outcome.cause())
                .contains("the recording goes on in another video stream (h264, number 0x")
                .contains("100 pictures are not read");
        assertThat(frames()).hasSize(100);
    }

    /** Streams side by side are a choice, not damage. */
    @Test
    void streamsSideBySideAreNoDamage() throws Exception {
        join("ts", "-map 0:v -map 0:v -s:v:0 320x240 -s:v:1 160x120 " + H264);

        assertThat(extract().cause()).isEmpty();
        assertThat(frames()).hasSize(100);
    }

    /** A small step back is a join as well, where the codec does not reorder. */
    @Test
    void aSmallStepBackIsAJoin() throws Exception {
        join("ts", H264 + " -bf 0", H264 + " -bf 0 -output_ts_offset 3.8");

        VideoOutcome outcome = extract();

        assertThat(outcome.cause()).isEmpty();
        assertThat(outcome.joins()).isEqualTo(1);
        assertThat(frames()).hasSize(200);
        assertThat(frames()).extracting(FrameRecord::timeSeconds).doesNotHaveDuplicates();
    }
}
