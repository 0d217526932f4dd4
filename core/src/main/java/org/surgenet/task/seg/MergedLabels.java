package org.surgenet.task.seg;

import java.io.IOException;
import java.nio.file.Path;
import org.opencv.core.Mat;
import org.surgenet.dataset.ClassMerges;
import org.surgenet.image.Images;
import org.surgenet.task.Item;

/** Labels whose classes are merged. */
record MergedLabels(PixelLabels labels, ClassMerges merges) implements PixelLabels {
    @Override
    public String key(Path mask) throws IOException {
        return labels.key(mask) + " " + merges.key();
    }

    @Override
    public Mat read(Path mask) {
        Mat classes = labels.read(mask);
        try {
            byte[] bytes = Images.bytes(classes);
            for (int i = 0; i < bytes.length; i++) {
                int label = bytes[i] & 0xFF;
                int merged = label == Item.IGNORE ? ClassMerges.IGNORED : merges.of(label);
                bytes[i] = (byte) (merged == ClassMerges.IGNORED ? Item.IGNORE : merged);
            }
            return Images.ofGreyBytes(bytes, classes.cols(), classes.rows());
        } finally {
            classes.release();
        }
    }
}
