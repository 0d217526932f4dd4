package org.surgenet.curate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.opencv.core.Mat;
import org.surgenet.common.Hashes;
import org.surgenet.common.UserException;
import org.surgenet.frames.Frame;
import org.surgenet.image.Images;

/** Measures frames one by one; used by several threads. */
final class Measurer {
    /** JPEGs are decoded at the smallest size whose shorter side is at least this, pixels. */
    private static final int DECODE_SIDE = 144;

    private final Detectors detectors;

    Measurer(Detectors detectors) {
        this.detectors = detectors;
    }

    /** Measures a frame; what is wrong with it is part of the result. */
    ScoredFrame measure(Frame frame) {
        return measure(frame, "", new FrameScores(detectors));
    }

    /**
     * Measures what a row of an older file lacks; all, if the frame's content has changed behind an
     * equal size and time.
     */
    ScoredFrame complete(ScoredFrame row) {
        return row.isIncomplete() ? measure(row.frame(), row.sha256(), row.scores()) : row;
    }

    /**
     * @param knownSha256 the content that {@code known} was measured of
     * @param known scores to which the missing ones are added
     */
    private ScoredFrame measure(Frame frame, String knownSha256, FrameScores known) {
        Path path = frame.path();
        long bytes = -1;
        long modified = -1;
        String sha256 = "";
        try {
            bytes = Files.size(path);
            modified = Files.getLastModifiedTime(path).toMillis();
            byte[] data = Files.readAllBytes(path);
            sha256 = Hashes.sha256(data);
            FrameScores scores = sha256.equals(knownSha256) ? known : new FrameScores(detectors);
            Mat picture = Images.readReduced(path, data, DECODE_SIDE);
            try {
                addMissing(Picture.of(picture), scores);
                return new ScoredFrame(frame, bytes, modified, sha256, "", scores);
            } finally {
                picture.release();
            }
        } catch (UserException e) {
            // The path stands in a column of its own.
            String cause = e.getMessage().replace(path + ": ", "");
            return new ScoredFrame(frame, bytes, modified, sha256, cause, null);
        } catch (NoSuchFileException e) {
            return new ScoredFrame(frame, bytes, modified, sha256, "no such file", null);
        } catch (IOException e) {
            String cause = "cannot be read: " + e.getMessage();
            return new ScoredFrame(frame, bytes, modified, sha256, cause, null);
        }
    }

    private static void addMissing(Picture picture, FrameScores scores) {
        for (Detector detector : scores.lacking()) {
            detector.measure(picture, scores);
        }
        List<Detector> lacking = scores.lacking();
        if (!lacking.isEmpty()) {
            throw new IllegalStateException("left scores unmeasured: " + lacking);
        }
    }
}
