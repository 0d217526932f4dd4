package org.surgenet.curate;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.surgenet.NativeMemory;
import org.surgenet.frames.Frame;
import org.surgenet.frames.FrameLists;
import org.surgenet.image.Images;

/** 2,000 frames: measuring one keeps no picture. */
class ScorerMemoryTest {
    @TempDir Path folder;

    @Test
    void measuringAFrame() throws Exception {
        Mat picture = Images.ofRgbBytes(new byte[3 * 160 * 128], 160, 128);
        Images.writeJpeg(folder.resolve("f.jpg"), picture, 90);
        picture.release();
        Frame frame = FrameLists.read(folder).get(0);

        Measurer measurer = new Measurer(Detectors.ALL);
        // The smallest picture on the way has 12 KB.
        NativeMemory.assertFlat(100, 2000, () -> measurer.measure(frame));
    }
}
