package org.surgenet.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.surgenet.common.AtomicFiles;

/** A drawn chart, at twice its nominal size for sharp printing. {@link Charts} makes them. */
public final class Chart {
    private final BufferedImage image;

    Chart(BufferedImage image) {
        this.image = image;
    }

    /** The pixels, RGB. */
    public BufferedImage image() {
        return image;
    }

    /** The chart as a PNG file's bytes. */
    public byte[] png() {
        // Without a cache: ImageIO would otherwise write a temporary file per chart.
        ImageIO.setUseCache(false);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "png", out)) {
                throw new IllegalStateException("this Java platform cannot write PNG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Writes the chart as PNG, atomically. */
    public void write(Path file) throws IOException {
        byte[] png = png();
        AtomicFiles.write(file, out -> out.write(png));
    }
}
