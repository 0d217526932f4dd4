package org.surgenet.synthetic;

import org.surgenet.synthetic.Instrument.Kind;

/**
 * Draws instruments as lit cylinders and jaws, with the exact outline in the mask. All metal is
 * without hue; sheaths are black or ceramic white.
 */
final class InstrumentPainter {
    private enum Material {
        METAL,
        BLACK,
        WHITE
    }

    private final Noise noise;
    private final boolean whiteHook;

    // Result of 'hit' for the pixel at hand.
    private float across;
    private float gloom;
    private Material material = Material.METAL;

    InstrumentPainter(long seed, boolean whiteHook) {
        this.noise = new Noise(seed);
        this.whiteHook = whiteHook;
    }

    /**
     * Draws one instrument and its shadow.
     *
     * @param tipX tip in view units
     * @param tipY tip in view units
     * @param size a ninth of the length of a jaw or so, view units
     */
    void paint(Canvas canvas, Instrument tool, float tipX, float tipY, float size) {
        float dx = tool.baseX() - tipX;
        float dy = tool.baseY() - tipY;
        float length = (float) Math.sqrt(dx * dx + dy * dy);
        float ux = dx / length;
        float uy = dy / length;
        float reach = 4.5f * size;
        int left = Math.max(0, canvas.column(Math.min(tipX, tool.baseX()) - reach));
        int right = Math.min(canvas.width - 1, canvas.column(Math.max(tipX, tool.baseX()) + reach));
        int top = Math.max(0, canvas.row(Math.min(tipY, tool.baseY()) - reach));
        int bottom = Math.min(canvas.height - 1, canvas.row(Math.max(tipY, tool.baseY()) + reach));
        // The shadow falls first, on tissue and on instruments further back.
        for (int j = top; j <= bottom; j++) {
            for (int i = left; i <= right; i++) {
                float x = canvas.viewX(i) - tipX - 0.5f * size;
                float y = canvas.viewY(j) - tipY - 0.9f * size;
                float along = (x * ux + y * uy) / size;
                float off = Math.abs(y * ux - x * uy) / size;
                if (along > -0.5f && off < 2.4f) {
                    float core = along < 5f ? 0.55f : 1.05f;
                    float dark = 1f - Maths.smoothstep(core, core + 1.2f, off);
                    canvas.scale(
                            j * canvas.width + i,
                            1f - 0.5f * dark * Maths.smoothstep(-0.5f, 1f, along));
                }
            }
        }
        byte id = tool.tissueClass().id();
        float jaws = tool.opening();
        for (int j = top; j <= bottom; j++) {
            for (int i = left; i <= right; i++) {
                float vx = canvas.viewX(i);
                float vy = canvas.viewY(j);
                float x = vx - tipX;
                float y = vy - tipY;
                float along = (x * ux + y * uy) / size;
                float off = (y * ux - x * uy) / size;
                if (along < -1f || Math.abs(off) > 4.5f || !hit(tool.kind(), along, off, jaws)) {
                    continue;
                }
                int at = j * canvas.width + i;
                canvas.classes[at] = id;
                // Nearer to the port is nearer to the lamp, but out of its beam.
                float beam = 1f / (1f + 0.55f * (vx * vx + vy * vy));
                // Lit from the camera's side: the upper flank is brighter.
                float u = uy * ux > 0 ? -across : across;
                shade(canvas, at, u, along, off, beam);
            }
        }
    }

    private void shade(Canvas canvas, int at, float u, float along, float off, float beam) {
        float facing = (float) Math.sqrt(Math.max(0f, 1f - u * u));
        float brushed = 0.86f + 0.28f * noise.at(along * 2.1f, off * 9f);
        switch (material) {
            case METAL -> {
                float first = lobe(u, -0.38f, 0.30f);
                float second = lobe(u, 0.52f, 0.22f);
                float v =
                        (0.05f + 0.20f * facing + 0.95f * first + 0.28f * second)
                                * brushed
                                * gloom
                                * beam;
                canvas.put(at, v, v * 0.985f, v * 0.965f);
            }
            case BLACK -> {
                float v =
                        (0.010f + 0.022f * facing + 0.16f * lobe(u, -0.42f, 0.26f))
                                * brushed
                                * gloom
                                * beam;
                canvas.put(at, v, v, v * 1.04f);
            }
            case WHITE -> {
                float v =
                        (0.10f + 0.46f * facing + 0.55f * lobe(u, -0.35f, 0.25f))
                                * (0.95f + 0.1f * brushed)
                                * gloom
                                * beam;
                canvas.put(at, v, v * 0.975f, v * 0.93f);
            }
        }
    }

    private static float lobe(float u, float centre, float width) {
        float t = Maths.clamp(1f - Math.abs(u - centre) / width);
        return t * t;
    }

