package org.surgenet.synthetic;

/**
 * The surfaces of one patient. The cavity (wall, liver, bowel, fat, and the raw liver bed that the
 * gallbladder hides), the tubes (cystic duct and artery) and the veil (the fat and connective
 * tissue that cover them until dissected) share one grid in world coordinates; the gallbladder has
 * its own, along its axis, because it moves.
 */
final class Anatomy {
    static final float LEFT = -2.3f;
    static final float RIGHT = 2.3f;
    static final float TOP = -1.6f;
    static final float BOTTOM = 1.6f;

    /** Half the height of the gallbladder's own grid, in widths. */
    static final float ACROSS = 1.25f;

    final Patient patient;
    final Layer cavity;

    /** Extent: position along the tube, 0 at the gallbladder; 2 where there is no tube. */
    final Layer tubes;

    /**
     * Extent: dissection at which the texel is gone, plus 2 × region (0 around the tubes, 1 in the
     * triangle, 2 on the gallbladder's plate); negative where there is no veil.
     */
    final Layer veil;

    /**
     * x: 0 at the fundus .. length at the neck; extent: positive inside the outline, negative
     * outside.
     */
    final Layer gallbladder;

    final float length;
    final float axisX;
    final float axisY;

    private final Noise noise;
    private final float[] ductCurve;
    private final float[] arteryCurve;

    Anatomy(Patient patient, float perUnit) {
        this.patient = patient;
        this.noise = new Noise(patient.seed());
        float dx = patient.neckX() - patient.fundusX();
        float dy = patient.neckY() - patient.fundusY();
        this.length = (float) Math.sqrt(dx * dx + dy * dy);
        this.axisX = dx / length;
        this.axisY = dy / length;
        this.ductCurve = ductCurve(patient);
        this.arteryCurve = arteryCurve(patient);
        this.cavity = new CavityPainter(this, noise).paint(grid(perUnit));
        this.tubes = buildTubes(perUnit);
        this.veil = buildVeil(perUnit);
        this.gallbladder = buildGallbladder(perUnit);
    }

    /** The duct as a quadratic curve from the neck to the porta, in the fat on the right. */
    static float[] ductCurve(Patient patient) {
        float x = patient.neckX();
        float y = patient.neckY();
        return new float[] {x - 0.02f, y - 0.02f, x + 0.2f, y + 0.24f, x + 0.62f, y + 0.2f};
    }

    /** The artery, above the duct; between them and the liver lies the triangle. */
    static float[] arteryCurve(Patient patient) {
        float x = patient.neckX();
        float y = patient.neckY();
        return new float[] {x - 0.01f, y - 0.2f, x + 0.26f, y - 0.12f, x + 0.64f, y - 0.02f};
    }

    /** Position on the duct at {@code u} in 0 .. 1, into {@code out[0..1]}. */
    void duct(float u, float[] out) {
        curve(ductCurve, u, out);
    }

    void artery(float u, float[] out) {
        curve(arteryCurve, u, out);
    }

    static void curve(float[] c, float u, float[] out) {
        float v = 1f - u;
        out[0] = v * v * c[0] + 2f * u * v * c[2] + u * u * c[4];
        out[1] = v * v * c[1] + 2f * u * v * c[3] + u * u * c[5];
    }

    /** Half width of the gallbladder at {@code s} (0 fundus .. 1 neck), in its greatest width. */
    static float outline(float s) {
        if (s <= 0f || s >= 1f) {
            return 0f;
        }
        float dome = (float) Math.sqrt(Maths.clamp(1f - (1f - s / 0.34f) * (1f - s / 0.34f)));
        float body = s < 0.34f ? dome : 1f;
        float taper = 1f - 0.84f * Maths.smoothstep(0.42f, 0.97f, s);
        // Hartmann's pouch.
        float pouch = 0.2f * bump((s - 0.78f) / 0.12f);
        float end = (float) Math.sqrt(Maths.clamp((1f - s) / 0.03f));
        return (body * taper + pouch) * end;
    }

    private static float bump(float v) {
        float t = Maths.clamp(1f - Math.abs(v));
        return t * t * (3f - 2f * t);
    }

    private Layer grid(float perUnit) {
        return new Layer(LEFT, TOP, RIGHT, BOTTOM, perUnit);
    }

    private static float root(float v) {
        return (float) Math.sqrt(v);
    }

