package org.surgenet.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.codec.Unclear;
import org.surgenet.video.container.VideoWriter;
import org.surgenet.video.sampling.Sampling;

/** Frames without change are left out, the same ones however the work is done. */
final class StaticFramesTest {
    private static final int FRAMES = 120;

    /** Of five frames a second, those that differ from the one kept before. */
    private static final List<Long> KEPT = List.of(0L, 10L, 11L, 12L, 13L, 20L, 30L, 40L, 50L);

    @TempDir Path folder;

    /** Ten frames a second; every second one is sampled. */
    private void video(String name, String container, String codec) throws IOException {
        Path file = folder.resolve("in").resolve(name);
        VideoWriter.Settings settings = TestVideos.settings(container, codec, "10", 12, 0);
        try (VideoWriter writer = VideoWriter.of(file, 320, 180, settings)) {
            for (int i = 0; i < FRAMES; i++) {
                writer.write(picture(i / 2));
            }
            writer.finish();
        }
    }

    /** Grey, in turn dark and bright every ten samples; a small block moves in one stretch. */
    private static byte[] picture(int sample) {
        byte[] pixels = new byte[3 * 320 * 180];
        Arrays.fill(pixels, (byte) (sample / 10 % 2 == 0 ? 60 : 150));
        if (sample >= 10 && sample < 20) {
            int left = 40 + 40 * Math.min(3, sample - 10);
            for (int y = 80; y < 92; y++) {
                Arrays.fill(pixels, 3 * (320 * y + left), 3 * (320 * y + left + 12), (byte) 250);
            }
        }
        return pixels;
    }

    @BeforeEach
    void videos() throws IOException {
        video("v.mp4", "mp4", "libopenh264");
    }

    private ExtractionRequest.Builder request(String output) {
        return TestRequest.of(folder.resolve("in"), folder.resolve(output))
                .sampling(Sampling.every(2))
                .skipStatic(true);
    }

    private static List<VideoOutcome> run(ExtractionRequest.Builder request) throws IOException {
        return new Extraction(request.build(), Progress.NONE, Cancellation.NEVER).run();
    }

    private List<Long> kept(String output, String video) throws IOException {
        return FramesCsv.read(folder.resolve(output).resolve(video).resolve("frames.csv")).stream()
                .map(FrameRecord::frame)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"w.mkv,matroska,mpeg4", "w.avi,avi,mjpeg", "w.avi,avi,mpeg4"})
    void framesWithoutChangeAreLeftOutAndCounted(String name, String container, String codec)
            throws IOException {
        video(name, container, codec);

        List<VideoOutcome> outcomes = run(request("out"));

        assertThat(outcomes).allSatisfy(o -> assertThat(o.leftOut()).isEqualTo(60 - KEPT.size()));
        assertThat(kept("out", "v")).isEqualTo(KEPT);
        assertThat(kept("out", "w")).isEqualTo(KEPT);
        JsonNode about = Json.read(folder.resolve("out/v/video.json"));
        assertThat(about.path("taken").asInt()).isEqualTo(60);
        assertThat(about.path("static_left_out").asInt()).isEqualTo(60 - KEPT.size());
        assertThat(run(request("out")).get(0).leftOut()).isEqualTo(60 - KEPT.size());
    }

    @Test
    void theChoiceDoesNotDependOnJobsNorOnPartialDecoding() throws Exception {
        run(request("one").jobs(1));
        run(request("four").jobs(4));
        // A stream that is unclear is decoded in full.
        new Extraction(
                        request("full").build(),
                        Progress.NONE,
                        Cancellation.NEVER,
                        starts -> packet -> new Unclear("unclear"))
                .run();

        assertThat(ExtractionTest.hashes(folder.resolve("four")))
                .isEqualTo(ExtractionTest.hashes(folder.resolve("one")));
        assertThat(Json.read(folder.resolve("full/v/video.json")).path("decoded").asText())
                .isEqualTo("every frame");
        assertThat(folder.resolve("full/v/frames.csv"))
                .hasSameTextualContentAs(folder.resolve("one/v/frames.csv"));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 55, 90, 118})
    void aRunThatWasCutOffEndsWithTheSameFiles(int calls) throws IOException {
        run(request("whole"));
        int[] asked = new int[1];
        Cancellation stop = () -> asked[0]++ > calls;

        assertThatThrownBy(() -> new Extraction(request("cut").build(), Progress.NONE, stop).run())
                .isInstanceOf(InterruptedRunException.class);
        assertThat(folder.resolve("cut/v/frames.csv")).doesNotExist();
        run(request("cut"));

        assertThat(ExtractionTest.hashes(folder.resolve("cut")))
                .isEqualTo(ExtractionTest.hashes(folder.resolve("whole")));
    }

    @Test
    void aRepairedFolderIsTheSame() throws IOException {
        run(request("out"));
        var before = ExtractionTest.hashes(folder.resolve("out"));
        Files.delete(folder.resolve("out/v/v_000012.jpg"));
        Extraction extraction =
                new Extraction(request("out").build(), Progress.NONE, Cancellation.NEVER);

        extraction.reopen(java.util.Set.of("v"));
        extraction.run();

        assertThat(ExtractionTest.hashes(folder.resolve("out"))).isEqualTo(before);
    }
}
