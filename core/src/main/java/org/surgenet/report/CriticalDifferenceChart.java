package org.surgenet.report;

import java.awt.Font;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Mean ranks on a line, the best at the left, with bars over models that are not told apart (Demšar
 * 2006, figure 1).
 */
final class CriticalDifferenceChart {
    private static final int PAD = 18;
    private static final int PLOT = 440;
    private static final int NAME_ROW = 20;
    private static final int BAR_ROW = 9;

    private CriticalDifferenceChart() {}

    /** The first and last of models, by rank, that lie within the critical difference. */
    private record Bar(int first, int last) {}

    static Chart draw(String title, List<Charts.Ranks> panels) {
        Font heading = Canvas.bold(14);
        Font plain = Canvas.font(12);
        int names = 60;
        int height = PAD + 34;
        int widest = Canvas.width(title, heading);
        for (Charts.Ranks panel : panels) {
            for (String model : panel.models()) {
                names = Math.max(names, Canvas.width(model, plain) + 46);
            }
            widest = Math.max(widest, Canvas.width(panel.title(), plain));
            height += height(panel);
        }
        names = Math.min(names, 260);
        int width = Math.max(PLOT + 2 * names + 2 * PAD, widest + 2 * PAD);
        Sketch sketch = new Sketch(width, height + PAD);
        sketch.text(title, PAD, PAD + 6, heading, Palette.TEXT, Canvas.Anchor.START);
        int y = PAD + 34;
        for (Charts.Ranks panel : panels) {
            panel(sketch, panel, y, PAD + names, names);
            y += height(panel);
        }
        return sketch.chart();
    }

    private static int height(Charts.Ranks panel) {
        int half = (panel.models().size() + 1) / 2;
        return 84 + bars(panel, order(panel)).size() * BAR_ROW + half * NAME_ROW + 24;
    }

    private static List<Integer> order(Charts.Ranks panel) {
        return IntStream.range(0, panel.models().size())
                .boxed()
                .sorted(Comparator.comparingDouble(m -> panel.ranks()[m]))
                .toList();
    }

    /** Runs of models within the critical difference, without those inside a longer one. */
    private static List<Bar> bars(Charts.Ranks panel, List<Integer> order) {
        List<Bar> bars = new ArrayList<>();
        int reached = -1;
        for (int first = 0; first < order.size(); first++) {
            int last = first;
            while (last + 1 < order.size()
                    && panel.ranks()[order.get(last + 1)] - panel.ranks()[order.get(first)]
                            <= panel.criticalDifference()) {
                last++;
            }
            if (last > first && last > reached) {
                bars.add(new Bar(first, last));
                reached = last;
            }
        }
        return bars;
    }

    private static void panel(Sketch sketch, Charts.Ranks panel, int y, int left, int names) {
        Font plain = Canvas.font(12);
        Font small = Canvas.font(11);
        int k = panel.models().size();
        double step = PLOT / (k - 1.0);
        sketch.text(panel.title(), PAD, y + 4, plain, Palette.TEXT, Canvas.Anchor.START);
        // A critical difference wider than the axis would tell nobody apart.
        double cd = Math.min(panel.criticalDifference(), k - 1.0) * step;
        int ruler = y + 30;
        sketch.line(left, ruler, left + cd, ruler, Palette.TEXT, 1.6);
        sketch.line(left, ruler - 4, left, ruler + 4, Palette.TEXT, 1.6);
        sketch.line(left + cd, ruler - 4, left + cd, ruler + 4, Palette.TEXT, 1.6);
        sketch.text(
                String.format(Locale.ROOT, "CD = %.2f", panel.criticalDifference()),
                left + cd + 8,
                ruler,
                small,
                Palette.TEXT,
                Canvas.Anchor.START);
        int axis = y + 64;
        sketch.line(left, axis, left + PLOT, axis, Palette.TEXT, 1.4);
        for (int rank = 1; rank <= k; rank++) {
            double x = left + (rank - 1) * step;
            sketch.line(x, axis - 5, x, axis, Palette.TEXT, 1.2);
            sketch.text(
                    Integer.toString(rank),
                    x,
                    axis - 13,
                    small,
                    Palette.TEXT,
                    Canvas.Anchor.MIDDLE);
        }
        List<Integer> order = order(panel);
        List<Bar> bars = bars(panel, order);
        for (int b = 0; b < bars.size(); b++) {
            double from = left + (panel.ranks()[order.get(bars.get(b).first)] - 1) * step;
            double to = left + (panel.ranks()[order.get(bars.get(b).last)] - 1) * step;
            double at = axis + 10 + b * BAR_ROW;
            sketch.line(from - 4, at, to + 4, at, Palette.of(0), 4);
        }
        int below = axis + 18 + bars.size() * BAR_ROW;
        int half = (k + 1) / 2;
        for (int i = 0; i < k; i++) {
            int m = order.get(i);
            boolean best = i < half;
            double x = left + (panel.ranks()[m] - 1) * step;
            double at = below + (best ? i : k - 1 - i) * NAME_ROW + 6;
            double end = best ? left - 8 : left + PLOT + 8;
            sketch.line(x, axis, x, at, Palette.FAINT, 1);
            sketch.line(x, at, end, at, Palette.FAINT, 1);
            String rank = String.format(Locale.ROOT, "%.2f", panel.ranks()[m]);
            String name = Canvas.fit(panel.models().get(m), plain, names - 46);
            sketch.text(
                    best ? name + "  " + rank : rank + "  " + name,
                    best ? end - 4 : end + 4,
                    at,
                    plain,
                    Palette.TEXT,
                    best ? Canvas.Anchor.END : Canvas.Anchor.START);
        }
    }
}
