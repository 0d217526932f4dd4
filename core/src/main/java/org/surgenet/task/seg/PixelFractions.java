package org.surgenet.task.seg;

import java.util.Arrays;
import java.util.List;
import org.opencv.core.Mat;
import org.surgenet.image.Images;
import org.surgenet.task.Item;

/** How many of the labelled pixels each class has. */
final class PixelFractions {
    private PixelFractions() {}

    /**
     * Fractions of all pixels that are not ignored; reads every mask.
     *
     * @return by class; NaN without any such pixel
     */
    static double[] of(List<SegmentationSample> samples, int classes) {
        long[] counts =
                samples.parallelStream()
                        .map(sample -> counts(sample, classes))
                        .reduce(new long[classes], PixelFractions::plus);
        long all = Arrays.stream(counts).sum();
        double[] fractions = new double[classes];
        for (int c = 0; c < classes; c++) {
            fractions[c] = (double) counts[c] / all;
        }
        return fractions;
    }

    private static long[] counts(SegmentationSample sample, int classes) {
        Mat mask = sample.labels().read(sample.mask());
        long[] counts = new long[classes];
        try {
            for (byte label : Images.bytes(mask)) {
                if ((label & 0xFF) != Item.IGNORE) {
                    counts[label & 0xFF]++;
                }
            }
            return counts;
        } finally {
            mask.release();
        }
    }

    private static long[] plus(long[] a, long[] b) {
        long[] sum = a.clone();
        for (int c = 0; c < sum.length; c++) {
            sum[c] += b[c];
        }
        return sum;
    }
}
