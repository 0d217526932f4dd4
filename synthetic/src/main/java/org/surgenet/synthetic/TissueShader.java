package org.surgenet.synthetic;

import org.surgenet.synthetic.Moment.Pose;

/**
 * Lights the tissue of one frame pixel by pixel: which surface is on top, its texel between the
 * grid's, blood on it, and the light that comes back to the camera. One per frame; not thread-safe.
 */
final class TissueShader {
    /** Distance of the lamp from the operating plane at zoom 1, and how far below it stands. */
    private static final float LAMP = 1.7f;

    private static final float OBLIQUE = 0.85f;
    private static final float EXPOSURE = 1.95f;

    private static final int GLINTS = 2048;
    private static final float[] GLINT = new float[GLINTS + 1];

    static {
        for (int i = 0; i <= GLINTS; i++) {
            GLINT[i] = (float) StrictMath.pow(i / (double) GLINTS, 130.0);
        }
    }

    private final Moment moment;
    private final Canvas canvas;
    private final Patient patient;
    private final Anatomy anatomy;

    // The camera's turn, divided by its zoom.
    private final float cos;
    private final float sin;

    // The gallbladder's place and axis.
    private final Pose pose;
    private float gallX;
    private float gallY;
    private float gallCos = 1f;
    private float gallSin;

    /** Whether the gallbladder's ends of duct and artery are gone with it. */
    private final boolean detached;

    private final float lampHeight;
    private final float brightness;

    // The surface at the pixel: where it is looked up, and how much of the light reaches it.
    private Layer top;
    private int nearest;
    private float topX;
    private float topY;
    private float shadow;

    // What it is like there.
    private float red;
    private float green;
    private float blue;
    private float slopeX;
    private float slopeY;
    private float gloss;
    private float depth;
    private byte kind;

    TissueShader(Moment moment, Canvas canvas, Anatomy anatomy, float zoom, float cos, float sin) {
        this.moment = moment;
        this.canvas = canvas;
        this.patient = anatomy.patient;
        this.anatomy = anatomy;
        this.cos = cos;
        this.sin = sin;
        this.pose = moment.gallbladder();
        if (pose != null) {
            float c = Maths.cosine(pose.turn());
            float s = Maths.sine(pose.turn());
            gallX = patient.fundusX() + pose.shiftX();
            gallY = patient.fundusY() + pose.shiftY();
            gallCos = c * anatomy.axisX - s * anatomy.axisY;
            gallSin = s * anatomy.axisX + c * anatomy.axisY;
        }
        this.detached = moment.cut() && moment.phase().ordinal() > 2;
        this.lampHeight = LAMP / zoom;
        this.brightness = EXPOSURE * (lampHeight * lampHeight + OBLIQUE * OBLIQUE * 0.35f);
    }

    /** Fills the endoscope's disc with light and classes. */
    void shade() {
        float beat = 0.004f * Maths.sine(moment.time() * 1.15);
        float limit = patient.discRadius() + 3f * canvas.pixel;
        for (int j = 0; j < canvas.height; j++) {
            float vy = canvas.viewY(j);
            // Breathing moves all tissue, the lower the more.
            float rise = 0.016f * Maths.sine(moment.time() / 3.7 + 0.05 * vy) * (1f + 0.3f * vy);
            float sidle = 0.007f * Maths.sine(moment.time() / 3.7 + 0.3 + 0.12 * vy) + beat;
            for (int i = 0; i < canvas.width; i++) {
                float vx = canvas.viewX(i);
                float ex = vx - patient.discX();
                float ey = vy - patient.discY();
                float border = ex * ex + ey * ey;
                if (border > limit * limit) {
                    continue;
                }
                float dx = vx * cos - vy * sin;
                float dy = vx * sin + vy * cos;
                findTop(moment.cameraX() + dx + sidle, moment.cameraY() + dy + rise);
                lookUp();
                int at = j * canvas.width + i;
                canvas.classes[at] = kind;
                light(at, dx, dy, border);
            }
        }
    }

    /** Which surface is seen at a place in world units. */
    private void findTop(float x, float y) {
        Layer cavity = anatomy.cavity;
        topX = Math.max(0f, Math.min(cavity.width - 2, (x - cavity.left) * cavity.perUnit));
        topY = Math.max(0f, Math.min(cavity.height - 2, (y - cavity.top) * cavity.perUnit));
        nearest = (int) (topY + 0.5f) * cavity.width + (int) (topX + 0.5f);
        top = cavity;
        shadow = 1f;
        float extent = anatomy.veil.get(nearest, Layer.EXTENT);
        int region = extent < 0f ? 0 : (int) (extent * 0.5f);
        if (extent >= 0f && extent - 2f * region > moment.cleared()[region]) {
            top = anatomy.veil;
            return;
        }
        if (pose != null) {
            findGallbladder(x, y);
        }
        if (top == cavity) {
            float u = anatomy.tubes.get(nearest, Layer.EXTENT);
            boolean gap = moment.cut() && u > 0.42f && u < 0.56f;
            if (u <= 1f && !gap && !(detached && u < 0.5f)) {
                top = anatomy.tubes;
            }
        }
    }

