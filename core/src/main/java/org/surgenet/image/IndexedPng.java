package org.surgenet.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.opencv.core.Mat;
import org.surgenet.common.UserException;

/**
 * The samples of a PNG with a palette, or of grey with less than 8 bits, as they are stored: in
 * masks they are the classes. OpenCV gives the palette's colours, and stretches grey of few bits to
 * 0 to 255; the JDK's reader keeps the samples in the image's raster.
 */
final class IndexedPng {
    private static final int COLOUR_TYPE_GREY = 0;
    private static final int COLOUR_TYPE_INDEXED = 3;

    private IndexedPng() {}

    /** Tells whether {@code png}, a whole PNG file, has a palette. */
    static boolean isIndexed(byte[] png) {
        return png[25] == COLOUR_TYPE_INDEXED;
    }

    /** Tells whether {@code png}, a whole PNG file, is grey with less than 8 bits. */
    static boolean isPackedGrey(byte[] png) {
        return png[25] == COLOUR_TYPE_GREY && png[24] < 8;
    }

    /**
     * @return (height, width), 8UC1
     */
    static Mat indices(Path file, byte[] png, ImageHeader header) {
        BufferedImage image = decode(file, png);
        if (!(image.getColorModel() instanceof IndexColorModel)) {
            throw new IllegalStateException(
                    file + ": its samples were not read as they are stored");
        }
        int width = header.width();
        int height = header.height();
        byte[] indices = new byte[width * height];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRaster().getSamples(0, y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                indices[y * width + x] = (byte) row[x];
            }
        }
        return Images.ofGreyBytes(indices, width, height);
    }

    private static BufferedImage decode(Path file, byte[] png) {
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        // Not ImageIO.createImageInputStream: it caches in a file.
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(png))) {
            // Texts and colour profiles are of no use here, and may be malformed.
            reader.setInput(in, true, true);
            return reader.read(0);
        } catch (IOException | RuntimeException e) {
            // Of malformed chunks the reader throws unchecked exceptions, too.
            throw new UserException(file + ": is damaged: " + e.getMessage(), e);
        } finally {
            reader.dispose();
        }
    }
}
