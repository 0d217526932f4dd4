package org.surgenet.report;

import java.awt.Color;

/**
 * Colours that people with the common colour deficiencies tell apart: Okabe and Ito's eight,
 * followed by Tol's muted ones, followed by evenly spaced hues.
 */
final class Palette {
    static final Color TEXT = new Color(0x1F2933);
    static final Color FAINT = new Color(0x7B8794);
    static final Color GRID = new Color(0xE4E7EB);
    static final Color MISSING = new Color(0xF0F0F0);

    private static final int[] FIXED = {
        0x0072B2, 0xE69F00, 0x009E73, 0xD55E00, 0xCC79A7, 0x56B4E9, 0xF0E442, 0x444444, 0x332288,
        0x999933, 0x882255, 0x44AA99, 0xDDCC77, 0x117733, 0xAA4499, 0x88CCEE
    };

    private Palette() {}

    static Color of(int index) {
        if (index < FIXED.length) {
            return new Color(FIXED[index]);
        }
        // The golden angle keeps hues apart however many there are.
        return Color.getHSBColor((index * 0.618034f) % 1, 0.55f, 0.75f);
    }

    static Color[] first(int n) {
        Color[] colours = new Color[n];
        for (int i = 0; i < n; i++) {
            colours[i] = of(i);
        }
        return colours;
    }

    /** From white (0) to dark blue (1), monotone in lightness. */
    static Color sequential(double share) {
        double s = Math.max(0, Math.min(1, share));
        return new Color(
                (int) Math.round(255 + s * (8 - 255)),
                (int) Math.round(255 + s * (48 - 255)),
                (int) Math.round(255 + s * (107 - 255)));
    }
}
