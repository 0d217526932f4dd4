package org.surgenet.synthetic;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.surgenet.common.CounterRandom;
import org.surgenet.synthetic.Moment.View;

/**
 * One synthetic operation: frames at 25 a second with mask, phase and criteria. Any frame can be
 * rendered at any time, in any order, with the same result. Not thread-safe.
 */
final class SyntheticVideo {
    /** Frames a second, as in Cholec80. */
    public static final int FRAMES_PER_SECOND = Timeline.FPS;

    private final int number;
    private final Patient patient;
    private final Camera camera;
    private final List<Moment> moments;
    private final TheatrePainter theatre;
    private final int width;
    private final int height;
    private SceneRenderer scene;
    private Canvas canvas;
    private final double[][] raters;

    /**
     * @param seed of the whole sample
     * @param number of the video and its patient, from 1
     * @param seconds its length
     * @param width pixels, even
     * @param height pixels, even
     */
    public SyntheticVideo(long seed, int number, double seconds, int width, int height) {
        this.number = number;
        this.patient = Patient.of(seed, number);
        this.camera = Camera.of(patient.seed());
        this.moments = new Timeline(patient, seconds).moments();
        this.theatre = new TheatrePainter(patient.seed() ^ 0x7EA7L);
        this.width = width;
        this.height = height;
        this.raters = new double[3][3];
        CounterRandom random = CounterRandom.of(seed, number, 3);
        for (double[] rater : raters) {
            for (int c = 0; c < rater.length; c++) {
                rater[c] = random.uniform(0.36, 0.62);
            }
        }
    }

    /** Its name: {@code video01} for number 1. */
    public String name() {
        return String.format(Locale.ROOT, "video%02d", number);
    }

    public int number() {
        return number;
    }

    public int frames() {
        return moments.size();
    }

    public SurgicalPhase phase(int frame) {
        return moments.get(frame).phase();
    }

    /** Whether the frame shows the inside of the body, not through the port. */
    public boolean insideBody(int frame) {
        Moment moment = moments.get(frame);
        return moment.view() == View.INSIDE && moment.port() > patient.discRadius() + 0.2f;
    }

    /**
     * The votes of three raters on the three criteria of the critical view of safety: two tubular
     * structures, a cleared hepatocystic triangle, the lower gallbladder off its plate. Raters
     * agree on what is plain and differ near their thresholds.
     *
     * @return [rater][criterion]
     */
    public boolean[][] votes(int frame) {
        Moment moment = moments.get(frame);
        boolean[][] votes = new boolean[3][3];
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 3; c++) {
                votes[r][c] = moment.cleared()[c] > raters[r][c];
            }
        }
        return votes;
    }

    /** The mean of {@link #votes}: each of 0, 1/3, 2/3, 1. */
    public double[] criteria(int frame) {
        double[] mean = new double[3];
        for (boolean[] rater : votes(frame)) {
            for (int c = 0; c < 3; c++) {
                mean[c] += rater[c] ? 1.0 : 0.0;
            }
        }
        for (int c = 0; c < 3; c++) {
            mean[c] /= 3.0;
        }
        return mean;
    }

    /** Frees the maps of the anatomy; a later {@link #render} makes them again. */
    void release() {
        scene = null;
        canvas = null;
    }

    /** Renders a frame with its mask. */
    public Picture render(int frame) {
        if (scene == null) {
            scene = new SceneRenderer(patient, height);
            canvas = new Canvas(width, height);
        }
        Moment moment = moments.get(frame);
        Arrays.fill(canvas.light, 0f);
        Arrays.fill(canvas.classes, TissueClass.BACKGROUND.id());
        switch (moment.view()) {
            case TITLE ->
                    TitlePainter.paint(canvas, String.format(Locale.ROOT, "VIDEO %02d", number));
            case THEATRE -> theatre.paint(moment.time(), canvas);
            case INSIDE -> {
                scene.render(moment, canvas);
                if (moment.port() < patient.discRadius() + 0.05f) {
                    theatre.port(moment.port(), patient, canvas);
                }
            }
        }
        canvas.blur(3.2f);
        return develop(frame, moment.view() != View.TITLE);
    }

    /** The round window, grain, and tone. */
    private Picture develop(int frame, boolean round) {
        Picture picture = new Picture(canvas.width, canvas.height);
        byte[] rgb = picture.rgb();
        Camera by = round ? camera : Camera.neutral();
        int[] tones = new int[3];
        float edge = 1.2f * canvas.pixel;
        float inner = (patient.discRadius() - edge) * (patient.discRadius() - edge);
        int state = frame * 0x9E3779B9 + 0x1234567;
        for (int j = 0; j < canvas.height; j++) {
            float dy = canvas.viewY(j) - patient.discY();
            for (int i = 0; i < canvas.width; i++) {
                int at = j * canvas.width + i;
                float dx = canvas.viewX(i) - patient.discX();
                float lens = 1f;
                float square = dx * dx + dy * dy;
                if (round && square > inner) {
                    float radius = (float) Math.sqrt(square);
                    lens = 1f - Maths.smoothstep(-edge, edge, radius - patient.discRadius());
                    if (radius > patient.discRadius()) {
                        canvas.classes[at] = TissueClass.BACKGROUND.id();
                    }
                }
                state = state * 1664525 + 1013904223;
                by.expose(canvas.light, 3 * at, lens, tones);
                int grain = ((state >>> 24) + (state >>> 16 & 255)) - 255;
                for (int c = 0; c < 3; c++) {
                    int tone = tones[c] + (grain * (6 - c) >> 8);
                    rgb[3 * at + c] = (byte) Math.max(round ? 3 : 0, Math.min(255, tone));
                }
            }
        }
        System.arraycopy(canvas.classes, 0, picture.classes(), 0, canvas.classes.length);
        return picture;
    }
}
