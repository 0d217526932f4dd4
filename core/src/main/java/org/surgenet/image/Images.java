package org.surgenet.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;
import org.opencv.core.Core;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.UserException;

/**
 * Reading, resizing and writing of pictures. All methods are thread-safe; every returned Mat is the
 * caller's to release.
 *
 * <p>An orientation stored in EXIF is ignored everywhere: frames of videos have none, and a mask
 * would no longer lie on a picture turned by it.
 */
public final class Images {
    /** Pixels above which a file is refused before decoding: a header may claim anything. */
    public static final long MAX_PIXELS = 100_000_000;

    private static final int MAX_FILE_BYTES = 1 << 30;

    private Images() {}

    /** How pixels between the old ones are made. */
    public enum Interpolation {
        /** Mean over the area when reducing, linear when enlarging: for pictures. */
        SMOOTH,
        /** Linear, also when reducing. */
        LINEAR,
        /** The nearest pixel's value: for masks. */
        NEAREST
    }

    /**
     * Reads a picture of any kind as RGB: grey is repeated, transparency dropped, 16 bits cut to 8,
     * CMYK converted.
     *
     * @return (height, width), 8UC3 in the order red, green, blue
     * @throws UserException with the path and the cause if the file is missing, no image, damaged,
     *     truncated or larger than {@link #MAX_PIXELS}
     */
    public static Mat read(Path file) {
        byte[] data = checkedBytes(file);
        return decode(file, data, Imgcodecs.IMREAD_COLOR_RGB | Imgcodecs.IMREAD_IGNORE_ORIENTATION);
    }

    /** As {@link #read(Path)}, of a file's content held in memory; {@code name} is for messages. */
    public static Mat read(Path name, byte[] data) {
        check(name, data);
        return decode(name, data, Imgcodecs.IMREAD_COLOR_RGB | Imgcodecs.IMREAD_IGNORE_ORIENTATION);
    }

    /**
     * Reads a picture as RGB at the whole, half, a quarter or an eighth of its size: the smallest
     * of these whose shorter side still has {@code shortSide} pixels. JPEGs are decoded at that
     * size, which costs about half as much.
     *
     * @throws UserException as {@link #read(Path)}
     */
    public static Mat readReduced(Path file, int shortSide) {
        return readReduced(file, checkedBytes(file), shortSide);
    }

    /** As {@link #readReduced(Path, int)}, of a file's content held in memory. */
    public static Mat readReduced(Path name, byte[] data, int shortSide) {
        ImageHeader header = check(name, data);
        int side = Math.min(header.width(), header.height());
        int factor =
                side >= 8 * shortSide
                        ? 8
                        : side >= 4 * shortSide ? 4 : side >= 2 * shortSide ? 2 : 1;
        return decodeReduced(name, data, factor);
    }

    /**
     * A picture that may have been decoded smaller than its file says.
     *
     * @param fullWidth of the file's picture, pixels
     * @param factor sides of {@code picture} are the file's over this, rounded up: 1, 2, 4 or 8
     */
    public record Reduced(Mat picture, int fullWidth, int fullHeight, int factor) {}

    /**
     * Reads a picture as RGB; a JPEG at a part of its size, which costs about half as much.
     *
     * @param factor given the header, by how much the sides of a JPEG are divided: 1, 2, 4 or 8
     * @throws UserException as {@link #read(Path)}
     */
    public static Reduced readReduced(Path file, ToIntFunction<ImageHeader> factor) {
        byte[] data = readBytes(file, MAX_FILE_BYTES);
        ImageHeader header = check(file, data);
        int by = header.format() == ImageHeader.Format.JPEG ? factor.applyAsInt(header) : 1;
        return new Reduced(decodeReduced(file, data, by), header.width(), header.height(), by);
    }

    private static Mat decodeReduced(Path name, byte[] data, int factor) {
        int flag =
                switch (factor) {
                    case 1 -> Imgcodecs.IMREAD_COLOR_RGB;
                    case 2 -> Imgcodecs.IMREAD_REDUCED_COLOR_2;
                    case 4 -> Imgcodecs.IMREAD_REDUCED_COLOR_4;
                    case 8 -> Imgcodecs.IMREAD_REDUCED_COLOR_8;
                    default -> throw new IllegalArgumentException("factor " + factor);
                };
        Mat picture = decode(name, data, flag | Imgcodecs.IMREAD_IGNORE_ORIENTATION);
        if (factor > 1) {
            Imgproc.cvtColor(picture, picture, Imgproc.COLOR_BGR2RGB);
        }
        return picture;
    }

