package org.surgenet.dataset;

import java.io.IOException;
import java.nio.file.Path;

/** A labelled image of a data set; each task has its own kind. */
public interface Sample {
    /** Unique in the data set: the image's path below its folder, with forward slashes. */
    String name();

    /** The image file. */
    Path image();

    /** What splits keep together and statistics resample. */
    String patient();

    /** The video that the image is from. */
    String video();

    /** Presentation time in the video, seconds; NaN if unknown. */
    double timeSeconds();

    /**
     * The target as a text that is equal for equal targets, so that a result can tell whether its
     * labels changed: the label's value, or the hash of the file that holds it.
     *
     * @throws IOException if that file cannot be read
     */
    String target() throws IOException;
}
