package org.surgenet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.surgenet.SharedFiles;
import org.surgenet.common.UserException;

/**
 * The files under {@code image/} were made with Pillow 12 from the picture of {@link #gradient}.
 */
class ImagesTest {
    private static final int WIDTH = 32;
    private static final int HEIGHT = 24;

    @TempDir Path folder;

    static byte[] gradient() {
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int i = 3 * (y * WIDTH + x);
                rgb[i] = (byte) (x * 8);
                rgb[i + 1] = (byte) (y * 10);
                rgb[i + 2] = (byte) (255 - x * 4 - y * 4);
            }
        }
        return rgb;
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(ImagesTest.class.getResource("/image/" + name).toURI());
    }

    private static double meanDifference(byte[] a, byte[] b) {
        assertThat(a).hasSameSizeAs(b);
        long sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((a[i] & 0xFF) - (b[i] & 0xFF));
        }
        return (double) sum / a.length;
    }

    private static byte[] readAndRelease(Path file) {
        Mat picture = Images.read(file);
        try {
            assertThat(picture.type()).isEqualTo(CvType.CV_8UC3);
            return Images.bytes(picture);
        } finally {
            picture.release();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"picture.png", "picture.bmp", "picture.tif", "picture.webp"})
    void readsLosslessFormatsExactly(String name) throws Exception {
        assertThat(ImageHeader.read(resource(name)).width()).isEqualTo(WIDTH);
        assertThat(ImageHeader.read(resource(name)).height()).isEqualTo(HEIGHT);

        assertThat(readAndRelease(resource(name))).isEqualTo(gradient());
    }

    @ParameterizedTest
    @ValueSource(strings = {"progressive.jpg", "exif_turned.jpg", "cmyk.jpg"})
    void readsEveryKindOfJpeg(String name) throws Exception {
        // The EXIF orientation is ignored: the picture keeps its width and height.
        assertThat(meanDifference(readAndRelease(resource(name)), gradient())).isLessThan(4);
    }

    @Test
    void cutsSixteenBitsToTheHighEight() throws Exception {
        byte[] rgb = readAndRelease(resource("grey16.png"));

        for (int x = 0; x < WIDTH; x++) {
            assertThat(rgb[3 * x]).isEqualTo((byte) x);
            assertThat(rgb[3 * x + 2]).isEqualTo((byte) x);
        }
        Mat unchanged = Images.readUnchanged(resource("grey16.png"));
        assertThat(unchanged.type()).isEqualTo(CvType.CV_16UC1);
        assertThat(unchanged.get(5, 7)).containsExactly(7 * 256 + 5);
        unchanged.release();
    }

    @Test
    void writesWhatItReads() throws Exception {
        Mat picture = Images.ofRgbBytes(gradient(), WIDTH, HEIGHT);
        Path png = folder.resolve("new/a.png");
        Path jpg = folder.resolve("a.jpg");

        Images.writePng(png, picture);
        Images.writeJpeg(jpg, picture, 95);
        picture.release();

        assertThat(readAndRelease(png)).isEqualTo(gradient());
        assertThat(meanDifference(readAndRelease(jpg), gradient())).isLessThan(3);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("new", "a.jpg");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "picture.png",
                "picture.webp",
                "picture.bmp",
                "progressive.jpg",
                "exif_turned.jpg",
                "cmyk.jpg"
            })
    void refusesEveryTruncation(String name) throws Exception {
        byte[] whole = Files.readAllBytes(resource(name));
        Path file = folder.resolve(name);
        for (int length = 0; length < whole.length - 1; length += 1 + length / 40) {
            Files.write(file, Arrays.copyOf(whole, length));

            assertThatThrownBy(() -> Images.read(file))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void refusesAPngWithAFlippedBit() throws Exception {
        byte[] data = Files.readAllBytes(resource("picture.png"));
        data[data.length / 2] ^= 0x10;
        Path file = Files.write(folder.resolve("a.png"), data);

        assertThatThrownBy(() -> Images.read(file)).hasMessageContaining("checksum");
    }

    @Test
    void refusesAPictureTooLargeToDecode() throws Exception {
        byte[] data = Files.readAllBytes(resource("picture.png"));
        ByteBuffer.wrap(data).putInt(16, 60_000).putInt(20, 60_000);
        Path file = Files.write(folder.resolve("bomb.png"), data);

        assertThatThrownBy(() -> Images.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("60000 x 60000");
    }

    @Test
    void saysWhatIsNoPicture() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.jpg"), "not an image");
        Path gif = Files.copy(resource("picture.gif"), folder.resolve("a.gif"));

        assertThatThrownBy(() -> Images.read(text)).hasMessageContaining("is no image");
        assertThatThrownBy(() -> Images.read(gif)).hasMessageContaining("GIF");
        assertThatThrownBy(() -> Images.read(folder.resolve("none.jpg")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> Images.read(folder))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is a folder");
    }

    @Test
    void readsMasksAsClassNumbers() throws Exception {
        byte[] classes = new byte[WIDTH * HEIGHT];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (byte) (i % 13);
        }
        Path grey = folder.resolve("grey.png");
        Mat mask = Images.ofGreyBytes(classes, WIDTH, HEIGHT);
        Images.writePng(grey, mask);
        mask.release();

        assertThat(readMask(grey)).isEqualTo(classes);
        assertThat(readMask(javaPng(BufferedImage.TYPE_INT_ARGB, classes))).isEqualTo(classes);
        assertThat(readMask(palettePng(classes, 8))).isEqualTo(classes);
        assertThat(readMask(palettePng(classes, 4))).isEqualTo(classes);
    }

    /** As Pillow saves an array of booleans. */
    @Test
    void classesOfFewBitsAreWhatIsStored() throws IOException {
        byte[] classes = new byte[WIDTH * HEIGHT];
        byte[] white = new byte[classes.length];
        for (int i = 0; i < classes.length; i += 3) {
            classes[i] = 1;
            white[i] = (byte) 255;
        }
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_BINARY);
        for (int i = 0; i < classes.length; i++) {
            image.getRaster().setSample(i % WIDTH, i / WIDTH, 0, classes[i]);
        }
        Path file = javaPng(image);
        byte[] png = Files.readAllBytes(file);
        assertThat(png[24]).as("bit depth").isEqualTo((byte) 1);
        assertThat(png[25]).as("colour type").isZero();

        assertThat(readMask(file)).isEqualTo(white);
        Mat stored = Images.readClasses(file);
        assertThat(Images.bytes(stored)).isEqualTo(classes);
        stored.release();
    }

    /**
     * Colours that are twice in the palette, transparent entries, each bit depth, both orders of
     * rows: the indices are the classes whatever the palette says.
     */
    @ParameterizedTest
    @CsvSource({
        "1, false",
        "2, false",
        "4, false",
        "8, false",
        "1, true",
        "2, true",
        "4, true",
        "8, true"
    })
    void readsTheIndicesOfAPalette(int bits, boolean interlaced) throws Exception {
        int entries = 1 << bits;
        byte[] classes = new byte[WIDTH * HEIGHT];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (byte) (i * 7 % entries);
        }
        byte[] red = new byte[entries];
        byte[] alpha = new byte[entries];
        for (int i = 0; i < entries; i++) {
            // Each colour twice, the first of all transparent.
            red[i] = (byte) (200 - i / 2);
            alpha[i] = (byte) (i == 0 ? 0 : 255);
        }
        IndexColorModel palette =
                new IndexColorModel(bits, entries, red, new byte[entries], red, alpha);

        Path file = indexedPng(classes, palette, interlaced);

        assertThat(Files.readAllBytes(file)[24]).isEqualTo((byte) bits);
        assertThat(Files.readAllBytes(file)[28]).isEqualTo((byte) (interlaced ? 1 : 0));
        assertThat(readMask(file)).isEqualTo(classes);
    }

    @Test
    void aPaletteImageWithoutAllItsRowsIsDamaged() throws Exception {
        byte[] classes = new byte[WIDTH * HEIGHT];
        Path file = palettePng(classes, 8);
        byte[] png = Files.readAllBytes(file);
        // Twice as high as its rows reach, with the header's checksum made anew.
        ByteBuffer header = ByteBuffer.wrap(png);
        header.putInt(20, 2 * HEIGHT);
        CRC32 checksum = new CRC32();
        checksum.update(png, 12, 17);
        header.putInt(29, (int) checksum.getValue());
        Files.write(file, png);

        assertThatThrownBy(() -> Images.readMask(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(file + ": is damaged");
    }

    private Path indexedPng(byte[] indices, IndexColorModel palette, boolean interlaced)
            throws IOException {
        BufferedImage image =
                new BufferedImage(
                        WIDTH,
                        HEIGHT,
                        palette.getPixelSize() == 8
                                ? BufferedImage.TYPE_BYTE_INDEXED
                                : BufferedImage.TYPE_BYTE_BINARY,
                        palette);
        for (int i = 0; i < indices.length; i++) {
            image.getRaster().setSample(i % WIDTH, i / WIDTH, 0, indices[i] & 0xFF);
        }
        Path file = Files.createTempFile(folder, "mask", ".png");
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setProgressiveMode(
                interlaced ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return file;
    }

    @Test
    void refusesMasksThatAreNone() throws Exception {
        Path colour = folder.resolve("colour.png");
        Mat picture = Images.ofRgbBytes(gradient(), WIDTH, HEIGHT);
        Images.writePng(colour, picture);
        picture.release();

        assertThatThrownBy(() -> Images.readMask(colour)).hasMessageContaining("colour picture");
        assertThatThrownBy(() -> Images.readMask(resource("progressive.jpg")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("lossless");
        assertThatThrownBy(() -> Images.readMask(resource("grey16.png")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("above 255");
    }

    private static byte[] readMask(Path file) {
        Mat mask = Images.readMask(file);
        try {
            assertThat(mask.type()).isEqualTo(CvType.CV_8UC1);
            return Images.bytes(mask);
        } finally {
            mask.release();
        }
    }

    private Path javaPng(int type, byte[] grey) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
        for (int i = 0; i < grey.length; i++) {
            image.setRGB(i % WIDTH, i / WIDTH, 0xFF000000 | grey[i] * 0x010101);
        }
        return javaPng(image);
    }

    private Path palettePng(byte[] indices, int bits) throws IOException {
        byte[] red = new byte[1 << bits];
        for (int i = 0; i < red.length; i++) {
            red[i] = (byte) (200 - 9 * i);
        }
        BufferedImage image =
                new BufferedImage(
                        WIDTH,
                        HEIGHT,
                        bits == 8
                                ? BufferedImage.TYPE_BYTE_INDEXED
                                : BufferedImage.TYPE_BYTE_BINARY,
                        new IndexColorModel(bits, red.length, red, new byte[red.length], red));
        int[] row = new int[WIDTH];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                row[x] = indices[y * WIDTH + x];
            }
            image.getRaster().setPixels(0, y, WIDTH, 1, row);
        }
        return javaPng(image);
    }

    private Path javaPng(BufferedImage image) throws IOException {
        Path file = Files.createTempFile(folder, "mask", ".png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void reducesByTheMeanAndMasksByTheNearest() {
        byte[] checks = new byte[64 * 64];
        for (int i = 0; i < checks.length; i++) {
            checks[i] = (byte) ((i / 64 + i) % 2 == 0 ? 0 : 200);
        }
        Mat picture = Images.ofGreyBytes(checks, 64, 64);
        Mat smooth = Images.resize(picture, 16, 8, Images.Interpolation.SMOOTH);
        Mat nearest = Images.resize(picture, 16, 8, Images.Interpolation.NEAREST);

        assertThat(smooth.size().toString()).isEqualTo("16x8");
        assertThat(Core.mean(smooth).val[0]).isCloseTo(100, within(0.5));
        for (byte value : Images.bytes(nearest)) {
            assertThat(value & 0xFF).isIn(0, 200);
        }
        picture.release();
        smooth.release();
        nearest.release();
    }

    @Test
    void decodesAtReducedSize() throws Exception {
        byte[] grey = new byte[640 * 480 * 3];
        Arrays.fill(grey, (byte) 90);
        Mat picture = Images.ofRgbBytes(grey, 640, 480);
        Path file = folder.resolve("a.jpg");
        Images.writeJpeg(file, picture, 90);
        picture.release();

        for (int[] expected :
                List.of(new int[] {100, 120}, new int[] {240, 240}, new int[] {400, 480})) {
            Mat reduced = Images.readReduced(file, expected[0]);
            assertThat(reduced.rows()).isEqualTo(expected[1]);
            assertThat(Core.mean(reduced).val[0]).isCloseTo(90, within(1.0));
            reduced.release();
        }
    }

    @Test
    void copiesPlanes() {
        Mat picture = Images.ofRgbBytes(new byte[] {1, 2, 3, 4, 5, 6}, 2, 1);
        ByteBuffer target = ByteBuffer.allocateDirect(7);
        target.position(1);

        Images.toPlanarBytes(picture, target);
        picture.release();

        byte[] written = new byte[6];
        target.get(1, written);
        assertThat(written).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(target.hasRemaining()).isFalse();
    }

    @Test
    void readsRealPicturesAndRefusesTheTruncatedOne() throws Exception {
        Path media = SharedFiles.media().orElse(null);
        Assumptions.assumeTrue(media != null, "no real media");
        int read = 0;
        for (String name :
                List.of("frames", "frames_labelled", "non_surgical", "near_duplicates")) {
            try (Stream<Path> files = Files.list(media.resolve(name))) {
                for (Path file :
                        files.filter(f -> f.toString().matches(".*[.](jpe?g|png)")).toList()) {
                    if (file.getFileName().toString().contains("truncated")) {
                        assertThatThrownBy(() -> Images.read(file))
                                .isInstanceOf(UserException.class)
                                .hasMessageContaining("truncated")
                                .hasMessageContaining(file.toString());
                    } else {
                        Images.read(file).release();
                        read++;
                    }
                }
            }
        }
        assertThat(read).isGreaterThan(80);
    }
}
