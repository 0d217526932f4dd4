package org.surgenet.loader;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Makes the random views of one image. Thread-safe. */
public interface ViewMaker {
    /** Sizes of what it makes. */
    ViewSizes sizes();

    /**
     * Decodes an image and writes its views as uint8 planes (view, channel, row, column), the
     * global views first. Every random choice is a function of seed, epoch and sample.
     *
     * @param sample number of the frame in the list
     * @param target has room for {@link ViewSizes#bytes()}, from its position
     * @throws org.surgenet.common.UserException if the image cannot be read
     */
    void make(Path image, long seed, long epoch, long sample, ByteBuffer target);
}
