package org.surgenet.synthetic;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.surgenet.common.AtomicFiles;

/**
 * PNG and JPEG through the Java platform, which suffices for the few hundred images of a sample.
 */
final class ImageFiles {
    private static final float QUALITY = 0.95f;

    private ImageFiles() {}

    static void png(Path file, Picture size, byte[] rgb) throws IOException {
        write(file, "png", size, rgb);
    }

    static void jpeg(Path file, Picture size, byte[] rgb) throws IOException {
        write(file, "jpeg", size, rgb);
    }

    private static void write(Path file, String format, Picture size, byte[] rgb)
            throws IOException {
        BufferedImage image =
                new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_3BYTE_BGR);
        int[] row = new int[size.width()];
        for (int j = 0; j < size.height(); j++) {
            for (int i = 0; i < size.width(); i++) {
                int at = 3 * (j * size.width() + i);
                row[i] = (rgb[at] & 255) << 16 | (rgb[at + 1] & 255) << 8 | (rgb[at + 2] & 255);
            }
            image.setRGB(0, j, size.width(), 1, row, 0, size.width());
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam options = writer.getDefaultWriteParam();
            options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            // For PNG, whose writer takes it as speed, half is fast and small enough.
            options.setCompressionQuality(format.equals("jpeg") ? QUALITY : 0.5f);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), options);
        } finally {
            writer.dispose();
        }
        byte[] content = bytes.toByteArray();
        AtomicFiles.writeUnforced(file, out -> out.write(content));
    }
}