    /** The gallbladder, which has a grid of its own, or its shadow beside it. */
    private void findGallbladder(float x, float y) {
        Layer gall = anatomy.gallbladder;
        float px = (x - gallX) / pose.scale();
        float py = (y - gallY) / pose.scale();
        float lx = px * gallCos + py * gallSin;
        float ly = py * gallCos - px * gallSin;
        float s = lx / anatomy.length;
        ly -= 4f * pose.bend() * s * (1f - s);
        float gx = (lx - gall.left) * gall.perUnit;
        float gy = (ly - gall.top) * gall.perUnit;
        if (gx >= 0f && gy >= 0f && gx < gall.width - 1 && gy < gall.height - 1) {
            int g = (int) (gy + 0.5f) * gall.width + (int) (gx + 0.5f);
            float inside = gall.get(g, Layer.EXTENT);
            if (inside > 0f) {
                top = gall;
                topX = gx;
                topY = gy;
            } else if (inside > -1.1f) {
                shadow = 0.52f + 0.48f * Maths.smoothstep(0f, 1.1f, -inside);
            }
        }
    }

    /** Colour, slope and class of the surface; this is the hot place. */
    private void lookUp() {
        float[] data = top.data;
        int column = (int) topX;
        int row = (int) topY;
        float fx = topX - column;
        float fy = topY - row;
        int p00 = (row * top.width + column) * Layer.CHANNELS;
        int below = top.width * Layer.CHANNELS;
        float w11 = fx * fy;
        float w10 = fx - w11;
        float w01 = fy - w11;
        float w00 = 1f - fx - w01;
        red = bilinear(data, p00, below, w00, w10, w01, w11);
        green = bilinear(data, p00 + Layer.GREEN, below, w00, w10, w01, w11);
        blue = bilinear(data, p00 + Layer.BLUE, below, w00, w10, w01, w11);
        slopeX = bilinear(data, p00 + Layer.SLOPE_X, below, w00, w10, w01, w11);
        slopeY = bilinear(data, p00 + Layer.SLOPE_Y, below, w00, w10, w01, w11);
        // Gloss and depth vary slowly: the nearest texel will do.
        gloss = data[p00 + Layer.GLOSS];
        depth = data[p00 + Layer.DEPTH];
        if (top == anatomy.gallbladder) {
            kind = TissueClass.GALLBLADDER.id();
            float sx = slopeX * gallCos - slopeY * gallSin;
            slopeY = slopeX * gallSin + slopeY * gallCos;
            slopeX = sx;
        } else {
            kind = top.classes[nearest];
            if (top == anatomy.cavity && moment.bleeding() > 0f) {
                bleed(moment.bleeding() - data[p00 + Layer.EXTENT]);
            }
        }
    }

    private static float bilinear(
            float[] data, int at, int below, float w00, float w10, float w01, float w11) {
        return w00 * data[at]
                + w10 * data[at + Layer.CHANNELS]
                + w01 * data[at + below]
                + w11 * data[at + below + Layer.CHANNELS];
    }

    /** Blood {@code under} which the place lies, if above zero; just below, its wet border. */
    private void bleed(float under) {
        if (under <= -0.03f) {
            return;
        }
        float wet = Maths.smoothstep(-0.03f, 0.05f, under);
        red = Maths.mix(red, 0.20f, wet);
        green = Maths.mix(green, 0.010f, wet);
        blue = Maths.mix(blue, 0.009f, wet);
        slopeX *= 1f - 0.6f * wet;
        slopeY *= 1f - 0.6f * wet;
        gloss = Maths.mix(gloss, 1f, wet);
        if (under > 0f) {
            kind = TissueClass.BLOOD.id();
        }
    }

    /**
     * Light from the lamp, diffuse and as a highlight.
     *
     * @param dx from the middle of the view, world units
     * @param dy from the middle of the view, world units
     * @param border squared distance from the middle of the disc
     */
    private void light(int at, float dx, float dy, float border) {
        float lx = dx - 0.12f;
        float ly = dy - OBLIQUE;
        float lz = lampHeight + depth;
        float distance = lx * lx + ly * ly + lz * lz;
        float facing = slopeX * lx + slopeY * ly + lz;
        float norm = (slopeX * slopeX + slopeY * slopeY + 1f) * distance;
        facing = facing <= 0f ? 0f : facing / (float) Math.sqrt(norm);
        float beam = brightness / distance;
        // Less light at the border of the beam.
        beam *= 1f / (1f + 0.42f * border * border);
        float diffuse = beam * (0.10f + 0.90f * facing) * shadow;
        float glint = GLINT[(int) (facing * GLINTS)] * gloss * beam * 1.3f * shadow;
        canvas.put(at, red * diffuse + glint, green * diffuse + glint, blue * diffuse + glint);
    }
}