    private Layer buildTubes(float perUnit) {
        Layer layer = grid(perUnit);
        float[] heights = new float[layer.width * layer.height];
        for (int t = 0; t < heights.length; t++) {
            layer.set(t, Layer.EXTENT, 2f);
        }
        drawTube(
                layer,
                heights,
                arteryCurve,
                0.024f,
                0.72f,
                0.30f,
                0.24f,
                TissueClass.CONNECTIVE_TISSUE);
        drawTube(layer, heights, ductCurve, 0.047f, 0.66f, 0.52f, 0.34f, TissueClass.CYSTIC_DUCT);
        layer.relief(heights, 0f);
        return layer;
    }

    private void drawTube(
            Layer layer,
            float[] heights,
            float[] curve,
            float radius,
            float red,
            float green,
            float blue,
            TissueClass kind) {
        float[] p = new float[2];
        float[] best = new float[layer.width * layer.height];
        int steps = 160;
        for (int k = 0; k <= steps; k++) {
            float u = k / (float) steps;
            curve(curve, u, p);
            float wide = radius * (1f + 0.18f * (noise.at(u * 9f, radius * 500f) - 0.5f));
            int reach = Math.round(1.6f * wide * layer.perUnit) + 1;
            int ci = Math.round((p[0] - layer.left) * layer.perUnit);
            int cj = Math.round((p[1] - layer.top) * layer.perUnit);
            for (int j = Math.max(0, cj - reach);
                    j <= Math.min(layer.height - 1, cj + reach);
                    j++) {
                for (int i = Math.max(0, ci - reach);
                        i <= Math.min(layer.width - 1, ci + reach);
                        i++) {
                    float dx = layer.x(i) - p[0];
                    float dy = layer.y(j) - p[1];
                    float inside = 1f - (dx * dx + dy * dy) / (wide * wide);
                    int t = j * layer.width + i;
                    // Slightly beyond the outline too: shading interpolates across the border.
                    if (inside > -1.2f && 2f + inside > best[t]) {
                        best[t] = 2f + inside;
                        float x = layer.x(i);
                        float y = layer.y(j);
                        float lum = 0.75f + 0.5f * noise.octaves(x * 11f, y * 11f, 2);
                        float vein = noise.vessels(x * 7f, y * 7f + 31f, 0.12f);
                        layer.colour(
                                t,
                                red * lum,
                                green * lum * (1f - 0.4f * vein),
                                blue * lum * (1f - 0.4f * vein));
                        layer.set(t, Layer.GLOSS, 0.8f);
                        layer.set(t, Layer.DEPTH, 0.15f);
                        heights[t] = wide * root(Maths.clamp(inside));
                        if (inside > 0f) {
                            layer.set(t, Layer.EXTENT, u);
                            layer.classes[t] = kind.id();
                        }
                    }
                }
            }
        }
    }

    private Layer buildVeil(float perUnit) {
        Layer layer = grid(perUnit);
        float[] heights = new float[layer.width * layer.height];
        float[] fat = patient.fat();
        float nx = patient.neckX();
        float ny = patient.neckY();
        float[] p = new float[2];
        float[] ductPoints = new float[42];
        for (int k = 0; k <= 20; k++) {
            duct(k / 20f, p);
            ductPoints[2 * k] = p[0];
            ductPoints[2 * k + 1] = p[1];
        }
        for (int j = 0; j < layer.height; j++) {
            float y = layer.y(j);
            for (int i = 0; i < layer.width; i++) {
                float x = layer.x(i);
                int t = j * layer.width + i;
                layer.set(t, Layer.EXTENT, -1f);
                float dx = (x - nx - 0.18f) / 0.62f;
                float dy = (y - ny - 0.06f) / 0.44f;
                float broad = noise.octaves(x * 2.4f + 300f, y * 2.4f, 3);
                float body = 1f - (dx * dx + dy * dy) + 1.9f * (broad - 0.5f);
                if (body <= 0f) {
                    continue;
                }
                float fine = noise.octaves(x * 8f + 17f, y * 8f, 3);
                float micro = noise.at(x * 24f, y * 24f + 7f);
                float lobules = noise.cells(x * 4.4f + 1.6f * broad, y * 5.2f + 1.2f * fine + 2f);
                float strands = noise.octaves(x * 5f + y * 4f, y * 13f - x * 9f, 3);
                float toDuct = 9f;
                for (int k = 0; k <= 20; k++) {
                    float ex = x - ductPoints[2 * k];
                    float ey = y - ductPoints[2 * k + 1];
                    toDuct = Math.min(toDuct, ex * ex + ey * ey);
                }
                int region;
                float s =
                        ((x - patient.fundusX()) * axisX + (y - patient.fundusY()) * axisY)
                                / length;
                float across = (x - patient.fundusX()) * axisY - (y - patient.fundusY()) * axisX;
                if (toDuct < 0.015f || y > ny + 0.06f) {
                    region = 0;
                } else if (s < 1f && across < 0.16f) {
                    region = 2;
                } else {
                    region = 1;
                }
                // Thick in the middle, so that dissection works from the border inwards, in shreds.
                float gone =
                        Maths.clamp(0.12f + 0.55f * Maths.clamp(body) + 0.75f * (fine - 0.45f));
                gone = Math.max(0.03f, Math.min(0.97f, gone));
                float yellow =
                        Maths.smoothstep(0.42f, 0.58f, noise.octaves(x * 3f + 77f, y * 3f, 2));
                if (region == 2) {
                    yellow *= 0.35f;
                }
                float lum =
                        0.66f
                                + 0.28f * yellow * lobules
                                + 0.5f * (fine - 0.5f)
                                + (1f - yellow) * 0.7f * (strands - 0.45f);
                float red = noise.vessels(x * 4.5f + 20f, y * 4.5f, 0.06f);
                float r = Maths.mix(0.56f, fat[0], yellow) * lum * (1f - 0.2f * red);
                float g = Maths.mix(0.30f, fat[1] * 0.92f, yellow) * lum * (1f - 0.65f * red);
                float b = Maths.mix(0.235f, fat[2] * 0.9f, yellow) * lum * (1f - 0.6f * red);
                layer.colour(t, r, g, b);
                layer.set(t, Layer.GLOSS, 0.85f);
                layer.set(t, Layer.DEPTH, 0.02f);
                layer.set(t, Layer.EXTENT, gone + 2f * region);
                layer.classes[t] =
                        yellow > 0.5f ? TissueClass.FAT.id() : TissueClass.CONNECTIVE_TISSUE.id();
                heights[t] =
                        0.10f * root(Maths.clamp(body))
                                + 0.05f * lobules
                                + 0.03f * fine
                                + 0.004f * micro;
            }
        }
        layer.relief(heights, 2.2f);
        return layer;
    }

