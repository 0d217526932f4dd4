package org.surgenet.synthetic;

/** The theatre as a scope sees it outside the body: drapes, lamps, a tray, all out of focus. */
final class TheatrePainter {
    private final Noise noise;
    private final float hue;
    private final float placeX;
    private final float placeY;

    TheatrePainter(long seed) {
        this.noise = new Noise(seed);
        this.hue = noise.at(3.3f, 4.4f);
        this.placeX = noise.at(13.3f, 4.4f) - 0.5f;
        this.placeY = noise.at(23.3f, 4.4f) - 0.5f;
    }

    void paint(double time, Canvas canvas) {
        float panX = 0.5f * Maths.sine(time * 0.21 + placeX) + placeX;
        float panY = 0.3f * Maths.sine(time * 0.17 + placeY) + placeY;
        for (int j = 0; j < canvas.height; j++) {
            for (int i = 0; i < canvas.width; i++) {
                float x = canvas.viewX(i) + panX;
                float y = canvas.viewY(j) + panY;
                int at = j * canvas.width + i;
                // Drape: cloth in folds, blue or green.
                float fold = noise.octaves(x * 1.2f + 0.8f * y, y * 2.6f - x * 0.6f, 3);
                float weave = noise.at(x * 60f, y * 60f);
                float lum = 0.28f + 0.75f * fold + 0.03f * (weave - 0.5f);
                float r = Maths.mix(0.16f, 0.20f, hue) * lum;
                float g = Maths.mix(0.42f, 0.52f, hue) * lum;
                float b = Maths.mix(0.62f, 0.46f, hue) * lum;
                // A pale wall and shelves above.
                float wall = Maths.smoothstep(0.05f, -0.2f, y + 0.3f * x + 0.15f);
                float shelf = Maths.smoothstep(0.44f, 0.56f, noise.at(x * 1.3f + 9f, y * 3.1f));
                r = Maths.mix(r, 0.58f + 0.22f * shelf, wall);
                g = Maths.mix(g, 0.60f + 0.19f * shelf, wall);
                b = Maths.mix(b, 0.58f + 0.16f * shelf, wall);
                // A steel tray.
                float tx = x - 0.75f;
                float ty = y - 0.55f;
                float tray =
                        1f
                                - Maths.smoothstep(
                                        0.9f,
                                        1f,
                                        Math.max(Math.abs(tx) / 0.42f, Math.abs(ty) / 0.22f));
                float steel = 0.42f + 0.4f * noise.at(x * 2f, y * 9f);
                r = Maths.mix(r, steel, tray);
                g = Maths.mix(g, steel, tray);
                b = Maths.mix(b, steel * 1.03f, tray);
                // Lamps.
                for (int k = 0; k < 3; k++) {
                    float lx = x + 0.55f - 0.42f * k;
                    float ly = y + 0.72f - 0.12f * (k % 2);
                    float d = lx * lx + ly * ly;
                    float lamp = 1f - Maths.smoothstep(0.006f, 0.022f, d);
                    float halo = 0.018f / (0.05f + d);
                    r += 1.6f * lamp + halo;
                    g += 1.6f * lamp + halo;
                    b += 1.5f * lamp + 0.95f * halo;
                }
                canvas.put(at, r * 1.15f, g * 1.15f, b * 1.15f);
                canvas.classes[at] = TissueClass.BACKGROUND.id();
            }
        }
        for (int k = 0; k < 3; k++) {
            canvas.blur(0.8f);
        }
    }

    /** The wall of a port around the opening of radius {@code port}, over what is drawn already. */
    void port(float port, Patient patient, Canvas canvas) {
        for (int j = 0; j < canvas.height; j++) {
            for (int i = 0; i < canvas.width; i++) {
                float x = canvas.viewX(i) - patient.discX();
                float y = canvas.viewY(j) - patient.discY();
                float radius = (float) Math.sqrt(x * x + y * y);
                if (radius < port) {
                    continue;
                }
                int at = j * canvas.width + i;
                float depth = port / radius;
                float ring = noise.at(8f / (depth + 0.08f), 3f);
                float dent = noise.octaves(4f * x / radius + 7f, 4f * y / radius + 3f / depth, 2);
                float v = 0.06f + 0.62f * depth * depth * (0.55f + 0.35f * ring + 0.3f * dent);
                float edge = 1f - Maths.smoothstep(0f, 0.05f, radius - port);
                v += 0.35f * edge;
                canvas.put(at, v, v * 0.97f, v * 0.92f);
                canvas.classes[at] = TissueClass.BACKGROUND.id();
            }
        }
    }
}
