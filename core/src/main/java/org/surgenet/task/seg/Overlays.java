package org.surgenet.task.seg;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.opencv.core.Mat;
import org.surgenet.image.Images;
import org.surgenet.report.Chart;
import org.surgenet.report.Charts;
import org.surgenet.task.InputSize;

/** Pictures with the classes of their pixels on them. */
final class Overlays {
    private Overlays() {}

    /** A label map of the network's size brought to another by the nearest pixel. */
    static byte[] enlarge(byte[] labels, InputSize from, int width, int height) {
        Mat small = Images.ofGreyBytes(labels, from.width(), from.height());
        Mat large = Images.resize(small, width, height, Images.Interpolation.NEAREST);
        try {
            return Images.bytes(large);
        } finally {
            small.release();
            large.release();
        }
    }

    /**
     * The picture, its target and its prediction side by side.
     *
     * @param target label map of the picture's size; empty if there is none
     */
    static Chart draw(
            String name, Path image, List<String> classes, byte[] target, byte[] prediction) {
        BufferedImage picture = read(image);
        List<Charts.Labelled> panels = new ArrayList<>();
        panels.add(new Charts.Labelled("image", picture, new byte[0]));
        if (target.length > 0) {
            panels.add(new Charts.Labelled("target", picture, target));
        }
        panels.add(new Charts.Labelled("prediction", picture, prediction));
        return Charts.labelled(name, classes, panels);
    }

    private static BufferedImage read(Path image) {
        Mat mat = Images.read(image);
        try {
            return Images.toBufferedImage(mat);
        } finally {
            mat.release();
        }
    }
}
