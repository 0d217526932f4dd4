package org.surgenet.synthetic;

import org.surgenet.synthetic.Moment.Bag;

/**
 * Renders the inside of the body: one lamp at the camera, its light falling with the square of the
 * distance, wet surfaces with highlights where they face the lamp, then clips, bag, instruments and
 * smoke. Not thread-safe; one per video.
 */
final class SceneRenderer {
    /** Positions of the clips: three on the duct, two on the artery. */
    static final float[] CLIP_PLACES = {0.30f, 0.66f, 0.76f, 0.36f, 0.68f};

    private final Anatomy anatomy;
    private final InstrumentPainter instruments;
    private final Noise smokeNoise;

    SceneRenderer(Patient patient, int height) {
        this.anatomy = new Anatomy(patient, 0.5f * height * 1.3f);
        this.instruments = new InstrumentPainter(patient.seed() ^ 0x51L, patient.whiteHook());
        this.smokeNoise = new Noise(patient.seed() ^ 0x5E0CEL);
    }

    /** Draws the scene of {@code moment} into {@code canvas}, light and classes. */
    void render(Moment moment, Canvas canvas) {
        float zoom = moment.zoom() * (0.72f + 0.28f * Maths.clamp(moment.port() / 1.7f));
        float cos = Maths.cosine(moment.roll()) / zoom;
        float sin = Maths.sine(moment.roll()) / zoom;
        new TissueShader(moment, canvas, anatomy, zoom, cos, sin).shade();
        clips(moment, canvas, zoom);
        if (moment.bag() != null) {
            bag(moment, canvas, cos, sin);
        }
        for (Instrument tool : moment.instruments()) {
            float wx = tool.tipX() - moment.cameraX();
            float wy = tool.tipY() - moment.cameraY();
            float vx = (wx * cos + wy * sin) * zoom * zoom;
            float vy = (wy * cos - wx * sin) * zoom * zoom;
            instruments.paint(canvas, tool, vx, vy, 0.078f * (float) Math.sqrt(zoom));
        }
        if (moment.smoke() > 0.01f) {
            smoke(moment, canvas, zoom);
        }
    }

    /** Metal clips across duct and artery; they carry the class of what they close. */
    private void clips(Moment moment, Canvas canvas, float zoom) {
        float[] p = new float[2];
        float[] q = new float[2];
        boolean detached = moment.phase().ordinal() > 2;
        for (int k = 0; k < moment.clips(); k++) {
            boolean onDuct = k < 3;
            float u = CLIP_PLACES[k];
            if (detached && u < 0.5f) {
                continue;
            }
            if (onDuct) {
                anatomy.duct(u, p);
                anatomy.duct(u + 0.02f, q);
            } else {
                anatomy.artery(u, p);
                anatomy.artery(u + 0.02f, q);
            }
            float tx = q[0] - p[0];
            float ty = q[1] - p[1];
            float n = (float) Math.sqrt(tx * tx + ty * ty);
            tx /= n;
            ty /= n;
            float half = onDuct ? 0.075f : 0.052f;
            float vx = (p[0] - moment.cameraX()) * zoom;
            float vy = (p[1] - moment.cameraY()) * zoom;
            int reach = (int) (0.11f * zoom / canvas.pixel) + 1;
            int ci = canvas.column(vx);
            int cj = canvas.row(vy);
            for (int j = Math.max(0, cj - reach);
                    j <= Math.min(canvas.height - 1, cj + reach);
                    j++) {
                for (int i = Math.max(0, ci - reach);
                        i <= Math.min(canvas.width - 1, ci + reach);
                        i++) {
                    float x = (canvas.viewX(i) - vx) / zoom;
                    float y = (canvas.viewY(j) - vy) / zoom;
                    float along = x * tx + y * ty;
                    float across = y * tx - x * ty;
                    float w = along / 0.019f;
                    int at = j * canvas.width + i;
                    if (Math.abs(across) < half && Math.abs(w) < 1f) {
                        float v = 0.16f + 0.6f * (1f - w * w) * (w < 0f ? 1f : 0.45f);
                        canvas.put(at, v, v, v * 1.02f);
                        canvas.classes[at] =
                                onDuct
                                        ? TissueClass.CYSTIC_DUCT.id()
                                        : TissueClass.CONNECTIVE_TISSUE.id();
                    } else if (Math.abs(across) < half + 0.01f && Math.abs(w) < 1.7f) {
                        canvas.scale(at, 0.55f);
                    }
                }
            }
        }
    }

