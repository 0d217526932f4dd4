package org.surgenet.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A drawing of lines, dots, boxes and text that can be had as pixels and as SVG. */
final class Sketch {
    /** One thing drawn; later ones lie above earlier ones. */
    private interface Mark {
        void draw(Canvas canvas);

        String svg();
    }

    private final int width;
    private final int height;
    private final List<Mark> marks = new ArrayList<>();

    /** Nothing on white; sizes are in nominal pixels. */
    Sketch(int width, int height) {
        this.width = width;
        this.height = height;
    }

    void line(double x1, double y1, double x2, double y2, Color colour, double stroke) {
        marks.add(new Line(x1, y1, x2, y2, colour, stroke, false));
    }

    void dashes(double x1, double y1, double x2, double y2, Color colour) {
        marks.add(new Line(x1, y1, x2, y2, colour, 1.2, true));
    }

    void dot(double x, double y, double radius, Color fill, Color edge) {
        marks.add(new Dot(x, y, radius, fill, edge));
    }

    void box(double x, double y, double w, double h, Color colour) {
        marks.add(new Box(x, y, w, h, colour));
    }

    void polygon(double[] x, double[] y, Color edge) {
        marks.add(new Polygon(x, y, null, edge, 2));
    }

    /** A small closed shape, filled. */
    void shape(double[] x, double[] y, Color fill, Color edge) {
        marks.add(new Polygon(x, y, fill, edge, 1.4));
    }

    void text(String text, double x, double y, Font font, Color colour, Canvas.Anchor anchor) {
        marks.add(new Text(text, x, y, font, colour, anchor, false));
    }

    /** Reading upwards. */
    void upwards(String text, double x, double y, Font font, Color colour, Canvas.Anchor anchor) {
        marks.add(new Text(text, x, y, font, colour, anchor, true));
    }

    Chart chart() {
        StringBuilder svg = new StringBuilder();
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                                + " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\">%n"
                                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n",
                        width,
                        height,
                        width,
                        height));
        marks.forEach(mark -> svg.append(mark.svg()).append('\n'));
        svg.append("</svg>\n");
        try (Canvas canvas = new Canvas(width, height)) {
            marks.forEach(mark -> mark.draw(canvas));
            return canvas.chart().withSvg(svg.toString());
        }
    }

    private static String hex(Color colour) {
        return String.format(Locale.ROOT, "#%06x", colour.getRGB() & 0xFFFFFF);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private record Line(
            double x1, double y1, double x2, double y2, Color colour, double stroke, boolean dashed)
            implements Mark {
        @Override
        public void draw(Canvas canvas) {
            float width = (float) stroke;
            canvas.pen.setColor(colour);
            canvas.pen.setStroke(
                    dashed
                            ? new BasicStroke(
                                    width,
                                    BasicStroke.CAP_BUTT,
                                    BasicStroke.JOIN_MITER,
                                    10,
                                    new float[] {5, 4},
                                    0)
                            : new BasicStroke(width));
            canvas.pen.draw(new Line2D.Double(x1, y1, x2, y2));
        }

        @Override
        public String svg() {
            return "<line x1=\""
                    + number(x1)
                    + "\" y1=\""
                    + number(y1)
                    + "\" x2=\""
                    + number(x2)
                    + "\" y2=\""
                    + number(y2)
                    + "\" stroke=\""
                    + hex(colour)
                    + "\" stroke-width=\""
                    + number(stroke)
                    + (dashed ? "\" stroke-dasharray=\"5 4\"/>" : "\"/>");
        }
    }

    private record Dot(double x, double y, double radius, Color fill, Color edge) implements Mark {
        @Override
        public void draw(Canvas canvas) {
            Ellipse2D circle = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
            canvas.pen.setColor(fill);
            canvas.pen.fill(circle);
            canvas.pen.setColor(edge);
            canvas.pen.setStroke(new BasicStroke(1.4f));
            canvas.pen.draw(circle);
        }

        @Override
        public String svg() {
            return "<circle cx=\""
                    + number(x)
                    + "\" cy=\""
                    + number(y)
                    + "\" r=\""
                    + number(radius)
                    + "\" fill=\""
                    + hex(fill)
                    + "\" stroke=\""
                    + hex(edge)
                    + "\" stroke-width=\"1.4\"/>";
        }
    }

    private record Box(double x, double y, double w, double h, Color colour) implements Mark {
        @Override
        public void draw(Canvas canvas) {
            canvas.pen.setColor(colour);
            canvas.pen.fill(new Rectangle2D.Double(x, y, w, h));
        }

        @Override
        public String svg() {
            return "<rect x=\""
                    + number(x)
                    + "\" y=\""
                    + number(y)
                    + "\" width=\""
                    + number(w)
                    + "\" height=\""
                    + number(h)
                    + "\" fill=\""
                    + hex(colour)
                    + "\"/>";
        }
    }

    private record Polygon(double[] x, double[] y, Color fill, Color edge, double stroke)
            implements Mark {
        @Override
        public void draw(Canvas canvas) {
            Path2D path = new Path2D.Double();
            path.moveTo(x[0], y[0]);
            for (int i = 1; i < x.length; i++) {
                path.lineTo(x[i], y[i]);
            }
            path.closePath();
            if (fill != null) {
                canvas.pen.setColor(fill);
                canvas.pen.fill(path);
            }
            canvas.pen.setColor(edge);
            canvas.pen.setStroke(new BasicStroke((float) stroke));
            canvas.pen.draw(path);
        }

        @Override
        public String svg() {
            StringBuilder points = new StringBuilder();
            for (int i = 0; i < x.length; i++) {
                points.append(number(x[i])).append(',').append(number(y[i])).append(' ');
            }
            return "<polygon points=\""
                    + points.toString().strip()
                    + "\" fill=\""
                    + (fill == null ? "none" : hex(fill))
                    + "\" stroke=\""
                    + hex(edge)
                    + "\" stroke-width=\""
                    + number(stroke)
                    + "\"/>";
        }
    }

    private record Text(
            String text,
            double x,
            double y,
            Font font,
            Color colour,
            Canvas.Anchor anchor,
            boolean upwards)
            implements Mark {
        @Override
        public void draw(Canvas canvas) {
            if (upwards) {
                canvas.upwards(text, x, y, font, colour, anchor);
            } else {
                canvas.text(text, x, y, font, colour, anchor);
            }
        }

        @Override
        public String svg() {
            return "<text x=\""
                    + number(x)
                    + "\" y=\""
                    + number(y)
                    + "\" font-size=\""
                    + font.getSize()
                    + (font.isBold() ? "\" font-weight=\"bold" : "")
                    + "\" fill=\""
                    + hex(colour)
                    + "\" text-anchor=\""
                    + anchor.name().toLowerCase(Locale.ROOT)
                    + (upwards
                            ? "\" transform=\"rotate(-90 " + number(x) + ' ' + number(y) + ")"
                            : "\" dy=\"0.35em")
                    + "\">"
                    + escaped(text)
                    + "</text>";
        }

        private static String escaped(String text) {
            // Control characters are no XML.
            return text.replaceAll("\\p{Cntrl}", " ")
                    .replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;");
        }
    }
}
