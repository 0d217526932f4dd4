package org.surgenet.metrics;

import java.util.Locale;
import java.util.Optional;

/**
 * Which frames of a video a prediction may rest on. Models of the two kinds are not compared: one
 * that has seen the end of an operation solves an easier problem. What sees each frame alone has
 * none of the two and may be compared with either.
 */
public enum Timing {
    /** On the frame and those before it: what can be known during the operation. */
    ONLINE("each frame is predicted from it and earlier frames"),
    /** On all frames of the video. */
    OFFLINE("each frame is predicted from the whole video");

    /** The column of predictions and scores that says it. */
    public static final String COLUMN = "timing";

    private final String meaning;

    Timing(String meaning) {
        this.meaning = meaning;
    }

    /** As it is written in files. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** With what it means, for people. */
    public String explained() {
        return label() + " (" + meaning + ")";
    }

    /** The one of this label; empty if there is none. */
    public static Optional<Timing> of(String label) {
        for (Timing timing : values()) {
            if (timing.label().equals(label)) {
                return Optional.of(timing);
            }
        }
        return Optional.empty();
    }
}