    /** A translucent pouch with folds; its mouth opens to the upper left. */
    private void bag(Moment moment, Canvas canvas, float cos, float sin) {
        Bag bag = moment.bag();
        for (int j = 0; j < canvas.height; j++) {
            float vy = canvas.viewY(j);
            for (int i = 0; i < canvas.width; i++) {
                float vx = canvas.viewX(i);
                float x = (moment.cameraX() + vx * cos - vy * sin - bag.x()) / bag.radius();
                float y = (moment.cameraY() + vx * sin + vy * cos - bag.y()) / bag.radius();
                if (x * x + y * y > 3f) {
                    continue;
                }
                // Along the pouch, from the mouth (-1) to its closed end (1).
                float along = 0.55f * x + 0.835f * y;
                float across = 0.835f * x - 0.55f * y;
                float mouth = Maths.mix(0.85f, 0.22f, bag.closed());
                float t = (along + 1f) * 0.5f;
                float half =
                        Maths.mix(mouth, 0.95f, Maths.smoothstep(0f, 0.45f, t))
                                * (float)
                                        Math.sqrt(
                                                Maths.clamp(
                                                        1f
                                                                - Math.max(0f, t - 0.62f)
                                                                        * Math.max(0f, t - 0.62f)
                                                                        * 6.9f));
                half *=
                        1f
                                + 0.10f
                                        * (smokeNoise.octaves(along * 3f, across > 0 ? 1f : 9f, 2)
                                                - 0.5f);
                if (t < 0f || t > 1f || Math.abs(across) > half) {
                    continue;
                }
                int at = j * canvas.width + i;
                float u = across / Math.max(half, 1e-3f);
                float folds = smokeNoise.octaves(across * 5f + 1.5f * along, along * 1.6f + 40f, 3);
                float crease = Maths.clamp(1f - Math.abs(2f * folds - 1f) * 4f);
                float lit = 0.30f + 0.34f * (float) Math.sqrt(1f - u * u) + 0.35f * (folds - 0.5f);
                float rimLight = t < 0.07f || Math.abs(u) > 0.93f ? 0.22f : 0f;
                float glare = 0.55f * crease * crease * Maths.clamp(1.2f - Math.abs(u + 0.3f) * 2f);
                float v = lit + rimLight + glare;
                float alpha = 0.66f + 0.22f * crease + (rimLight > 0f ? 0.1f : 0f);
                // The inside of the mouth is darker while it is open.
                if (t < 0.24f && bag.closed() < 0.9f && Math.abs(u) < 0.86f && t > 0.07f) {
                    v *= 0.55f;
                }
                canvas.blend(at, 0.92f * v, 0.97f * v, 0.90f * v, alpha);
                canvas.classes[at] = TissueClass.BACKGROUND.id();
            }
        }
    }

    private void smoke(Moment moment, Canvas canvas, float zoom) {
        int cell = 8;
        int columns = canvas.width / cell + 2;
        int rows = canvas.height / cell + 2;
        float[] density = new float[columns * rows];
        float sx = (moment.smokeX() - moment.cameraX()) * zoom;
        float sy = (moment.smokeY() - moment.cameraY()) * zoom;
        float drift = (float) moment.time();
        for (int j = 0; j < rows; j++) {
            float vy = canvas.viewY(j * cell);
            for (int i = 0; i < columns; i++) {
                float vx = canvas.viewX(i * cell);
                float cloud =
                        smokeNoise.octaves(
                                vx * 1.7f - 0.25f * drift, vy * 1.7f + 0.55f * drift + 10f, 4);
                float wisp =
                        smokeNoise.octaves(
                                vx * 3.5f + 0.3f * drift, vy * 3f + 0.9f * drift + 50f, 2);
                float away = (vx - sx) * (vx - sx) + 0.6f * (vy - sy + 0.25f) * (vy - sy + 0.25f);
                float plume = 1f / (1f + 2.2f * away);
                density[j * columns + i] =
                        moment.smoke()
                                * Maths.clamp(
                                        (0.25f + 0.75f * plume)
                                                * Maths.smoothstep(
                                                        0.28f, 0.8f, 0.7f * cloud + 0.3f * wisp)
                                                * 1.35f);
            }
        }
        for (int j = 0; j < canvas.height; j++) {
            int row = j / cell;
            float fy = (j - row * cell) / (float) cell;
            for (int i = 0; i < canvas.width; i++) {
                int column = i / cell;
                float fx = (i - column * cell) / (float) cell;
                int d = row * columns + column;
                float up = Maths.mix(density[d], density[d + 1], fx);
                float down = Maths.mix(density[d + columns], density[d + columns + 1], fx);
                float thick = Maths.mix(up, down, fy);
                canvas.blend(j * canvas.width + i, 0.46f, 0.45f, 0.47f, 0.8f * thick);
            }
        }
    }
}
