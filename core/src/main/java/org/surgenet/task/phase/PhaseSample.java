package org.surgenet.task.phase;

import java.nio.file.Path;
import org.surgenet.dataset.Sample;

/**
 * A frame with the phase it belongs to.
 *
 * @param name see {@link Sample#name}
 * @param image the image file
 * @param patient see {@link Sample#patient}
 * @param video see {@link Sample#video}
 * @param timeSeconds see {@link Sample#timeSeconds}
 * @param phase index of the class
 */
public record PhaseSample(
        String name, Path image, String patient, String video, double timeSeconds, int phase)
        implements Sample {
    @Override
    public String target() {
        return Integer.toString(phase);
    }
}
