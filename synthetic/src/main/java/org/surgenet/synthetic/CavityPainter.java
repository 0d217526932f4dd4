package org.surgenet.synthetic;

/**
 * Paints the cavity of one patient texel by texel, tissue by tissue, from the back to the front: a
 * tissue that covers the texel replaces what lies behind it. Not thread-safe.
 */
final class CavityPainter {
    private final Anatomy anatomy;
    private final Patient patient;
    private final Noise noise;

    // The texel: its place in world units, and patterns that several tissues share.
    private float x;
    private float y;
    private float broad;
    private float fine;
    private float grain;
    private float micro;

    // What is seen there so far.
    private TissueClass kind;
    private float red;
    private float green;
    private float blue;
    private float gloss;
    private float depth;
    private float extent;
    private float height;

    CavityPainter(Anatomy anatomy, Noise noise) {
        this.anatomy = anatomy;
        this.patient = anatomy.patient;
        this.noise = noise;
    }

    /** Fills {@code layer} and returns it. */
    Layer paint(Layer layer) {
        float[] heights = new float[layer.width * layer.height];
        for (int j = 0; j < layer.height; j++) {
            for (int i = 0; i < layer.width; i++) {
                int t = j * layer.width + i;
                place(layer.x(i), layer.y(j));
                layer.colour(t, red, green, blue);
                layer.set(t, Layer.GLOSS, gloss);
                layer.set(t, Layer.DEPTH, depth);
                layer.set(t, Layer.EXTENT, extent);
                layer.classes[t] = kind.id();
                heights[t] = height;
            }
        }
        layer.relief(heights, 2.2f);
        return layer;
    }

    private void place(float atX, float atY) {
        x = atX;
        y = atY;
        broad = noise.octaves(x * 1.3f + 5f, y * 1.3f, 3);
        fine = noise.octaves(x * 9f, y * 9f - 20f, 3);
        grain = noise.at(x * 42f, y * 42f);
        micro = noise.at(x * 19f + 3f, y * 19f) + 0.5f * grain;
        abdominalWall();
        largeLobe();
        liverBed();
        nearLobe();
        ligament();
        bowel();
        fat();
    }

    private void colour(float r, float g, float b) {
        red = r;
        green = g;
        blue = b;
    }

    private void surface(TissueClass tissue, float wetness, float behind, float bleedsAt) {
        kind = tissue;
        gloss = wetness;
        depth = behind;
        extent = bleedsAt;
    }

    /** Behind everything. */
    private void abdominalWall() {
        float[] wall = patient.wall();
        float vein = noise.vessels(x * 2.6f + 40f, y * 2.6f, 0.055f);
        float sheen = noise.octaves(x * 2f + 7f * y, y * 0.8f - 50f, 3);
        float lum = 0.55f + 0.5f * broad + 0.35f * (sheen - 0.5f);
        colour(
                wall[0] * lum * (1f - 0.25f * vein),
                wall[1] * lum * (1f - 0.7f * vein),
                wall[2] * lum * (1f - 0.65f * vein));
        surface(TissueClass.ABDOMINAL_WALL, 0.25f, 1.15f, 1f);
        height = 0.1f * broad + 0.002f * micro;
    }

    /** Upper border of the large lobe. */
    private float dome() {
        return -0.92f + 0.22f * x + 0.3f * x * x + 0.12f * (broad - 0.5f);
    }

    /** The large lobe on the left and behind the gallbladder. */
    private void largeLobe() {
        float rim = 0.60f + 0.16f * x - 0.10f * x * x + 0.10f * (broad - 0.5f);
        float inside = Math.min(y - dome(), rim - y);
        if (inside <= 0f) {
            return;
        }
        float[] liver = patient.liver();
        float round = 1f - Maths.clamp(1f - inside / 0.22f);
        float speckle = 0.80f + 0.28f * fine + 0.16f * (grain - 0.5f);
        float streak = noise.octaves(x * 1.7f - y * 3.1f, y * 1.2f + x + 90f, 3);
        float lum = speckle * (0.72f + 0.6f * streak);
        colour(liver[0] * lum, liver[1] * lum * (0.85f + 0.3f * broad), liver[2] * lum);
        surface(TissueClass.LIVER, 0.8f, 0.42f, bloodExtent());
        height = 0.62f + 0.20f * root(round) + 0.17f * broad + 0.0085f * micro;
    }

    /** The raw bed that dissection exposes, with a whitish, cauterised border. */
    private void liverBed() {
        float bed = bedDistance();
        if (kind != TissueClass.LIVER || bed >= 1f) {
            return;
        }
        float raw = noise.octaves(x * 7f + 60f, y * 7f, 4);
        float charred = Maths.smoothstep(0.52f, 0.68f, noise.octaves(x * 6f, y * 6f + 33f, 3));
        float edge = Maths.smoothstep(0.7f, 0.98f, bed);
        float lum = 0.6f + 0.9f * raw;
        float r = Maths.mix(0.30f * lum, 0.05f, 0.75f * charred);
        float g = Maths.mix(0.105f * lum, 0.04f, 0.75f * charred);
        float b = Maths.mix(0.085f * lum, 0.033f, 0.75f * charred);
        float pale = edge * (1f - edge) * 3.2f * raw;
        colour(
                Maths.mix(Maths.mix(r, 0.55f, pale), red, edge * edge),
                Maths.mix(Maths.mix(g, 0.44f, pale), green, edge * edge),
                Maths.mix(Maths.mix(b, 0.36f, pale), blue, edge * edge));
        gloss = 0.7f;
        height += -0.06f * (1f - bed * bed) + 0.022f * raw + 0.004f * micro;
    }

