package org.surgenet.curate;

import java.util.List;
import java.util.Optional;

/** Where the circular picture of an endoscope lies; measured only. */
final class FieldOfViewDetector implements Detector {
    static final Score X =
            new Score(
                    "disc_x",
                    "Disc x",
                    "centre of the circular picture, share of the frame's width",
                    0,
                    1,
                    Score.Kind.OPTIONAL);

    static final Score Y =
            new Score(
                    "disc_y",
                    "Disc y",
                    "centre of the circular picture, share of the frame's height",
                    0,
                    1,
                    Score.Kind.OPTIONAL);

    static final Score RADIUS =
            new Score(
                    "disc_radius",
                    "Disc radius",
                    "radius of the circular picture, share of the frame's width",
                    0,
                    Double.POSITIVE_INFINITY,
                    Score.Kind.OPTIONAL);

    @Override
    public List<Score> scores() {
        return List.of(X, Y, RADIUS);
    }

    /** NaN if the picture is not circular. */
    @Override
    public void measure(Picture picture, FrameScores scores) {
        Optional<Disc> disc = picture.disc();
        scores.set(X, disc.map(d -> d.x() / picture.width()).orElse(Double.NaN));
        scores.set(Y, disc.map(d -> d.y() / picture.height()).orElse(Double.NaN));
        scores.set(RADIUS, disc.map(d -> d.radius() / picture.width()).orElse(Double.NaN));
    }
}
