package org.surgenet.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.video.codec.GroupStarts;
import org.surgenet.video.codec.GroupStartsTest;
import org.surgenet.video.codec.PacketHeaders;
import org.surgenet.video.codec.PacketKind;
import org.surgenet.video.decode.SelfCheck;
import org.surgenet.video.picture.ImageFormat;
import org.surgenet.video.sampling.Sampling;
import org.surgenet.video.store.FrameStore;

/** A fault of the choice of what to decode is found and mended before its frames are kept. */
final class SelfCheckTest {
    /** Takes every fifth packet for the beginning of a group, as wrong as a container's word. */
    private static final UnaryOperator<GroupStarts> EVERY_FIFTH =
            starts ->
                    new GroupStarts() {
                        private int packets;

                        @Override
                        public PacketHeaders look(AVPacket packet) {
                            PacketKind kind = (PacketKind) starts.look(packet);
                            return new PacketKind(
                                    packets++ % 5 == 0, kind.key(), kind.shown(), kind.skippable());
                        }
                    };

    private static final Sampling SEVENTH = Sampling.every(7);

    @TempDir Path folder;

    @BeforeEach
    void encode() throws IOException {
        // Without B-frames, MPEG-4's P-frames decode behind anything, to something else.
        Path in = Files.createDirectories(folder.resolve("in"));
        TestVideos.write(
                in.resolve("a.mp4"), 120, TestVideos.settings("mp4", "mpeg4", "25", 40, 0));
    }

    @AfterEach
    void listenAgain() {
        av_log_set_level(AV_LOG_ERROR);
    }

    private List<VideoOutcome> run(
            String output, double share, int jobs, UnaryOperator<GroupStarts> f)
            throws IOException {
        ExtractionRequest request =
                TestRequest.of(folder.resolve("in"), folder.resolve(output))
                        .sampling(SEVENTH)
                        .picture(TestRequest.picture("source", ImageFormat.PNG, 90))
                        .selfCheck(share)
                        .jobs(jobs)
                        .build();
        return new Extraction(request, Progress.NONE, Cancellation.NEVER, f).run();
    }

    /** A decoder that logs what it lacks needs no comparison; others do. */
    @Test
    void framesOfWrongGroupsAreNeverKept() throws Exception {
        List<VideoOutcome> right = run("right", 0.02, 2, UnaryOperator.identity());

        List<VideoOutcome> logged = run("logged", 0, 2, EVERY_FIFTH);
        av_log_set_level(AV_LOG_QUIET);
        List<VideoOutcome> unchecked = run("unchecked", 0, 2, EVERY_FIFTH);
        List<VideoOutcome> checked = run("checked", 0.02, 2, EVERY_FIFTH);

        assertThat(right.get(0).selfCheck()).isEqualTo(new VideoOutcome.Comparison(2, false));
        assertThat(right.get(0).failed()).isFalse();
        Map<String, String> wanted = frames("right");
        assertThat(frames("logged")).isEqualTo(wanted);
        assertThat(logged.get(0).failed()).isFalse();
        assertThat(frames("unchecked")).isNotEqualTo(wanted);
        assertThat(unchecked.get(0).selfCheck()).isEqualTo(VideoOutcome.Comparison.NONE);
        assertThat(frames("checked")).isEqualTo(wanted);
        VideoOutcome outcome = checked.get(0);
        assertThat(outcome.selfCheck().differed()).isTrue();
        assertThat(outcome.state()).isEqualTo(VideoOutcome.State.DAMAGED);
        assertThat(outcome.cause())
                .startsWith("self-check: the frame at ")
                .contains("decoded in full", "please report it");
        var about = Json.read(folder.resolve("checked/a/video.json"));
        assertThat(about.path("decoded").asText()).isEqualTo("every frame");
        assertThat(about.path("self_check").path("share").asDouble()).isEqualTo(0.02);
        assertThat(about.path("self_check").path("differed").asBoolean()).isTrue();
        assertThat(Files.readString(folder.resolve("checked/failures.csv"))).contains("self-check");
        assertThat(run("checked", 0.02, 2, EVERY_FIFTH).get(0).cause()).isEqualTo(outcome.cause());
    }

    /** As many are checked with one decoder as with several, and all with a share of one. */
    @Test
    void theChoiceIsTheVideosAlone() throws Exception {
        Path many =
                TestVideos.write(
                        folder.resolve("in/b.mp4"),
                        150,
                        TestVideos.settings("mp4", "libopenh264", "25", 5, 0));
        int[] counts = new int[3];
        for (int jobs = 1; jobs <= 3; jobs++) {
            List<VideoOutcome> outcomes = run("jobs" + jobs, 0.3, jobs, UnaryOperator.identity());
            counts[jobs - 1] = outcomes.get(1).selfCheck().groups();
        }
        SelfCheck all = new SelfCheck(1);
        SelfCheck few = new SelfCheck(1e-9);
        GroupStartsTest.framesByGroups(many, SEVENTH, all);
        GroupStartsTest.framesByGroups(many, SEVENTH, few);

        assertThat(counts[0]).isBetween(3, 16).isEqualTo(counts[1]).isEqualTo(counts[2]);
        assertThat(all.checked()).isEqualTo(22);
        assertThat(few.checked()).isEqualTo(2);
    }

    /** What an earlier run has found is not forgotten when the decoding in full is cut off. */
    @Test
    void resumedRunsStillTellOfIt() throws Exception {
        Path output = Files.createDirectories(folder.resolve("out"));
        try (FrameStore store = store(output)) {
            store.restart("self-check: the frame at 1 s is not that of a full decoding");
        }
        try (FrameStore store = store(output)) {
            assertThat(store.decodesEverything()).isTrue();
            assertThat(store.difference())
                    .isEqualTo("self-check: the frame at 1 s is not that of a full decoding");
        }
    }

    private static FrameStore store(Path output) throws IOException {
        return new FrameStore(output, "v", "", "jpg", "x", null, number -> true, false);
    }

    private Map<String, String> frames(String output) throws IOException {
        Map<String, String> hashes = ExtractionTest.hashes(folder.resolve(output));
        hashes.keySet().removeIf(name -> !name.endsWith(".png"));
        return hashes;
    }
}