    /** Whether the instrument covers a place; sets the material, its curvature and its gloom. */
    private boolean hit(Kind kind, float a, float c, float jaws) {
        gloom = 1f;
        return switch (kind) {
            case GRASPER ->
                    jaw(a, c, 3.6f, 0.30f + 1.45f * jaws, 0.15f, 0.34f, true)
                            || tube(a, c, 3.3f, 5.6f, 0.56f, 0.62f, Material.METAL)
                            || tube(a, c, 5.5f, 99f, 0.86f, 0.86f, Material.BLACK);
            case L_HOOK ->
                    foot(a, c)
                            || tube(a, c, 0.02f, 4.0f, 0.20f, 0.22f, Material.METAL)
                            || tube(
                                    a,
                                    c,
                                    3.7f,
                                    4.6f,
                                    0.36f,
                                    0.62f,
                                    whiteHook ? Material.WHITE : Material.METAL)
                            || tube(
                                    a,
                                    c,
                                    4.6f,
                                    99f,
                                    0.70f,
                                    0.78f,
                                    whiteHook ? Material.WHITE : Material.BLACK);
            case CLIPPER ->
                    jaw(a, c, 3.8f, 0.42f + 0.75f * jaws, 0.20f, 0.26f, false)
                            || tube(a, c, 3.4f, 6.6f, 0.62f, 0.95f, Material.METAL)
                            || tube(a, c, 6.5f, 99f, 1.0f, 1.0f, Material.METAL);
            case SCISSORS ->
                    jaw(a, c, 3.3f, 0.12f + 1.7f * jaws, 0.05f, 0.36f, false)
                            || tube(a, c, 3.0f, 4.8f, 0.48f, 0.6f, Material.METAL)
                            || tube(a, c, 4.7f, 99f, 0.84f, 0.84f, Material.BLACK);
            case IRRIGATOR -> irrigator(a, c);
        };
    }

    /** Two jaws from the hinge at {@code hinge} to their tips, {@code gape} apart at most. */
    private boolean jaw(
            float a, float c, float hinge, float gape, float tip, float root, boolean toothed) {
        if (a < 0f || a > hinge) {
            return false;
        }
        float t = a / hinge;
        float half = Maths.mix(tip, root, t);
        // Rounded ends.
        if (a < tip) {
            half *= (float) Math.sqrt(Maths.clamp(1f - (1f - a / tip) * (1f - a / tip)));
        }
        float bow = gape * (1f - t) * (0.55f + 0.45f * (1f - t)) + 0.14f;
        float side = c < 0f ? -1f : 1f;
        float u = (Math.abs(c) - bow) / Math.max(half, 1e-3f);
        if (u < -1f || u > 1f) {
            return false;
        }
        material = Material.METAL;
        across = side * u;
        if (toothed) {
            // Teeth on the inner side, a slot in the middle.
            float tooth = a * 4.2f - (float) Math.floor(a * 4.2f);
            if (u < -0.25f && tooth < 0.5f) {
                gloom = 0.45f;
            }
            if (t > 0.3f && t < 0.75f && Math.abs(u) < 0.28f) {
                gloom = 0.18f;
            }
        }
        return true;
    }

    private boolean tube(
            float a, float c, float from, float to, float near, float far, Material made) {
        if (a < from || a > to) {
            return false;
        }
        float half = Maths.mix(near, far, (a - from) / (to - from));
        if (to > 90f) {
            // Perspective: the shaft grows towards the port.
            half *= 1f + 0.025f * (a - from);
        }
        across = c / half;
        material = made;
        if (a - from < 0.12f && to > 90f) {
            gloom = 1.5f;
        }
        return Math.abs(across) < 1f;
    }

    private boolean foot(float a, float c) {
        if (a < -0.2f || a > 0.24f || c < -0.22f || c > 1.25f) {
            return false;
        }
        float end = Math.max(0f, c - 1.05f) / 0.2f;
        across = (a - 0.02f) / 0.22f;
        material = Material.METAL;
        // Its tip is blackened by use.
        gloom = c > 0.7f ? 0.55f : 1f;
        return Math.abs(across) < 1f && end * end + across * across < 1f;
    }

    private boolean irrigator(float a, float c) {
        if (a < 0f) {
            return false;
        }
        float half = 0.62f * (1f + 0.02f * a);
        if (a < 0.5f) {
            half *= (float) Math.sqrt(Maths.clamp(1f - (1f - a / 0.5f) * (1f - a / 0.5f)));
        }
        across = c / Math.max(half, 1e-3f);
        material = Material.METAL;
        for (int k = 0; k < 4; k++) {
            float hx = a - 1f - 0.9f * k;
            float hy = c - (k % 2 == 0 ? 0.18f : -0.2f);
            if (hx * hx + hy * hy < 0.03f) {
                gloom = 0.06f;
            }
        }
        return Math.abs(across) < 1f;
    }
}
