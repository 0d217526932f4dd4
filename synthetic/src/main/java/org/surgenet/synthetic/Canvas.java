package org.surgenet.synthetic;

/** The frame under construction: linear light per pixel and the class of each pixel. */
final class Canvas {
    final int width;
    final int height;

    /** View units per pixel: half the picture's height is one. */
    final float pixel;

    /** Interleaved linear RGB. */
    final float[] light;

    final byte[] classes;

    private final float[] rows;

    Canvas(int width, int height) {
        this.width = width;
        this.height = height;
        this.pixel = 2f / height;
        this.light = new float[3 * width * height];
        this.rows = new float[3 * width * height];
        this.classes = new byte[width * height];
    }

    float viewX(int column) {
        return (column + 0.5f - 0.5f * width) * pixel;
    }

    float viewY(int row) {
        return (row + 0.5f - 0.5f * height) * pixel;
    }

    int column(float viewX) {
        return Math.round(viewX / pixel + 0.5f * width - 0.5f);
    }

    int row(float viewY) {
        return Math.round(viewY / pixel + 0.5f * height - 0.5f);
    }

    void put(int at, float red, float green, float blue) {
        light[3 * at] = red;
        light[3 * at + 1] = green;
        light[3 * at + 2] = blue;
    }

    void blend(int at, float red, float green, float blue, float alpha) {
        light[3 * at] += (red - light[3 * at]) * alpha;
        light[3 * at + 1] += (green - light[3 * at + 1]) * alpha;
        light[3 * at + 2] += (blue - light[3 * at + 2]) * alpha;
    }

    void scale(int at, float factor) {
        light[3 * at] *= factor;
        light[3 * at + 1] *= factor;
        light[3 * at + 2] *= factor;
    }

    /** Blurs with (1, k, 1) / (k + 2) along both axes: the optics, which also smooths edges. */
    void blur(float centre) {
        float side = 1f / (centre + 2f);
        float middle = centre * side;
        int stride = 3 * width;
        for (int j = 0; j < height; j++) {
            int start = j * stride;
            System.arraycopy(light, start, rows, start, 3);
            System.arraycopy(light, start + stride - 3, rows, start + stride - 3, 3);
            for (int i = start + 3; i < start + stride - 3; i++) {
                rows[i] = middle * light[i] + side * (light[i - 3] + light[i + 3]);
            }
        }
        System.arraycopy(rows, 0, light, 0, stride);
        System.arraycopy(rows, stride * (height - 1), light, stride * (height - 1), stride);
        for (int i = stride; i < stride * (height - 1); i++) {
            light[i] = middle * rows[i] + side * (rows[i - stride] + rows[i + stride]);
        }
    }
}