    /**
     * Reads a file with its own depth and channels: 8 or 16 bits; one channel, RGB or RGBA. A
     * palette is applied.
     *
     * @throws UserException as {@link #read(Path)}
     */
    public static Mat readUnchanged(Path file) {
        Mat picture = decode(file, checkedBytes(file), Imgcodecs.IMREAD_UNCHANGED);
        if (picture.channels() == 3) {
            Imgproc.cvtColor(picture, picture, Imgproc.COLOR_BGR2RGB);
        } else if (picture.channels() == 4) {
            Imgproc.cvtColor(picture, picture, Imgproc.COLOR_BGRA2RGBA);
        }
        return picture;
    }

    /**
     * Reads a mask of class numbers: of a PNG with a palette the indices, of a grey picture the
     * values (of less than 8 bits stretched to 0 to 255), of RGB and RGBA the value that the three
     * colours share.
     *
     * @return (height, width), 8UC1
     * @throws UserException as {@link #read(Path)}; also for a JPEG, which does not keep class
     *     numbers, for a picture whose colours differ, and for values above 255
     */
    public static Mat readMask(Path file) {
        return readMask(file, false);
    }

    /**
     * As {@link #readMask}, but of a grey PNG with less than 8 bits the numbers as they are stored:
     * the 0 and 1 that a binary mask of one bit is made of, not 0 and 255.
     */
    public static Mat readClasses(Path file) {
        return readMask(file, true);
    }

    private static Mat readMask(Path file, boolean stored) {
        byte[] data = checkedBytes(file);
        ImageHeader header = header(file, data);
        if (header.format() == ImageHeader.Format.JPEG) {
            throw new UserException(
                    file + ": is a JPEG; class masks need a lossless format such as PNG");
        }
        if (header.format() == ImageHeader.Format.PNG
                && (IndexedPng.isIndexed(data) || stored && IndexedPng.isPackedGrey(data))) {
            return IndexedPng.indices(file, data, header);
        }
        Mat picture = decode(file, data, Imgcodecs.IMREAD_UNCHANGED);
        try {
            return toMask(file, picture);
        } finally {
            picture.release();
        }
    }

    private static Mat toMask(Path file, Mat picture) {
        Mat grey = new Mat();
        Core.extractChannel(picture, grey, 0);
        Mat other = new Mat();
        try {
            for (int c = 1; c < Math.min(3, picture.channels()); c++) {
                Core.extractChannel(picture, other, c);
                if (Core.norm(grey, other, Core.NORM_INF) != 0) {
                    throw new UserException(
                            file + ": is a colour picture where a mask of class numbers is needed");
                }
            }
            if (Core.minMaxLoc(grey).maxVal > 255) {
                throw new UserException(file + ": holds values above 255; no mask of classes");
            }
            grey.convertTo(grey, CvType.CV_8U);
            return grey;
        } catch (UserException e) {
            grey.release();
            throw e;
        } finally {
            other.release();
        }
    }

    /**
     * Resizes to exactly {@code width} x {@code height}.
     *
     * @return a new Mat of the same type; {@code source} stays as it is
     */
    public static Mat resize(Mat source, int width, int height, Interpolation interpolation) {
        Mat target = new Mat();
        boolean reduces = width <= source.cols() && height <= source.rows();
        int method =
                switch (interpolation) {
                    case SMOOTH -> reduces ? Imgproc.INTER_AREA : Imgproc.INTER_LINEAR;
                    case LINEAR -> Imgproc.INTER_LINEAR;
                    case NEAREST -> Imgproc.INTER_NEAREST_EXACT;
                };
        Imgproc.resize(source, target, new Size(width, height), 0, 0, method);
        return target;
    }