    private Layer buildGallbladder(float perUnit) {
        float half = patient.gallbladderWidth();
        Layer layer =
                new Layer(-0.05f, -ACROSS * half, length + 0.05f, ACROSS * half, perUnit * 1.15f);
        float[] heights = new float[layer.width * layer.height];
        float[] main = patient.gallbladder();
        float[] accent = patient.gallbladderAccent();
        for (int j = 0; j < layer.height; j++) {
            float y = layer.y(j);
            for (int i = 0; i < layer.width; i++) {
                float x = layer.x(i);
                int t = j * layer.width + i;
                float s = x / length;
                float wobble =
                        1f + 0.10f * (noise.octaves(x * 4f + 500f, y > 0 ? 2f : 7f, 2) - 0.5f);
                float w = Math.max(outline(Maths.clamp(s)) * half * wobble, 1e-4f);
                float u = y / w;
                float inside = 1f - u * u;
                float broad = noise.octaves(x * 2.2f + 400f, y * 2.8f, 3);
                float fine = noise.octaves(x * 10f + 410f, y * 10f, 3);
                float micro = noise.at(x * 26f + 420f, y * 26f);
                float patch = Maths.smoothstep(0.40f, 0.66f, broad);
                float red =
                        Math.max(
                                noise.vessels(x * 2.6f + 430f, y * 3.6f, 0.05f),
                                0.6f * noise.vessels(x * 6f + 440f, y * 7f, 0.06f));
                float flush = patient.inflammation() * (0.25f + 0.35f * fine);
                float lum = 0.82f + 0.30f * (fine - 0.5f) + 0.25f * (broad - 0.5f);
                float vein = red * (0.5f + 0.5f * patient.inflammation());
                float r = Maths.mix(main[0], accent[0], patch) * lum;
                float g = Maths.mix(main[1], accent[1], patch) * lum;
                float b = Maths.mix(main[2], accent[2], patch) * lum;
                r = Maths.mix(r, 0.50f * lum, flush) * (1f - 0.15f * vein);
                g = Maths.mix(g, 0.17f * lum, flush) * (1f - 0.70f * vein);
                b = Maths.mix(b, 0.14f * lum, flush) * (1f - 0.62f * vein);
                layer.colour(t, r, g, b);
                layer.set(t, Layer.GLOSS, 1f);
                layer.set(t, Layer.DEPTH, 0.1f);
                layer.set(t, Layer.EXTENT, Math.max(-9f, inside));
                layer.classes[t] = TissueClass.GALLBLADDER.id();
                heights[t] =
                        0.95f * w * root(Maths.clamp(inside))
                                + 0.030f * broad
                                + 0.006f * fine
                                + 0.0012f * micro;
            }
        }
        layer.relief(heights, 1.2f);
        return layer;
    }
}
