package org.surgenet.synthetic;

/** Smooth value noise on an integer lattice; the same on every machine (integer hash, no libm). */
final class Noise {
    private final int seed;

    Noise(long seed) {
        this.seed = (int) (seed ^ (seed >>> 32));
    }

    private float lattice(int x, int y) {
        int h = seed + x * 0x27D4EB2D + y * 0x165667B1;
        h = (h ^ (h >>> 15)) * 0x85EBCA6B;
        h = (h ^ (h >>> 13)) * 0xC2B2AE35;
        return ((h ^ (h >>> 16)) & 0xFFFF) * (1f / 65535f);
    }

    private static int floor(float v) {
        int i = (int) v;
        return v < i ? i - 1 : i;
    }

    /** Noise in [0, 1], about one bump per unit. */
    float at(float x, float y) {
        int xi = floor(x);
        int yi = floor(y);
        float fx = x - xi;
        float fy = y - yi;
        fx = fx * fx * (3f - 2f * fx);
        fy = fy * fy * (3f - 2f * fy);
        float a = lattice(xi, yi);
        float b = lattice(xi + 1, yi);
        float c = lattice(xi, yi + 1);
        float d = lattice(xi + 1, yi + 1);
        float top = a + (b - a) * fx;
        return top + (c + (d - c) * fx - top) * fy;
    }

    /** Sum of octaves, each twice as fine and half as strong; in [0, 1], mean about 0.5. */
    float octaves(float x, float y, int count) {
        float sum = 0f;
        float weight = 0.5f;
        float total = 0f;
        for (int i = 0; i < count; i++) {
            sum += weight * at(x, y);
            total += weight;
            weight *= 0.5f;
            // A turn between octaves hides the lattice.
            float turned = 1.6f * x + 1.2f * y + 13.7f;
            y = 1.6f * y - 1.2f * x - 7.3f;
            x = turned;
        }
        return sum / total;
    }

    /** Thin branching lines, as of vessels: 1 on a line, 0 away from it. */
    float vessels(float x, float y, float thickness) {
        float wx = x + 0.7f * at(x * 0.9f + 31f, y * 0.9f - 11f) + 0.12f * at(x * 4f, y * 4f);
        float wy = y + 0.7f * at(x * 0.9f - 17f, y * 0.9f + 5f) + 0.12f * at(x * 4f + 9f, y * 4f);
        float distance = Math.abs(2f * at(wx, wy) - 1f);
        // Lines end where another field is low, so that they do not close into rings.
        float gate = Maths.smoothstep(0.42f, 0.62f, at(x * 0.7f + 3f, y * 0.7f + 71f));
        return gate * (1f - Maths.smoothstep(0.3f * thickness, thickness, distance));
    }

    /** Rounded cells (lobules): 1 in the middle of a cell, 0 at its border. */
    float cells(float x, float y) {
        int xi = floor(x);
        int yi = floor(y);
        float first = 9f;
        float second = 9f;
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                float px = xi + dx + lattice(xi + dx, yi + dy);
                float py = yi + dy + lattice(xi + dx + 71, yi + dy - 37);
                float d = (px - x) * (px - x) + (py - y) * (py - y);
                if (d < first) {
                    second = first;
                    first = d;
                } else if (d < second) {
                    second = d;
                }
            }
        }
        float border = (float) (Math.sqrt(second) - Math.sqrt(first));
        return Maths.smoothstep(0f, 0.75f, border);
    }
}
