package org.surgenet.task;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Rect;
import org.opencv.core.Scalar;
import org.opencv.imgproc.Imgproc;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Sample;
import org.surgenet.image.ColorShift;
import org.surgenet.image.Images;

/**
 * Decodes samples, varies them for training, and resizes them to the network's input. Thread-safe;
 * what it draws depends on the seed, the epoch and the sample alone.
 */
public final class Preparation<S extends Sample> {
    private static final long AUGMENT = 0x4155474DL;
    private static final double HALF = 0.5;
    private static final Scalar BLACK = Scalar.all(0);

    private final Function<S, Optional<Mat>> labels;
    private final InputSize size;
    private final Augmentation augmentation;
    private final long seed;

    /**
     * @param labels see {@link Task#labels}
     * @param size of the network's input
     * @param augmentation of training pictures
     * @param seed of what is drawn
     */
    public Preparation(
            Function<S, Optional<Mat>> labels,
            InputSize size,
            Augmentation augmentation,
            long seed) {
        this.labels = labels;
        this.size = size;
        this.augmentation = augmentation;
        this.seed = seed;
    }

    /** What happens to one training picture. */
    private record Variation(Rect crop, boolean flip, Turn turn, Colours colours) {
        static final Variation NONE = new Variation(null, false, Turn.NONE, Colours.NONE);

        static Variation draw(Augmentation ranges, CounterRandom random, int width, int height) {
            if (ranges.isNone()) {
                return NONE;
            }
            Rect crop =
                    ranges.smallestCrop() < 1
                            ? crop(ranges.smallestCrop(), random, width, height)
                            : null;
            boolean flip = ranges.flip() && random.chance(HALF);
            double light = ranges.light();
            double contrast = random.uniform(1 - light, 1 + light);
            double brightness = 255 * random.uniform(-light, light) / 2;
            return new Variation(
                    crop,
                    flip,
                    Turn.draw(ranges, random),
                    Colours.draw(contrast, brightness, ranges, random));
        }

        private static Rect crop(double smallest, CounterRandom random, int width, int height) {
            double side = Math.sqrt(random.uniform(smallest, 1));
            int w = Math.max(1, (int) Math.round(side * width));
            int h = Math.max(1, (int) Math.round(side * height));
            return new Rect(random.nextInt(width - w + 1), random.nextInt(height - h + 1), w, h);
        }
    }

    /**
     * A turn and a change of size about the picture's middle.
     *
     * @param radians counterclockwise on the screen where negative
     * @param scale factor
     */
    private record Turn(double radians, double scale) {
        static final Turn NONE = new Turn(0, 1);

        static Turn draw(Augmentation ranges, CounterRandom random) {
            if (!ranges.turns()) {
                return NONE;
            }
            double angle = Math.toRadians(random.uniform(-ranges.rotation(), ranges.rotation()));
            double octave = Math.log(1 + ranges.scale());
            return new Turn(angle, Math.exp(random.uniform(-octave, octave)));
        }

        /**
         * Turns a picture that was resized; what comes in from outside gets {@code border}.
         *
         * @param stretchX the resized picture's width by the original's
         * @param stretchY likewise of the heights: angles are those of the original
         */
        void applyTo(
                Mat resized, double stretchX, double stretchY, int interpolation, Scalar border) {
            if (equals(NONE)) {
                return;
            }
            double cos = scale * Math.cos(radians);
            double sin = scale * Math.sin(radians);
            double skew = stretchX / stretchY;
            double x = (resized.cols() - 1) / 2.0;
            double y = (resized.rows() - 1) / 2.0;
            Mat matrix = new Mat(2, 3, CvType.CV_64F);
            Mat turned = new Mat();
            try {
                matrix.put(
                        0,
                        0,
                        cos,
                        -sin * skew,
                        x - cos * x + sin * skew * y,
                        sin / skew,
                        cos,
                        y - sin / skew * x - cos * y);
                Imgproc.warpAffine(
                        resized,
                        turned,
                        matrix,
                        resized.size(),
                        interpolation,
                        Core.BORDER_CONSTANT,
                        border);
                turned.copyTo(resized);
            } finally {
                matrix.release();
                turned.release();
            }
        }
    }

    /** Other light and colours; factors, but for brightness (grey values) and hue (of a circle). */
    private record Colours(double contrast, double brightness, double saturation, double hue) {
        static final Colours NONE = new Colours(1, 0, 1, 0);

