package org.surgenet.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import org.surgenet.common.UserException;

/** A white image with a pen, text placed by its ends or middle. Sizes are in nominal pixels. */
final class Canvas implements AutoCloseable {
    /** Real pixels per nominal one. */
    static final int SCALE = 2;

    enum Anchor {
        START,
        MIDDLE,
        END
    }

    final Graphics2D pen;
    private final BufferedImage image;

    Canvas(int width, int height) {
        image =
                new BufferedImage(
                        Math.max(1, width * SCALE),
                        Math.max(1, height * SCALE),
                        BufferedImage.TYPE_INT_RGB);
        pen = pen(image);
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, width, height);
        pen.setColor(Palette.TEXT);
    }

    private static Graphics2D pen(BufferedImage image) {
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setRenderingHint(
                RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        pen.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        pen.scale(SCALE, SCALE);
        return pen;
    }

    static Font font(int size) {
        return new Font(Font.SANS_SERIF, Font.PLAIN, size);
    }

    static Font bold(int size) {
        return new Font(Font.SANS_SERIF, Font.BOLD, size);
    }

    /** Width of a text in nominal pixels, for layouts made before the canvas. */
    static int width(String text, Font font) {
        return (int) Math.ceil(metrics(font).getStringBounds(text, Measure.PEN).getWidth());
    }

    /**
     * @throws UserException if this machine has no fonts at all, which Java reports in various ways
     *     from its native parts
     */
    private static FontMetrics metrics(Font font) {
        try {
            return Measure.PEN.getFontMetrics(font);
        } catch (LinkageError | NullPointerException | InternalError e) {
            throw new UserException(
                    "charts cannot be drawn: Java finds no fonts on this machine ("
                            + e
                            + "); install fontconfig and a font, such as Debian's packages"
                            + " fontconfig and fonts-dejavu-core",
                    e);
        }
    }

    /** Made on first use, inside {@link #metrics}. */
    private static final class Measure {
        static final Graphics2D PEN = pen(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
    }

    /** Writes a text whose vertical middle is at {@code y}. */
    void text(String text, double x, double y, Font font, Color colour, Anchor anchor) {
        FontMetrics metrics = metrics(font);
        double width = metrics.getStringBounds(text, pen).getWidth();
        double shift =
                switch (anchor) {
                    case START -> 0;
                    case MIDDLE -> width / 2;
                    case END -> width;
                };
        pen.setFont(font);
        pen.setColor(colour);
        pen.drawString(
                text,
                (float) (x - shift),
                (float) (y + (metrics.getAscent() - metrics.getDescent()) / 2.0));
    }

    /** As {@link #text}, turned by 90 degrees so that it reads upwards. */
    void upwards(String text, double x, double y, Font font, Color colour, Anchor anchor) {
        Graphics2D turned = (Graphics2D) pen.create();
        try {
            FontMetrics metrics = metrics(font);
            double width = metrics.getStringBounds(text, turned).getWidth();
            double shift =
                    switch (anchor) {
                        case START -> 0;
                        case MIDDLE -> width / 2;
                        case END -> width;
                    };
            turned.rotate(-Math.PI / 2, x, y);
            turned.setFont(font);
            turned.setColor(colour);
            turned.drawString(
                    text,
                    (float) (x - shift),
                    (float) (y + (metrics.getAscent() - metrics.getDescent()) / 2.0));
        } finally {
            turned.dispose();
        }
    }

    /**
     * The text; where it is wider than {@code width}, an ellipsis stands for its middle, because
     * long names of models differ at their ends.
     */
    static String fit(String text, Font font, int width) {
        if (width(text, font) <= width) {
            return text;
        }
        int[] letters = text.codePoints().toArray();
        for (int keep = letters.length - 1; keep > 1; keep--) {
            int tail = keep / 3;
            String shorter =
                    new String(letters, 0, keep - tail)
                            + "…"
                            + new String(letters, letters.length - tail, tail);
            if (width(shorter, font) <= width) {
                return shorter;
            }
        }
        return new String(letters, 0, 1) + "…";
    }

    Chart chart() {
        return new Chart(image);
    }

    @Override
    public void close() {
        pen.dispose();
    }
}
