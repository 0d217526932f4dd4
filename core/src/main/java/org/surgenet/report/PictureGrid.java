package org.surgenet.report;

import java.awt.Font;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Pictures in rows and columns, each at its own size up to a cell's. */
final class PictureGrid {
    private static final int PAD = 8;
    private static final int HEADING = 24;
    private static final int LINE = 18;

    private PictureGrid() {}

    static Chart draw(String title, List<String> columns, int cell, List<Charts.PictureRow> rows) {
        Font font = Canvas.font(11);
        Font heading = Canvas.bold(13);
        int[] left = new int[columns.size() + 1];
        left[0] = PAD;
        for (int c = 0; c < columns.size(); c++) {
            int widest = Canvas.width(columns.get(c), font);
            for (Charts.PictureRow row : rows) {
                if (c < row.pictures().size()) {
                    BufferedImage picture = row.pictures().get(c);
                    widest = Math.max(widest, reduced(picture.getWidth(), picture, cell));
                }
            }
            left[c + 1] = left[c] + widest + PAD;
        }
        int width = left[columns.size()];
        int height = PAD + HEADING + LINE + rows.size() * (cell + LINE + PAD);
        try (Canvas canvas = new Canvas(width, height)) {
            canvas.pen.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            canvas.text(
                    Canvas.fit(title, heading, width - 2 * PAD),
                    PAD,
                    PAD + HEADING / 2.0,
                    heading,
                    Palette.TEXT,
                    Canvas.Anchor.START);
            int y = PAD + HEADING;
            for (int c = 0; c < columns.size(); c++) {
                canvas.text(
                        columns.get(c),
                        left[c],
                        y + LINE / 2.0,
                        font,
                        Palette.FAINT,
                        Canvas.Anchor.START);
            }
            y += LINE;
            for (Charts.PictureRow row : rows) {
                canvas.text(
                        Canvas.fit(row.name(), font, width - 2 * PAD),
                        PAD,
                        y + LINE / 2.0,
                        font,
                        Palette.TEXT,
                        Canvas.Anchor.START);
                for (int c = 0; c < row.pictures().size(); c++) {
                    place(canvas, row.pictures().get(c), left[c], y + LINE, cell);
                }
                y += LINE + cell + PAD;
            }
            return canvas.chart();
        }
    }

    private static void place(Canvas canvas, BufferedImage picture, int x, int y, int cell) {
        canvas.pen.drawImage(
                picture,
                x,
                y,
                reduced(picture.getWidth(), picture, cell),
                reduced(picture.getHeight(), picture, cell),
                null);
    }

    /** A side of the picture after it is made to fit into the cell. */
    private static int reduced(int side, BufferedImage picture, int cell) {
        double longer = Math.max(picture.getWidth(), picture.getHeight());
        return Math.max(1, (int) Math.round(side * Math.min(1, cell / longer)));
    }
}
