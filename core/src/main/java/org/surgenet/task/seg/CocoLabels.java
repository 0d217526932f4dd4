package org.surgenet.task.seg;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.opencv.core.Mat;
import org.surgenet.common.Hashes;
import org.surgenet.image.Images;

/**
 * The classes of one image's pixels, from COCO's annotations.
 *
 * @param width pixels
 * @param height pixels
 * @param unannotated class of pixels that no annotation covers
 * @param regions in the order of the file
 * @param overlap which region lies on top
 */
record CocoLabels(
        int width, int height, int unannotated, List<Region> regions, Coco.Overlap overlap)
        implements PixelLabels {
    /**
     * An annotation's region.
     *
     * @param label class, or {@link org.surgenet.task.Item#IGNORE}
     * @param parts see {@link CocoShapes#ofPolygon}; polygons that overlap are joined
     */
    record Region(int label, List<int[]> parts) {
        long area() {
            return parts.stream().mapToLong(CocoShapes::area).sum();
        }
    }

    @Override
    public Mat read(Path mask) {
        return Images.ofGreyBytes(paint().labels, width, height);
    }

    /** Of the pixels: the file is that of all images. */
    @Override
    public String key(Path mask) {
        return width + "x" + height + " " + Hashes.sha256(paint().labels);
    }

    /** What is drawn, and how many pixels annotations of different classes claimed. */
    record Painted(byte[] labels, long contested) {}

    Painted paint() {
        List<Region> order = new ArrayList<>(regions);
        if (overlap == Coco.Overlap.AREA) {
            order.sort(Comparator.comparingLong(Region::area).reversed());
        }
        byte[] labels = new byte[width * height];
        boolean[] taken = new boolean[labels.length];
        boolean[] contested = new boolean[labels.length];
        Arrays.fill(labels, (byte) unannotated);
        long count = 0;
        for (Region region : order) {
            for (int[] changes : region.parts) {
                for (int i = 0; i < changes.length; i += 2) {
                    for (int p = changes[i]; p < changes[i + 1]; p++) {
                        int at = p % height * width + p / height;
                        if (taken[at] && labels[at] != (byte) region.label && !contested[at]) {
                            contested[at] = true;
                            count++;
                        }
                        taken[at] = true;
                        labels[at] = (byte) region.label;
                    }
                }
            }
        }
        return new Painted(labels, count);
    }
}
