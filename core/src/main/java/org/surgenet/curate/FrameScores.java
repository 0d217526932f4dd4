package org.surgenet.curate;

import java.util.ArrayList;
import java.util.List;
import org.surgenet.common.CsvTable;

/**
 * What the detectors have measured of one frame. Scores of detectors that have not measured it yet,
 * because they are newer than the file of scores, are missing.
 */
final class FrameScores {
    /** Stands in the file of scores for a score that is missing; empty is a measured NaN. */
    static final String MISSING = "?";

    private final Detectors detectors;

    /** By column: a double's bits, or 64 bits as they are. */
    private final long[] values;

    private final boolean[] present;

    /** Without any score. */
    FrameScores(Detectors detectors) {
        this.detectors = detectors;
        values = new long[detectors.columns().size()];
        present = new boolean[values.length];
    }

    /**
     * Sets a score.
     *
     * @throws IllegalStateException if it is NaN and must not be
     */
    void set(Score score, double value) {
        if (Double.isNaN(value) && score.kind() != Score.Kind.OPTIONAL) {
            throw new IllegalStateException("the score " + score.name() + " is not a number");
        }
        setBits(score, Double.doubleToLongBits(value));
    }

    /** Sets a score of 64 bits. */
    void setBits(Score score, long bits) {
        int column = detectors.column(score);
        values[column] = bits;
        present[column] = true;
    }

    double number(Score score) {
        return Double.longBitsToDouble(bits(score));
    }

    /**
     * The bits of a score.
     *
     * @throws IllegalStateException if it is missing
     */
    long bits(Score score) {
        int column = detectors.column(score);
        if (!present[column]) {
            throw new IllegalStateException("the score " + score.name() + " was not measured");
        }
        return values[column];
    }

    boolean has(Score score) {
        return present[detectors.column(score)];
    }

    /** Whether none is missing. */
    boolean areComplete() {
        for (boolean p : present) {
            if (!p) {
                return false;
            }
        }
        return true;
    }

    /** The detectors with a missing score. */
    List<Detector> lacking() {
        List<Detector> lacking = new ArrayList<>();
        for (Detector detector : detectors.list()) {
            if (!detector.scores().stream().allMatch(this::has)) {
                lacking.add(detector);
            }
        }
        return lacking;
    }

    /** The fields' texts in the columns' order. */
    List<String> fields() {
        List<String> fields = new ArrayList<>(values.length);
        List<Score> columns = detectors.columns();
        for (int i = 0; i < values.length; i++) {
            fields.add(present[i] ? columns.get(i).text(values[i]) : MISSING);
        }
        return fields;
    }

    /**
     * The scores of a row; those without a column of theirs are missing.
     *
     * @throws org.surgenet.common.UserException if a field is malformed
     */
    static FrameScores of(CsvTable.Row row, Detectors detectors) {
        FrameScores scores = new FrameScores(detectors);
        for (Score score : detectors.columns()) {
            if (!row.get(score.name(), "").equals(MISSING) && row.header().contains(score.name())) {
                scores.setBits(score, score.read(row));
            }
        }
        return scores;
    }
}
