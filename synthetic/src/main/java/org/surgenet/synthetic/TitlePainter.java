package org.surgenet.synthetic;

/** The card before the video, in a pixel font of its own so that no system font matters. */
final class TitlePainter {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";

    /** Five columns a letter, bit 0 at the top. */
    private static final int[][] GLYPHS = {
        {0x7E, 0x11, 0x11, 0x11, 0x7E},
        {0x7F, 0x49, 0x49, 0x49, 0x36},
        {0x3E, 0x41, 0x41, 0x41, 0x22},
        {0x7F, 0x41, 0x41, 0x22, 0x1C},
        {0x7F, 0x49, 0x49, 0x49, 0x41},
        {0x7F, 0x09, 0x09, 0x09, 0x01},
        {0x3E, 0x41, 0x49, 0x49, 0x7A},
        {0x7F, 0x08, 0x08, 0x08, 0x7F},
        {0x00, 0x41, 0x7F, 0x41, 0x00},
        {0x20, 0x40, 0x41, 0x3F, 0x01},
        {0x7F, 0x08, 0x14, 0x22, 0x41},
        {0x7F, 0x40, 0x40, 0x40, 0x40},
        {0x7F, 0x02, 0x0C, 0x02, 0x7F},
        {0x7F, 0x04, 0x08, 0x10, 0x7F},
        {0x3E, 0x41, 0x41, 0x41, 0x3E},
        {0x7F, 0x09, 0x09, 0x09, 0x06},
        {0x3E, 0x41, 0x51, 0x21, 0x5E},
        {0x7F, 0x09, 0x19, 0x29, 0x46},
        {0x46, 0x49, 0x49, 0x49, 0x31},
        {0x01, 0x01, 0x7F, 0x01, 0x01},
        {0x3F, 0x40, 0x40, 0x40, 0x3F},
        {0x1F, 0x20, 0x40, 0x20, 0x1F},
        {0x3F, 0x40, 0x38, 0x40, 0x3F},
        {0x63, 0x14, 0x08, 0x14, 0x63},
        {0x07, 0x08, 0x70, 0x08, 0x07},
        {0x61, 0x51, 0x49, 0x45, 0x43},
        {0x3E, 0x51, 0x49, 0x45, 0x3E},
        {0x00, 0x42, 0x7F, 0x40, 0x00},
        {0x42, 0x61, 0x51, 0x49, 0x46},
        {0x21, 0x41, 0x45, 0x4B, 0x31},
        {0x18, 0x14, 0x12, 0x7F, 0x10},
        {0x27, 0x45, 0x45, 0x45, 0x39},
        {0x3C, 0x4A, 0x49, 0x49, 0x30},
        {0x01, 0x71, 0x09, 0x05, 0x03},
        {0x36, 0x49, 0x49, 0x49, 0x36},
        {0x06, 0x49, 0x49, 0x29, 0x1E},
        {0x08, 0x08, 0x08, 0x08, 0x08},
        {0x00, 0x60, 0x60, 0x00, 0x00},
    };

    private TitlePainter() {}

    static void paint(Canvas canvas, String video) {
        for (int j = 0; j < canvas.height; j++) {
            float shade = 0.012f + 0.035f * (1f - j / (float) canvas.height);
            for (int i = 0; i < canvas.width; i++) {
                canvas.put(j * canvas.width + i, 0.25f * shade, 0.5f * shade, 1.4f * shade);
                canvas.classes[j * canvas.width + i] = TissueClass.BACKGROUND.id();
            }
        }
        int size = Math.max(1, canvas.height / 90);
        int bar = canvas.height * 46 / 100;
        line(canvas, "SYNTHETIC SURGERY", canvas.height * 30 / 100, 2 * size, 0.9f);
        for (int j = bar; j < bar + size; j++) {
            for (int i = canvas.width / 5; i < canvas.width * 4 / 5; i++) {
                canvas.put(j * canvas.width + i, 0.10f, 0.35f, 0.38f);
            }
        }
        line(canvas, video, canvas.height * 54 / 100, size, 0.6f);
        line(canvas, "LAPAROSCOPIC CHOLECYSTECTOMY", canvas.height * 66 / 100, size, 0.45f);
        line(canvas, "DRAWN BY A PROGRAM - NO PATIENT", canvas.height * 76 / 100, size, 0.3f);
    }

    private static void line(Canvas canvas, String text, int top, int wanted, float light) {
        int size = Math.max(1, Math.min(wanted, canvas.width / (6 * text.length())));
        int left = (canvas.width - 6 * size * text.length()) / 2;
        for (int k = 0; k < text.length(); k++) {
            int letter = LETTERS.indexOf(text.charAt(k));
            if (letter < 0) {
                continue;
            }
            for (int c = 0; c < 5; c++) {
                for (int r = 0; r < 7; r++) {
                    if ((GLYPHS[letter][c] >> r & 1) == 1) {
                        square(canvas, left + (6 * k + c) * size, top + r * size, size, light);
                    }
                }
            }
        }
    }

    private static void square(Canvas canvas, int left, int top, int size, float light) {
        for (int j = Math.max(0, top); j < Math.min(canvas.height, top + size); j++) {
            for (int i = Math.max(0, left); i < Math.min(canvas.width, left + size); i++) {
                canvas.put(j * canvas.width + i, 0.92f * light, light, light);
            }
        }
    }
}
