package org.surgenet.task.cvs;

import java.nio.file.Path;
import java.util.List;
import org.surgenet.dataset.Sample;

/**
 * A frame with the raters' votes on the three criteria of the critical view of safety.
 *
 * @param name see {@link Sample#name}
 * @param image the image file
 * @param patient see {@link Sample#patient}
 * @param video see {@link Sample#video}
 * @param timeSeconds see {@link Sample#timeSeconds}
 * @param votes fraction of the raters who saw each criterion fulfilled, such as 0, 1/3, 2/3 or 1 of
 *     three, or 0 or 1 by their majority
 */
public record CvsSample(
        String name,
        Path image,
        String patient,
        String video,
        double timeSeconds,
        List<Double> votes)
        implements Sample {
    @Override
    public String target() {
        return votes.toString();
    }
}
