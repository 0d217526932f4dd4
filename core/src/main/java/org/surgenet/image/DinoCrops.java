package org.surgenet.image;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.opencv.core.Mat;
import org.surgenet.common.CounterRandom;

/**
 * DINO's multi-crop augmentation ({@code main_dino.py: DataAugmentationDINO}; METHOD A.4): two
 * global and any number of local views of one picture. Pixels equal those of torchvision's
 * transforms on Pillow given the same random draws; the draws are functions of (seed, epoch,
 * sample, view, operation), so that neither threads nor resuming change a view.
 *
 * <p>Thread-safe; each thread keeps working memory of its own, about 15 MB for pictures of 1280 x
 * 720 pixels.
 */
public final class DinoCrops {
    /** Number of global views; they come first. */
    public static final int GLOBAL_VIEWS = 2;

    /** The most that a JPEG decoder leaves out. */
    private static final int MAX_REDUCTION = 8;

    private final Settings settings;
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(this::newScratch);

    /**
     * Sizes and scales; the defaults are DINO's, 2 views of 224 and 8 of 96 pixels.
     *
     * @param globalSize side of global views, pixels
     * @param localSize side of local views, pixels
     * @param localViews number of local views
     * @param globalScale fraction of the picture's area in a global view
     * @param localScale fraction of the picture's area in a local view
     */
    public record Settings(
            int globalSize,
            int localSize,
            int localViews,
            AreaRange globalScale,
            AreaRange localScale) {
        public Settings {
            if (globalSize < 1 || localSize < 1 || localViews < 0) {
                throw new IllegalArgumentException(
                        "sizes ("
                                + globalSize
                                + ", "
                                + localSize
                                + ") must be positive, local views ("
                                + localViews
                                + ") not negative");
            }
        }

        public static Builder builder() {
            return new Builder();
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private int globalSize = 224;
            private int localSize = 96;
            private int localViews = 8;
            private AreaRange globalScale = new AreaRange(0.4, 1);
            private AreaRange localScale = new AreaRange(0.05, 0.4);

            private Builder() {}

            public Builder globalSize(int value) {
                globalSize = value;
                return this;
            }

            public Builder localSize(int value) {
                localSize = value;
                return this;
            }

            public Builder localViews(int value) {
                localViews = value;
                return this;
            }

            public Builder globalScale(AreaRange value) {
                globalScale = value;
                return this;
            }

            public Builder localScale(AreaRange value) {
                localScale = value;
                return this;
            }

            /**
             * @throws IllegalArgumentException if a value makes no sense
             */
            public Settings build() {
                return new Settings(globalSize, localSize, localViews, globalScale, localScale);
            }
        }

        public int views() {
            return GLOBAL_VIEWS + localViews;
        }

        /** Side of view {@code view}, pixels. */
        public int size(int view) {
            return view < GLOBAL_VIEWS ? globalSize : localSize;
        }

        /** Bytes of view {@code view}: three planes. */
        public int bytes(int view) {
            return 3 * size(view) * size(view);
        }
    }

    /** Where views go: given a view's number, a buffer whose position is the view's first byte. */
    @FunctionalInterface
    public interface Target {
        ByteBuffer buffer(int view);
    }

    /** What a thread works with. */
    private static final class Scratch {
        final CropResizer resizer = new CropResizer();
        final Planes planes;
        final byte[] line;
        byte[] rgb = new byte[0];

        Scratch(int size) {
            planes = new Planes(size, size);
            line = new byte[size];
        }
    }

    public DinoCrops(Settings settings) {
        this.settings = settings;
    }

    private Scratch newScratch() {
        return new Scratch(Math.max(settings.globalSize(), settings.localSize()));
    }

    public Settings settings() {
        return settings;
    }

    /**
     * Makes all views of a picture: view 0 and 1 are global, the others local.
     *
     * @param picture RGB, 8UC3; stays the caller's
     * @param sample number of the picture in the data set
     * @param target gets each view as (3, size, size) bytes from its buffer's position on; the
     *     position itself stays
     */
    public void make(Mat picture, long seed, long epoch, long sample, Target target) {
        make(
                new Images.Reduced(picture, picture.cols(), picture.rows(), 1),
                seed,
                epoch,
                sample,
                target);
    }

    /**
     * As {@link #make(Mat, long, long, long, Target)}, of a picture that was decoded smaller than
     * it is: of the same boxes, whose edges may lie inside one of its pixels.
     */
    public void make(Images.Reduced read, long seed, long epoch, long sample, Target target) {
        Scratch own = scratch.get();
        Mat picture = read.picture();
        int width = picture.cols();
        int height = picture.rows();
        if (own.rgb.length < 3 * width * height) {
            own.rgb = new byte[3 * width * height];
        }
        readAll(picture, own.rgb);
        List<DinoView> views = draw(read.fullWidth(), read.fullHeight(), seed, epoch, sample);
        List<CropResizer.Request> requests = new ArrayList<>(views.size());
        for (int v = 0; v < views.size(); v++) {
            DinoView view = views.get(v);
            ReducedBox box = ReducedBox.of(view.box(), read.factor());
            requests.add(new CropResizer.Request(box, settings.size(v), view.flip()));
        }
        own.resizer.start(own.rgb, width, height, requests);
        for (int v = 0; v < views.size(); v++) {
            own.resizer.finish(v, own.planes);
            views.get(v).changeColours(own.planes);
            ByteBuffer buffer = target.buffer(v);
            own.planes.copyTo(buffer, buffer.position(), own.line);
        }
    }

    /**
     * By how much a picture may be smaller than its file before views of a sample would have to be
     * enlarged: 1, 2, 4 or 8.
     *
     * @param width of the file's picture, pixels
     */
    public int reduction(int width, int height, long seed, long epoch, long sample) {
        int most = MAX_REDUCTION;
        List<DinoView> views = draw(width, height, seed, epoch, sample);
        for (int v = 0; v < views.size(); v++) {
            CropBox box = views.get(v).box();
            while (most > 1 && Math.min(box.width(), box.height()) < most * settings.size(v)) {
                most /= 2;
            }
        }
        return most;
    }

    /** Copies {@code picture} into the front of {@code target}, which may be longer. */
    private static void readAll(Mat picture, byte[] target) {
        int read = picture.get(0, 0, target);
        if (read < 3 * picture.cols() * picture.rows()) {
            throw new IllegalArgumentException("picture is " + picture + ", not 8UC3");
        }
    }

    /** The random parts of all views of a sample. */
    List<DinoView> draw(int width, int height, long seed, long epoch, long sample) {
        List<DinoView> views = new ArrayList<>(settings.views());
        for (int v = 0; v < settings.views(); v++) {
            CounterRandom key = CounterRandom.of(seed, epoch, sample, v);
            boolean global = v < GLOBAL_VIEWS;
            DinoView.Kind kind =
                    v == 0
                            ? DinoView.Kind.FIRST_GLOBAL
                            : global ? DinoView.Kind.SECOND_GLOBAL : DinoView.Kind.LOCAL;
            views.add(
                    DinoView.random(
                            key,
                            kind,
                            width,
                            height,
                            global ? settings.globalScale() : settings.localScale()));
        }
        return views;
    }
}
