package org.surgenet.task.seg;

import java.nio.file.Path;
import org.surgenet.dataset.Sample;

/**
 * An image with its mask.
 *
 * @param name see {@link Sample#name}
 * @param image the image file
 * @param mask the mask file, of the image's size
 * @param patient see {@link Sample#patient}
 * @param video see {@link Sample#video}
 * @param timeSeconds see {@link Sample#timeSeconds}
 * @param labels what the mask's values mean
 */
public record SegmentationSample(
        String name,
        Path image,
        Path mask,
        String patient,
        String video,
        double timeSeconds,
        LabelTable labels)
        implements Sample {}
