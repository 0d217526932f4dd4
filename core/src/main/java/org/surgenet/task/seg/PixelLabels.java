package org.surgenet.task.seg;

import java.io.IOException;
import java.nio.file.Path;
import org.opencv.core.Mat;

/** How the classes of an image's pixels are read. */
public interface PixelLabels {
    /**
     * Decodes the classes.
     *
     * @param mask the file with the labels, see {@link SegmentationSample#mask}
     * @return (height, width) of the image, 8UC1, each pixel a class or {@link
     *     org.surgenet.task.Item#IGNORE}; the caller's to release
     * @throws org.surgenet.common.UserException naming the file if it cannot be read or does not
     *     say a class of each pixel
     */
    Mat read(Path mask);

    /**
     * A text that is equal for equal labels, without decoding more than it must.
     *
     * @param mask see {@link #read}
     * @throws IOException if it cannot be read
     */
    String key(Path mask) throws IOException;
}
