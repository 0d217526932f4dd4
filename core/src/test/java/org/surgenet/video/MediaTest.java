package org.surgenet.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.SharedFiles;
import org.surgenet.common.Cancellation;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.Progress;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.naming.VideoInputs;

/** Every real video has an outcome, and it is this one. */
final class MediaTest {
    /** At one frame a second by the nearest rule: frames, seconds, cause. */
    private static final String EXPECTED =
            """
            AutoLaparo__Up-1_2 10 10.000
            Moshintha20__VID05_1858_and_VID08_1331_a 32 32.000
            PHP-FFMpeg__WrongFile 0 NaN not a video that can be read
            RViMLab__endo 10 10.000
            Zulko__bitmap 5 5.000
            Zulko__no_duration 5 4.938
            dataset-ninja__cholecseg8k_vertical_grid 3 3.066
            dmlc__corrupted 5 5.000 decoding after 2.800 s (byte 32607): Invalid data
            dmlc__video_0 0 0.100
            dmlc__video_90 0 0.100
            drewnoakes__100_0306 3 2.733
            fluent-ffmpeg__test_video 2 1.833
            google__bear-vp9-odd-dimensions 1 1.001
            google__sample_android_slow_motion 1 0.525
            google__sample_fragmented 1 1.068
            google__sample_h265 1 1.000
            google__sample_mdat_too_long 1 1.001
            lowlight__video01_080__dark 5 5.000
            lowlight__video01_080__normal 5 5.000
            pytorch__av1_video 5 5.000
            pytorch__h264_10bits 1 1.000
            pytorch__h265_video 1 1.000
            pytorch__nasa_13013 13 13.013
            streamio__broken 0 NaN not a video that can be read
            streamio__empty 0 NaN not a video that can be read
            streamio__weird_aspect.small 1 1.480
            yiroup20__input_10 25 25.000
            yiroup20__input_12 25 25.000
            """;

    @TempDir Path folder;

    @Test
    void everyFileHasItsOutcome() throws IOException {
        Optional<Path> media = SharedFiles.media();
        Assumptions.assumeTrue(media.isPresent(), "no real media");
        List<VideoInput> inputs =
                VideoInputs.find(
                        List.of(
                                media.get().resolve("video_codecs").toString(),
                                media.get().resolve("video_surgical").toString()),
                        new OtherFiles());

        List<VideoOutcome> outcomes =
                new Extraction(
                                TestRequest.of(inputs, folder).build(),
                                Progress.NONE,
                                Cancellation.NEVER)
                        .run();

        List<String> lines = new ArrayList<>();
        for (VideoOutcome outcome : outcomes) {
            lines.add(
                    String.format(
                                    Locale.ROOT,
                                    "%s %d %.3f %s",
                                    outcome.input().name(),
                                    outcome.frames(),
                                    outcome.seconds(),
                                    outcome.cause())
                            .strip());
        }
        lines.sort(null);
        List<String> expected = EXPECTED.lines().sorted().toList();
        assertThat(lines).hasSameSizeAs(expected);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).startsWith(expected.get(i));
        }
    }
}
