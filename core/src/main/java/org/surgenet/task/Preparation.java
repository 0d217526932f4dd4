package org.surgenet.task;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.opencv.core.Core;
import org.opencv.core.Mat;
import org.opencv.core.Rect;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Sample;
import org.surgenet.image.Images;

/**
 * Decodes samples, varies them for training, and resizes them to the network's input. Thread-safe;
 * what it draws depends on the seed, the epoch and the sample alone.
 */
public final class Preparation<S extends Sample> {
    private static final long AUGMENT = 0x4155474DL;
    private static final double SMALLEST_CROP = 0.7;
    private static final double COLOUR = 0.2;

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
    private record Variation(Rect crop, boolean flip, double contrast, double brightness) {
        static final Variation NONE = new Variation(null, false, 1, 0);

        static Variation draw(CounterRandom random, int width, int height) {
            double side = Math.sqrt(random.uniform(SMALLEST_CROP, 1));
            int w = Math.max(1, (int) Math.round(side * width));
            int h = Math.max(1, (int) Math.round(side * height));
            Rect crop =
                    new Rect(random.nextInt(width - w + 1), random.nextInt(height - h + 1), w, h);
            return new Variation(
                    crop,
                    random.chance(0.5),
                    random.uniform(1 - COLOUR, 1 + COLOUR),
                    255 * random.uniform(-COLOUR, COLOUR) / 2);
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
                    random == null || augmentation == Augmentation.NONE
                            ? Variation.NONE
                            : Variation.draw(random, picture.cols(), picture.rows());
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
                        part ->
                                Images.resize(
                                        part, size.width(), size.height(), size.resampling()));
        try {
            if (variation.contrast != 1 || variation.brightness != 0) {
                // Contrast about the middle grey; the result is clamped to 0 .. 255.
                double shift = 127.5 * (1 - variation.contrast) + variation.brightness;
                resized.convertTo(resized, -1, variation.contrast, shift);
            }
            byte[] planes = new byte[3 * size.width() * size.height()];
            Images.toPlanarBytes(resized, ByteBuffer.wrap(planes));
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
                                            Images.Interpolation.NEAREST));
            try {
                return Images.bytes(resized);
            } finally {
                resized.release();
            }
        } finally {
            mask.release();
        }
    }

    private static Mat fit(Mat source, Variation variation, UnaryOperator<Mat> resize) {
        Mat part = variation.crop == null ? source : source.submat(variation.crop);
        Mat resized = resize.apply(part);
        if (variation.crop != null) {
            part.release();
        }
        if (variation.flip) {
            Core.flip(resized, resized, 1);
        }
        return resized;
    }
}
