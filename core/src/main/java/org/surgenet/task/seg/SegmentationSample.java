package org.surgenet.task.seg;

import java.io.IOException;
import java.nio.file.Path;
import org.surgenet.dataset.Sample;

/**
 * An image with its mask.
 *
 * @param name see {@link Sample#name}
 * @param image the image file
 * @param mask the file with its labels: a mask of the image's size, or a table of shapes
 * @param patient see {@link Sample#patient}
 * @param video see {@link Sample#video}
 * @param timeSeconds see {@link Sample#timeSeconds}
 * @param labels how classes are read from it
 */
public record SegmentationSample(
        String name,
        Path image,
        Path mask,
        String patient,
        String video,
        double timeSeconds,
        PixelLabels labels)
        implements Sample {
    @Override
    public String target() throws IOException {
        return labels.key(mask);
    }
}
