package org.surgenet.report;

import java.awt.Color;
import java.awt.Font;
import java.util.List;
import java.util.Locale;

/** A confusion matrix with its numbers. */
final class ConfusionChart {
    private static final int PAD = 18;
    private static final int NAMES = 170;

    private static final String NOTE = "Counts; shading is the fraction of the row.";

    private ConfusionChart() {}

    static Chart draw(String title, List<String> classes, long[][] counts) {
        int n = classes.size();
        if (counts.length != n) {
            throw new IllegalArgumentException(n + " names but " + counts.length + " rows");
        }
        Font names = Canvas.font(12);
        Font numbers = Canvas.font(n <= 10 ? 12 : 10);
        Font heading = Canvas.bold(14);
        int nameWidth = PAD;
        int cell = n <= 10 ? 58 : 44;
        for (int i = 0; i < n; i++) {
            nameWidth = Math.max(nameWidth, Canvas.width(classes.get(i), names));
            for (long count : counts[i]) {
                cell = Math.max(cell, Canvas.width(text(count), numbers) + 10);
            }
        }
        nameWidth = Math.min(nameWidth, NAMES);
        int left = PAD + 22 + nameWidth + 8;
        int top = PAD + 24 + 22 + nameWidth + 18;
        // The recall stands to the right of each row.
        int right = 64;
        int width = Math.max(left + n * cell + right + PAD, Canvas.width(title, heading) + 2 * PAD);
        width = Math.max(width, left + Canvas.width(NOTE, Canvas.font(11)) + PAD);
        int height = top + n * cell + PAD + 24;
        try (Canvas canvas = new Canvas(width, height)) {
            canvas.text(title, PAD, PAD + 8, heading, Palette.TEXT, Canvas.Anchor.START);
            double middle = left + n * cell / 2.0;
            canvas.text("prediction", middle, PAD + 34, names, Palette.FAINT, Canvas.Anchor.MIDDLE);
            canvas.upwards(
                    "target",
                    PAD + 8,
                    top + n * cell / 2.0,
                    names,
                    Palette.FAINT,
                    Canvas.Anchor.MIDDLE);
            canvas.text(
                    "recall",
                    left + n * cell + right / 2.0,
                    top - 12,
                    names,
                    Palette.FAINT,
                    Canvas.Anchor.MIDDLE);
            for (int t = 0; t < n; t++) {
                String name = Canvas.fit(classes.get(t), names, nameWidth);
                double y = top + (t + 0.5) * cell;
                double x = left + (t + 0.5) * cell;
                canvas.text(name, left - 8, y, names, Palette.TEXT, Canvas.Anchor.END);
                canvas.upwards(name, x, top - 8, names, Palette.TEXT, Canvas.Anchor.START);
                row(canvas, counts[t], t, left, top, cell, numbers);
                long sum = 0;
                for (long count : counts[t]) {
                    sum += count;
                }
                canvas.text(
                        sum == 0
                                ? "–"
                                : String.format(Locale.ROOT, "%.1f %%", 100.0 * counts[t][t] / sum),
                        left + n * cell + right / 2.0,
                        y,
                        numbers,
                        Palette.TEXT,
                        Canvas.Anchor.MIDDLE);
            }
            canvas.text(
                    NOTE,
                    left,
                    top + n * cell + 20,
                    Canvas.font(11),
                    Palette.FAINT,
                    Canvas.Anchor.START);
            return canvas.chart();
        }
    }

    private static void row(
            Canvas canvas, long[] counts, int row, int left, int top, int cell, Font numbers) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        for (int p = 0; p < counts.length; p++) {
            double share = sum == 0 ? 0 : (double) counts[p] / sum;
            int x = left + p * cell;
            int y = top + row * cell;
            canvas.pen.setColor(sum == 0 ? Palette.MISSING : Palette.sequential(share));
            canvas.pen.fillRect(x, y, cell, cell);
            canvas.pen.setColor(Palette.GRID);
            canvas.pen.drawRect(x, y, cell, cell);
            canvas.text(
                    text(counts[p]),
                    x + cell / 2.0,
                    y + cell / 2.0,
                    numbers,
                    share > 0.45 ? Color.WHITE : counts[p] == 0 ? Palette.FAINT : Palette.TEXT,
                    Canvas.Anchor.MIDDLE);
        }
    }

    /** With commas: pixel counts are long. */
    private static String text(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