    /**
     * Resizes a whole picture to exactly {@code width} x {@code height} for a network.
     *
     * @param source 8UC3; stays as it is
     * @return a new Mat of the same type
     */
    public static Mat resize(Mat source, int width, int height, Resampling resampling) {
        return switch (resampling) {
            case BICUBIC -> resize(source, width, height, ResampleWeights.Kernel.BICUBIC);
            case BILINEAR -> resize(source, width, height, ResampleWeights.Kernel.BILINEAR);
            case AREA -> resize(source, width, height, Interpolation.SMOOTH);
        };
    }

    private static Mat resize(Mat source, int width, int height, ResampleWeights.Kernel kernel) {
        if (source.type() != CvType.CV_8UC3) {
            throw new IllegalArgumentException("picture is " + source + ", not RGB of 8 bits");
        }
        CropBox all = new CropBox(0, 0, source.cols(), source.rows());
        CropResizer resizer = new CropResizer();
        resizer.start(
                bytes(source),
                source.cols(),
                source.rows(),
                List.of(
                        new CropResizer.Request(
                                ReducedBox.of(all, 1), width, height, false, kernel)));
        Planes planes = new Planes(width, height);
        resizer.finish(0, planes);
        byte[] interleaved = new byte[3 * width * height];
        for (int y = 0, i = 0; y < height; y++) {
            int[] row = planes.row(y);
            for (int x = 0; x < width; x++) {
                interleaved[i++] = (byte) row[x];
                interleaved[i++] = (byte) row[width + x];
                interleaved[i++] = (byte) row[2 * width + x];
            }
        }
        return ofRgbBytes(interleaved, width, height);
    }

    /**
     * Copies a picture as planes (channel, row, column) into {@code target} from its position on,
     * which advances.
     *
     * @param picture 8UC1 or 8UC3
     * @throws IllegalArgumentException if it is of another type or {@code target} is too small
     */
    public static void toPlanarBytes(Mat picture, ByteBuffer target) {
        if (picture.depth() != CvType.CV_8U) {
            throw new IllegalArgumentException("picture is " + picture + ", not of 8 bits");
        }
        int channels = picture.channels();
        int pixels = picture.rows() * picture.cols();
        if (target.remaining() < channels * pixels) {
            throw new IllegalArgumentException(
                    "target has " + target.remaining() + " bytes for " + channels * pixels);
        }
        byte[] interleaved = bytes(picture);
        if (channels == 1) {
            target.put(interleaved);
            return;
        }
        byte[] plane = new byte[pixels];
        for (int c = 0; c < channels; c++) {
            for (int i = 0, j = c; i < pixels; i++, j += channels) {
                plane[i] = interleaved[j];
            }
            target.put(plane);
        }
    }

    /** The bytes of an 8-bit picture, row by row, channels interleaved. */
    public static byte[] bytes(Mat picture) {
        byte[] data = new byte[picture.rows() * picture.cols() * picture.channels()];
        picture.get(0, 0, data);
        return data;
    }