        static Colours draw(
                double contrast, double brightness, Augmentation ranges, CounterRandom random) {
            double range = ranges.saturation();
            return new Colours(
                    contrast,
                    brightness,
                    range == 0 ? 1 : random.uniform(1 - range, 1 + range),
                    ranges.hue() == 0 ? 0 : random.uniform(-ranges.hue(), ranges.hue()));
        }
    }

    /** A sample as training sees it in an epoch. */
    public Item<S> training(S sample, long epoch, int index) {
        return prepare(sample, CounterRandom.of(seed, epoch, index, AUGMENT));
    }

    /** A sample as it is. */
    public Item<S> plain(S sample) {
        return prepare(sample, null);
    }

    /** A sample with its labels at the image's own size instead of the network's. */
    public Item<S> fullLabels(S sample) {
        return new Item<>(sample, pixels(sample.image()), ownSize(sample));
    }

    /** A sample's labels alone, at the image's own size, without pixels. */
    public Item<S> labelsOf(S sample) {
        return new Item<>(sample, new byte[0], ownSize(sample));
    }

    /** A sample's labels at the image's own size; empty where it has none. */
    private byte[] ownSize(S sample) {
        Optional<Mat> mask = labels.apply(sample);
        if (mask.isEmpty()) {
            return new byte[0];
        }
        try {
            return Images.bytes(mask.get());
        } finally {
            mask.get().release();
        }
    }

    /** A picture as it is, (3, H, W), RGB. */
    public byte[] pixels(Path image) {
        Mat picture = Images.read(image);
        try {
            return pixels(picture, Variation.NONE);
        } finally {
            picture.release();
        }
    }

    private Item<S> prepare(S sample, CounterRandom random) {
        Mat picture = Images.read(sample.image());
        try {
            Variation variation =
                    random == null
                            ? Variation.NONE
                            : Variation.draw(augmentation, random, picture.cols(), picture.rows());
            return new Item<>(
                    sample, pixels(picture, variation), labels(sample, picture, variation));
        } finally {
            picture.release();
        }
    }

    private byte[] pixels(Mat picture, Variation variation) {
        Mat resized =
                fit(
                        picture,
                        variation,
                        part -> Images.resize(part, size.width(), size.height(), size.resampling()),
                        Imgproc.INTER_LINEAR,
                        BLACK);
        try {
            Colours colours = variation.colours;
            if (colours.contrast != 1 || colours.brightness != 0) {
                // Contrast about the middle grey; the result is clamped to 0 .. 255.
                double shift = 127.5 * (1 - colours.contrast) + colours.brightness;
                resized.convertTo(resized, -1, colours.contrast, shift);
            }
            byte[] planes = new byte[3 * size.width() * size.height()];
            Images.toPlanarBytes(resized, ByteBuffer.wrap(planes));
            if (colours.saturation != 1 || colours.hue != 0) {
                ColorShift.apply(
                        planes, size.width(), size.height(), colours.saturation, colours.hue);
            }
            return planes;
        } finally {
            resized.release();
        }
    }

    private byte[] labels(S sample, Mat picture, Variation variation) {
        Optional<Mat> found = labels.apply(sample);
        if (found.isEmpty()) {
            return new byte[0];
        }
        Mat mask = found.get();
        try {
            if (mask.cols() != picture.cols() || mask.rows() != picture.rows()) {
                throw new UserException(sample.image() + ": is not of the size of its mask");
            }
            Mat resized =
                    fit(
                            mask,
                            variation,
                            part ->
                                    Images.resize(
                                            part,
                                            size.width(),
                                            size.height(),
                                            Images.Interpolation.NEAREST),
                            Imgproc.INTER_NEAREST,
                            Scalar.all(Item.IGNORE));
            try {
                return Images.bytes(resized);
            } finally {
                resized.release();
            }
        } finally {
            mask.release();
        }
    }

    /**
     * A picture as it is varied, without its colours.
     *
     * @param interpolation of a turn
     * @param border what a turn brings in from outside
     */
    private static Mat fit(
            Mat source,
            Variation variation,
            UnaryOperator<Mat> resize,
            int interpolation,
            Scalar border) {
        Mat part = variation.crop == null ? source : source.submat(variation.crop);
        double width = part.cols();
        double height = part.rows();
        Mat resized = resize.apply(part);
        if (variation.crop != null) {
            part.release();
        }
        if (variation.flip) {
            Core.flip(resized, resized, 1);
        }
        variation.turn.applyTo(
                resized, resized.cols() / width, resized.rows() / height, interpolation, border);
        return resized;
    }
}
