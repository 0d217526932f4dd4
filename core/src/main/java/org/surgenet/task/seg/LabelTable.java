package org.surgenet.task.seg;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.opencv.core.Mat;
import org.surgenet.common.Hashes;
import org.surgenet.common.UserException;
import org.surgenet.image.Images;
import org.surgenet.task.Item;

/** What the values of a mask's pixels mean. */
final class LabelTable implements PixelLabels {
    private static final int UNKNOWN = -1;

    private final int[] classOf = new int[256];
    private final String hint;
    private final String key;

    /**
     * @param classOf class index, or {@link Item#IGNORE}, by mask value 0 .. 255
     * @param hint what to do about a value that is not in it
     */
    LabelTable(Map<Integer, Integer> classOf, String hint) {
        Arrays.fill(this.classOf, UNKNOWN);
        classOf.forEach((value, index) -> this.classOf[value] = index);
        this.hint = hint;
        key = Arrays.toString(this.classOf);
    }

    /** The file's hash, and the meaning of all values. */
    @Override
    public String key(Path mask) throws IOException {
        return Hashes.sha256(mask) + " " + key;
    }

    /** A value without a meaning is refused with the first such pixel. */
    @Override
    public Mat read(Path mask) {
        Mat values = Images.readMask(mask);
        try {
            byte[] bytes = Images.bytes(values);
            for (int i = 0; i < bytes.length; i++) {
                int index = classOf[bytes[i] & 0xFF];
                if (index == UNKNOWN) {
                    throw new UserException(
                            String.format(
                                    Locale.ROOT,
                                    "%s: pixel (%d, %d) has the value %d, which stands for no"
                                            + " class; %s",
                                    mask,
                                    i % values.cols(),
                                    i / values.cols(),
                                    bytes[i] & 0xFF,
                                    hint));
                }
                bytes[i] = (byte) index;
            }
            return Images.ofGreyBytes(bytes, values.cols(), values.rows());
        } finally {
            values.release();
        }
    }
}
