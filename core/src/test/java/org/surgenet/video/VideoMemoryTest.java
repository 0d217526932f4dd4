package org.surgenet.video;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.NativeMemory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;

/** 200 videos: container, decoders, scaler and encoder are given back, and the files closed. */
class VideoMemoryTest {
    @TempDir Path folder;

    @Test
    void extractingAVideo() throws Exception {
        Path video =
                TestVideos.write(
                        folder.resolve("v.mp4"),
                        10,
                        TestVideos.settings("mp4", "libopenh264", "5", 5, 0));
        Path output = folder.resolve("frames");
        ExtractionRequest request = TestRequest.of(video, output).jobs(1).overwrite(true).build();

        // A decoder alone keeps hundreds of KB.
        NativeMemory.assertFlat(
                10, 40_000, () -> new Extraction(request, Progress.NONE, Cancellation.NEVER).run());
    }
}