    /** The second lobe, nearer, on the right. */
    private void nearLobe() {
        float dx = (x - patient.lobeX()) / 0.62f;
        float dy = (y - patient.lobeY()) / 0.70f;
        float inside = 1f - (dx * dx + dy * dy) - 0.25f * (broad - 0.5f);
        if (inside <= 0f) {
            return;
        }
        float[] liver = patient.liver();
        float speckle = 0.86f + 0.26f * fine + 0.16f * (grain - 0.5f);
        float lum = speckle * (0.85f + 0.35f * broad);
        colour(liver[0] * lum * 1.12f, liver[1] * lum * 1.1f, liver[2] * lum * 1.15f);
        surface(TissueClass.LIVER, 0.9f, 0.22f, bloodExtent());
        height = 0.86f + 0.24f * root(Maths.clamp(inside)) + 0.06f * broad + 0.0065f * micro;
    }

    /** A pale, thin sheet between the lobes, broad at the top; the liver shines through. */
    private void ligament() {
        float hang = Maths.clamp((-0.12f + 0.25f * (fine - 0.5f) - y) / 0.8f);
        float fold = x - (patient.lobeX() - 0.72f + 0.16f * (y + 0.6f) + 0.18f * (broad - 0.5f));
        float width = 0.20f * hang * (0.6f + 0.8f * noise.at(y * 3f, 11f));
        if (hang <= 0f || Math.abs(fold) >= width || y <= dome() - 0.03f) {
            return;
        }
        float u = fold / width;
        float fibres = noise.octaves(x * 14f, y * 2.2f + 5f, 3);
        float sheer = 0.55f + 0.35f * fibres - 0.25f * u * u;
        colour(
                Maths.mix(red, 0.50f * (0.6f + 0.7f * fibres), sheer),
                Maths.mix(green, 0.30f * (0.6f + 0.7f * fibres), sheer),
                Maths.mix(blue, 0.23f * (0.6f + 0.7f * fibres), sheer));
        surface(TissueClass.LIVER_LIGAMENT, 0.6f, 0.3f, 1f);
        height += 0.05f * root(1f - u * u) + 0.02f * fibres;
    }

    /** Duodenum and stomach. */
    private void bowel() {
        float dx = (x - 0.98f) / 0.95f;
        float dy = (y - 0.98f) / (0.38f + 0.05f * broad);
        float inside = 1f - (dx * dx + dy * dy);
        if (inside <= 0f) {
            return;
        }
        float[] bowel = patient.bowel();
        float crease = noise.octaves(x * 2.2f + 11f, y * 4f, 3);
        float vein = noise.vessels(x * 3.4f - 9f, y * 3.4f + 14f, 0.05f);
        float lum = 0.72f + 0.45f * crease;
        colour(
                bowel[0] * lum * (1f - 0.1f * vein),
                bowel[1] * lum * (1f - 0.55f * vein),
                bowel[2] * lum * (1f - 0.5f * vein));
        surface(TissueClass.GASTROINTESTINAL_TRACT, 0.75f, 0.12f, bloodExtent());
        height = 0.98f + 0.24f * root(Maths.clamp(inside)) + 0.05f * crease + 0.0015f * micro;
    }

    /** Fat and omentum in front, at the bottom. */
    private void fat() {
        float level =
                patient.fatLevel()
                        + 0.10f * x * x
                        + 0.18f * (noise.octaves(x * 1.9f, 3f, 3) - 0.5f)
                        + (x > 0.5f ? 0.35f * (x - 0.5f) : 0f);
        float under = y - level;
        if (under <= 0f) {
            return;
        }
        float[] fat = patient.fat();
        float lobules = noise.cells(x * 4.2f + 0.6f * broad, y * 5f);
        float small = noise.cells(x * 11f, y * 12f);
        float vein = noise.vessels(x * 3.6f + 80f, y * 3.6f - 8f, 0.05f);
        float lum = 0.62f + 0.30f * lobules + 0.10f * small + 0.25f * (broad - 0.5f);
        colour(
                fat[0] * lum * (1f - 0.15f * vein),
                fat[1] * lum * (1f - 0.72f * vein),
                fat[2] * lum * (1f - 0.6f * vein) * (0.8f + 0.4f * broad));
        surface(TissueClass.FAT, 0.75f, 0f, bloodExtent());
        float round = 1f - Maths.clamp(1f - under / 0.2f);
        height = 1.05f + 0.18f * root(round) + 0.042f * lobules + 0.008f * small + 0.0022f * micro;
    }

    /** Amount of bleeding at which the place is under blood; 1 = never. */
    private float bloodExtent() {
        float dx = x - patient.neckX() - 0.1f;
        float dy = y - patient.neckY() + 0.15f;
        float away = (float) Math.sqrt(dx * dx + 0.7f * dy * dy);
        float patches = noise.octaves(x * 3.3f + 200f, y * 2.4f, 3);
        return Maths.clamp(0.2f + 0.95f * away - 0.9f * (patches - 0.5f));
    }

    /** 0 in the middle of the liver bed, 1 at its border, more outside. */
    private float bedDistance() {
        float dx = x - patient.fundusX();
        float dy = y - patient.fundusY();
        float s = (dx * anatomy.axisX + dy * anatomy.axisY) / anatomy.length;
        float across = dx * anatomy.axisY - dy * anatomy.axisX;
        float wobble = 1f + 0.75f * (noise.octaves(x * 3.6f, y * 3.6f + 8f, 3) - 0.5f);
        float half = patient.gallbladderWidth() * wobble * 0.92f;
        float along = (s - 0.46f) / 0.52f;
        float fill = 1f - along * along;
        if (fill <= 0f) {
            return 2f;
        }
        return Math.abs(across) / (half * (float) Math.sqrt(fill));
    }

    private static float root(float v) {
        return (float) Math.sqrt(v);
    }
}
