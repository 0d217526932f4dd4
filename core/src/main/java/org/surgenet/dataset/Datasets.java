package org.surgenet.dataset;

import java.nio.file.Path;
import java.util.List;
import org.surgenet.common.Progress;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;

/** Reads data sets by their format's name. */
public final class Datasets {
    /** Formats of segmentation data. */
    public static final List<String> SEGMENTATION_FORMATS =
            List.of(CholecSeg8k.NAME, MaskFolders.NAME);

    /** Formats of phase data. */
    public static final List<String> PHASE_FORMATS =
            List.of(PhaseReader.CHOLEC80.format(), PhaseReader.AUTOLAPARO.format());

    /** Formats of data with the criteria of the critical view of safety. */
    public static final List<String> CVS_FORMATS = List.of(Endoscapes.NAME);

    /** Classes of CholecSeg8k unless told otherwise. */
    public static final int CHOLECSEG8K_CLASSES = 13;

    private Datasets() {}

    /**
     * Reads images with masks. Sizes of images and masks are compared; masks are not decoded.
     *
     * @param format one of {@link #SEGMENTATION_FORMATS}
     * @param classes 13 or 8 for {@code cholecseg8k}; null for the format's own
     * @throws UserException naming the place if the data are not as the format says
     */
    public static Dataset<SegmentationSample> segmentation(
            String format, Path data, Integer classes, Progress progress) {
        if (format.equals(CholecSeg8k.NAME)) {
            return CholecSeg8k.read(
                    data, classes == null ? CHOLECSEG8K_CLASSES : classes, progress);
        }
        if (format.equals(MaskFolders.NAME)) {
            if (classes != null) {
                throw new SettingException(
                        "classes",
                        classes,
                        "only for --format cholecseg8k; folders take their classes"
                                + " from classes.csv");
            }
            return MaskFolders.read(data, progress);
        }
        throw unknown(format, SEGMENTATION_FORMATS);
    }

    /**
     * Reads frames with phases.
     *
     * @param format one of {@link #PHASE_FORMATS}
     * @param frames folder or list of frames with times; null for {@code frames/} below {@code
     *     data}
     * @throws UserException naming the place if the data are not as the format says
     */
    public static Dataset<PhaseSample> phases(
            String format, Path data, Path frames, Progress progress) {
        for (PhaseReader reader : PhaseReader.values()) {
            if (format.equals(reader.format())) {
                return reader.read(data, frames, progress);
            }
        }
        throw unknown(format, PHASE_FORMATS);
    }

    /**
     * Reads frames with votes on the criteria of the critical view of safety.
     *
     * @param format one of {@link #CVS_FORMATS}
     * @throws UserException naming the place if the data are not as the format says
     */
    public static Dataset<CvsSample> cvs(String format, Path data, Progress progress) {
        if (format.equals(Endoscapes.NAME)) {
            return Endoscapes.read(data, progress);
        }
        throw unknown(format, CVS_FORMATS);
    }

    private static UserException unknown(String format, List<String> known) {
        return new SettingException(
                "format", format, "unknown for this task; known: " + String.join(", ", known));
    }
}