    /** An RGB picture (8UC3) for Java's own drawing. */
    public static BufferedImage toBufferedImage(Mat picture) {
        byte[] rgb = bytes(picture);
        int width = picture.cols();
        int height = picture.rows();
        int[] pixels = new int[width * height];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] =
                    (rgb[3 * i] & 0xFF) << 16
                            | (rgb[3 * i + 1] & 0xFF) << 8
                            | rgb[3 * i + 2] & 0xFF;
        }
        BufferedImage copy = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        copy.setRGB(0, 0, width, height, pixels, 0, width);
        return copy;
    }

    /** A new RGB picture (8UC3) of interleaved bytes, row by row. */
    public static Mat ofRgbBytes(byte[] interleaved, int width, int height) {
        return ofBytes(interleaved, width, height, CvType.CV_8UC3, 3);
    }

    /** A new grey picture (8UC1) of bytes, row by row. */
    public static Mat ofGreyBytes(byte[] values, int width, int height) {
        return ofBytes(values, width, height, CvType.CV_8UC1, 1);
    }

    private static Mat ofBytes(byte[] data, int width, int height, int type, int channels) {
        if (data.length != (long) width * height * channels) {
            throw new IllegalArgumentException(
                    data.length + " bytes for " + width + " x " + height + " x " + channels);
        }
        OpenCv.load();
        Mat picture = new Mat(height, width, type);
        picture.put(0, 0, data);
        return picture;
    }

    /** Writes a picture (8UC1, RGB 8UC3 or RGBA 8UC4) as PNG, atomically. */
    public static void writePng(Path file, Mat picture) throws IOException {
        // Level 3 costs a third of the default's time for files some percent larger.
        write(file, encode(picture, ".png", Imgcodecs.IMWRITE_PNG_COMPRESSION, 3));
    }

    /**
     * Writes a picture (8UC1 or RGB 8UC3) as JPEG, atomically.
     *
     * @param quality 1 to 100
     */
    public static void writeJpeg(Path file, Mat picture, int quality) throws IOException {
        write(file, jpeg(picture, quality));
    }

    /** The JPEG file of a picture (8UC1 or RGB 8UC3), in memory. */
    public static byte[] jpeg(Mat picture, int quality) {
        return encode(picture, ".jpg", Imgcodecs.IMWRITE_JPEG_QUALITY, quality);
    }

    private static void write(Path file, byte[] data) throws IOException {
        AtomicFiles.writeUnforced(file, out -> out.write(data));
    }

    private static byte[] encode(Mat picture, String extension, int option, int value) {
        OpenCv.load();
        Mat bgr = new Mat();
        MatOfByte data = new MatOfByte();
        MatOfInt options = new MatOfInt(option, value);
        try {
            switch (picture.channels()) {
                case 3 -> Imgproc.cvtColor(picture, bgr, Imgproc.COLOR_RGB2BGR);
                case 4 -> Imgproc.cvtColor(picture, bgr, Imgproc.COLOR_RGBA2BGRA);
                default -> picture.copyTo(bgr);
            }
            if (!Imgcodecs.imencode(extension, bgr, data, options)) {
                throw new IllegalStateException("OpenCV cannot encode " + picture);
            }
            return data.toArray();
        } finally {
            bgr.release();
            data.release();
            options.release();
        }
    }

    /**
     * The content of an image file.
     *
     * @throws UserException if it cannot be read
     */
    static byte[] readBytes(Path file, int limit) {
        try {
            return ImageHeader.head(file, limit);
        } catch (NoSuchFileException e) {
            throw new UserException(file + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new UserException(file + ": may not be read", e);
        } catch (IOException e) {
            throw new UserException(
                    file
                            + ": "
                            + (Files.isDirectory(file)
                                    ? "is a folder"
                                    : "cannot be read: " + e.getMessage()),
                    e);
        }
    }

    private static byte[] checkedBytes(Path file) {
        byte[] data = readBytes(file, MAX_FILE_BYTES);
        check(file, data);
        return data;
    }

    private static ImageHeader header(Path file, byte[] data) {
        try {
            return ImageHeader.parse(data);
        } catch (ImageHeader.DamagedException e) {
            throw new UserException(file + ": " + e.getMessage(), e);
        }
    }

    /** Refuses what is no whole image of a bearable size. */
    private static ImageHeader check(Path file, byte[] data) {
        ImageHeader header = header(file, data);
        if ((long) header.width() * header.height() > MAX_PIXELS) {
            throw new UserException(
                    file
                            + ": its header claims "
                            + header.width()
                            + " x "
                            + header.height()
                            + " pixels; more than "
                            + MAX_PIXELS
                            + " are not decoded");
        }
        try {
            header.checkComplete(data);
        } catch (ImageHeader.DamagedException e) {
            throw new UserException(file + ": " + e.getMessage(), e);
        }
        return header;
    }

    private static Mat decode(Path file, byte[] data, int flags) {
        OpenCv.load();
        Mat coded = new Mat(1, data.length, CvType.CV_8UC1);
        try {
            coded.put(0, 0, data);
            Mat picture = Imgcodecs.imdecode(coded, flags);
            if (picture.empty()) {
                throw new UserException(file + ": is damaged: the picture cannot be decoded");
            }
            return picture;
        } catch (CvException e) {
            throw new UserException(file + ": cannot be decoded: " + e.getMessage(), e);
        } finally {
            coded.release();
        }
    }
}
