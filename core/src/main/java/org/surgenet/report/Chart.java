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
    private final String svg;

    /** The file's bytes once they were asked for; compressing them takes longer than drawing. */
    private byte[] encoded;

    Chart(BufferedImage image) {
        this(image, "");
    }

    private Chart(BufferedImage image, String svg) {
        this.image = image;
        this.svg = svg;
    }

    Chart withSvg(String text) {
        return new Chart(image, text);
    }

    /** The same as SVG; empty for the kinds of chart that have none. */
    public String svg() {
        return svg;
    }

    /** Writes the chart as PNG and, with that extension, as SVG if it has one. */
    public void writeBoth(Path png) throws IOException {
        write(png);
        if (!svg.isEmpty()) {
            String name = png.getFileName().toString().replaceFirst("\\.png$", "");
            AtomicFiles.writeString(png.resolveSibling(name + ".svg"), svg);
        }
    }

    /** The pixels, RGB. */
    public BufferedImage image() {
        return image;
    }

    /** The chart as a PNG file's bytes. */
    public byte[] png() {
        if (encoded == null) {
            encoded = encode();
        }
        return encoded.clone();
    }

    private byte[] encode() {
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
