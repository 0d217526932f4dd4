package org.surgenet.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.TreeSet;

/** Pictures beside each other, with the classes of their pixels as a tint, and a legend. */
final class LabelChart {
    private static final int PAD = 12;
    private static final int PANEL = 360;
    private static final double TINT = 0.55;

    private LabelChart() {}

    static Chart draw(String title, List<String> classes, List<Charts.Labelled> panels) {
        Font font = Canvas.font(12);
        Font heading = Canvas.bold(13);
        int height = 1;
        TreeSet<Integer> present = new TreeSet<>();
        for (Charts.Labelled panel : panels) {
            BufferedImage picture = panel.picture();
            height = Math.max(height, PANEL * picture.getHeight() / picture.getWidth());
            for (byte label : panel.labels()) {
                int index = label & 0xFF;
                if (index > 0) {
                    present.add(index);
                }
            }
        }
        int width = 2 * PAD + panels.size() * PANEL + (panels.size() - 1) * PAD;
        int top = PAD + 22 + 20;
        int legendTop = top + height + PAD;
        int bottom = legend(null, classes, present, PAD, legendTop, width - PAD, font);
        try (Canvas canvas = new Canvas(width, bottom + PAD)) {
            canvas.pen.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            String fitted = Canvas.fit(title, heading, width - 2 * PAD);
            canvas.text(fitted, PAD, PAD + 6, heading, Palette.TEXT, Canvas.Anchor.START);
            for (int p = 0; p < panels.size(); p++) {
                Charts.Labelled panel = panels.get(p);
                int x = PAD + p * (PANEL + PAD);
                BufferedImage picture = panel.picture();
                canvas.text(panel.name(), x, PAD + 30, font, Palette.FAINT, Canvas.Anchor.START);
                canvas.pen.drawImage(
                        tinted(panel, picture),
                        x,
                        top,
                        PANEL,
                        PANEL * picture.getHeight() / picture.getWidth(),
                        null);
            }
            legend(canvas, classes, present, PAD, legendTop, width - PAD, font);
            return canvas.chart();
        }
    }

    private static BufferedImage tinted(Charts.Labelled panel, BufferedImage picture) {
        byte[] labels = panel.labels();
        if (labels.length == 0) {
            return picture;
        }
        int width = picture.getWidth();
        int height = picture.getHeight();
        BufferedImage mixed = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int label = labels[y * width + x] & 0xFF;
                int rgb = picture.getRGB(x, y);
                if (label > 0) {
                    boolean edge =
                            x + 1 < width && labels[y * width + x + 1] != (byte) label
                                    || y + 1 < height
                                            && labels[(y + 1) * width + x] != (byte) label;
                    rgb = mix(new Color(rgb), colour(label), edge ? 1 : TINT);
                }
                mixed.setRGB(x, y, rgb);
            }
        }
        return mixed;
    }

    private static Color colour(int label) {
        return label == Charts.Labelled.IGNORED ? Color.WHITE : Palette.of(label - 1);
    }

    private static int mix(Color below, Color above, double share) {
        int red = (int) Math.round(below.getRed() * (1 - share) + above.getRed() * share);
        int green = (int) Math.round(below.getGreen() * (1 - share) + above.getGreen() * share);
        int blue = (int) Math.round(below.getBlue() * (1 - share) + above.getBlue() * share);
        return red << 16 | green << 8 | blue;
    }

    /** Draws the legend in as many lines as it needs, or only measures it; returns its end. */
    private static int legend(
            Canvas canvas,
            List<String> classes,
            TreeSet<Integer> present,
            int left,
            int top,
            int right,
            Font font) {
        int x = left;
        int y = top;
        for (int label : present) {
            String name =
                    label == Charts.Labelled.IGNORED
                            ? "ignored"
                            : label < classes.size() ? classes.get(label) : "class " + label;
            int wide = 14 + 6 + Canvas.width(name, font) + 18;
            if (x > left && x + wide > right) {
                x = left;
                y += 22;
            }
            if (canvas != null) {
                canvas.pen.setColor(colour(label));
                canvas.pen.fillRect(x, y, 14, 14);
                canvas.pen.setColor(Palette.FAINT);
                canvas.pen.drawRect(x, y, 14, 14);
                canvas.text(name, x + 20, y + 7, font, Palette.TEXT, Canvas.Anchor.START);
            }
            x += wide;
        }
        return present.isEmpty() ? y : y + 16;
    }
}
