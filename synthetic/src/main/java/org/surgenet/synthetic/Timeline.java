package org.surgenet.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.surgenet.common.CounterRandom;
import org.surgenet.synthetic.Instrument.Kind;
import org.surgenet.synthetic.Moment.Bag;
import org.surgenet.synthetic.Moment.Pose;
import org.surgenet.synthetic.Moment.View;

/**
 * What happens in one video, frame by frame: the seven phases in order, framed by a title card, the
 * theatre and the way through the port, and interrupted once by a cleaning of the lens outside the
 * body. The signs of the phases are visible: instruments, how much of the veil is cleared, clips,
 * how far the gallbladder is off the liver, bag, blood.
 */
final class Timeline {
    /** Frames a second, as in Cholec80. */
    static final int FPS = 25;

    // Mean share of each phase; Cholec80's are similar, with a longer dissection of the triangle.
    private static final double[] SHARES = {0.14, 0.30, 0.12, 0.21, 0.09, 0.08, 0.06};

    private static final int SMOOTHING_FRAMES = 14;

    private final Patient patient;
    private final CounterRandom random;
    private final List<Moment> moments = new ArrayList<>();
    private final double[] starts = new double[SHARES.length + 1];
    private final float[] finalClearing = new float[3];
    private final double[] sway;

    Timeline(Patient patient, double seconds) {
        this.patient = patient;
        this.random = CounterRandom.of(patient.seed(), 77);
        this.sway = new double[24];
        for (int i = 0; i < sway.length; i++) {
            sway[i] = random.nextDouble();
        }
        build(seconds);
    }

    List<Moment> moments() {
        return moments;
    }

    private void build(double seconds) {
        int frames = Math.max(1, (int) Math.round(seconds * FPS));
        double tempo = Math.min(1.0, seconds / 24.0);
        double title = 1.0 * tempo;
        double theatre = title + 1.4 * tempo;
        double entry = theatre + 0.9 * tempo;
        double end = frames / (double) FPS;
        double exit = end - 1.5 * tempo;
        double left = end - 0.8 * tempo;
        double total = 0;
        double[] shares = SHARES.clone();
        for (int i = 0; i < shares.length; i++) {
            shares[i] *= random.uniform(0.75, 1.3);
            total += shares[i];
        }
        // The phases share the time inside; what is before and after counts to the first and last.
        double at = entry;
        for (int i = 0; i < shares.length; i++) {
            starts[i] = i == 0 ? 0 : at;
            at += shares[i] / total * (exit - entry);
        }
        starts[shares.length] = end;
        SurgicalPhase interrupted =
                random.chance(0.6)
                        ? SurgicalPhase.GALLBLADDER_DISSECTION
                        : SurgicalPhase.CALOT_TRIANGLE_DISSECTION;
        double span = starts[interrupted.ordinal() + 1] - starts[interrupted.ordinal()];
        double cleaning = starts[interrupted.ordinal()] + random.uniform(0.3, 0.6) * span;
        double cleaned = cleaning + 1.2 * tempo;
        // How well the critical view is reached differs between patients.
        finalClearing[0] = (float) random.uniform(0.6, 1.0);
        finalClearing[1] = (float) random.uniform(0.4, 1.0);
        finalClearing[2] = (float) random.uniform(0.3, 1.0);

        float[] camera = null;
        for (int f = 0; f < frames; f++) {
            double time = f / (double) FPS;
            SurgicalPhase phase = phaseAt(time);
            View view = View.INSIDE;
            float port = 9f;
            double passing = 0.45 * tempo;
            if (time < title) {
                view = View.TITLE;
            } else if (time < theatre || time >= left || time >= cleaning && time < cleaned) {
                view = View.THEATRE;
            } else if (time < entry) {
                port = opening((time - theatre) / (entry - theatre));
            } else if (time >= exit) {
                port = opening((left - time) / (left - exit));
            } else if (time >= cleaning - passing && time < cleaning) {
                port = opening((cleaning - time) / passing);
            } else if (time >= cleaned && time < cleaned + passing) {
                port = opening((time - cleaned) / passing);
            }
            float[] wanted = wantedCamera(time, phase);
            if (camera == null) {
                camera = wanted;
            }
            for (int i = 0; i < camera.length; i++) {
                camera[i] += (wanted[i] - camera[i]) / SMOOTHING_FRAMES;
            }
            moments.add(moment(time, view, phase, port, camera.clone()));
        }
    }

    private static float opening(double progress) {
        double p = Math.max(0.0, Math.min(1.0, progress));
        return (float) (0.22 + 1.5 * p * p);
    }

    private SurgicalPhase phaseAt(double time) {
        int phase = 0;
        while (phase + 1 < SHARES.length && time >= starts[phase + 1]) {
            phase++;
        }
        return SurgicalPhase.values()[phase];
    }

    /** Progress 0 .. 1 within a phase; 0 before it, 1 after it. */
    private float progress(SurgicalPhase phase, double time) {
        double from = starts[phase.ordinal()];
        double to = starts[phase.ordinal() + 1];
        return Maths.clamp((float) ((time - from) / (to - from)));
    }

    /** A slow irregular motion in -1 .. 1. */
    private float wander(double time, double hertz, int which) {
        return 0.6f * Maths.sine(time * hertz + sway[which % sway.length])
                + 0.4f * Maths.sine(time * hertz * 2.3 + sway[(which + 7) % sway.length]);
    }

    private float[] wantedCamera(double time, SurgicalPhase phase) {
        float x = 0f;
        float y = 0f;
        float zoom = 1f;
        switch (phase) {
            case PREPARATION -> zoom = 0.92f;
            case CALOT_TRIANGLE_DISSECTION -> {
                x = patient.neckX() + 0.1f;
                y = patient.neckY() - 0.15f;
                zoom = 1.32f;
            }
            case CLIPPING_CUTTING -> {
                x = patient.neckX() + 0.14f;
                y = patient.neckY() - 0.08f;
                zoom = 1.42f;
            }
            case GALLBLADDER_DISSECTION -> {
                x = (patient.neckX() + patient.fundusX()) / 2 + 0.1f;
                y = (patient.neckY() + patient.fundusY()) / 2 + 0.1f;
                zoom = 1.12f;
            }
            case GALLBLADDER_PACKAGING -> {
                x = 0.22f;
                y = 0.2f;
                zoom = 1.0f;
            }
            case CLEANING_COAGULATION -> {
                x = 0.05f;
                y = 0.05f;
                zoom = 1.08f;
            }
            case GALLBLADDER_RETRACTION -> {
                x = 0.15f;
                y = -0.05f;
                zoom = 0.9f;
            }
        }
        return new float[] {
            x + 0.07f * wander(time, 0.16, 0),
            y + 0.06f * wander(time, 0.13, 1),
            zoom * (1f + 0.06f * wander(time, 0.1, 2)),
            0.014f * wander(time, 0.09, 3)
        };
    }

    private Moment moment(double time, View view, SurgicalPhase phase, float port, float[] camera) {
        Staging scene = new Staging(time, phase);
        scene.bringInTools();
        return new Moment(
                time,
                view,
                phase,
                port,
                camera[0],
                camera[1],
                camera[2],
                camera[3],
                scene.pose,
                scene.cleared(),
                scene.clips,
                scene.clipping > 0.8f,
                scene.bleeding(),
                scene.smoke,
                scene.targetX,
                scene.targetY,
                scene.bag,
                List.copyOf(scene.tools));
    }

    /** What is on the scene at one time: how far each phase is, and what follows from that. */
    private final class Staging {
        final double time;
        final SurgicalPhase phase;

        // How far each phase is, 0 .. 1.
        final float calot;
        final float clipping;
        final float dissection;
        final float packaging;
        final float cleaningUp;
        final float retraction;

        final int clips;
        final Bag bag;
        final Pose pose;
        final List<Instrument> tools = new ArrayList<>();

        /** Where the energy instrument works, from where its smoke rises. */
        float targetX = patient.neckX() + 0.14f;

        float targetY = patient.neckY() - 0.08f;
        float smoke;

        Staging(double time, SurgicalPhase phase) {
            this.time = time;
            this.phase = phase;
            calot = progress(SurgicalPhase.CALOT_TRIANGLE_DISSECTION, time);
            clipping = progress(SurgicalPhase.CLIPPING_CUTTING, time);
            dissection = progress(SurgicalPhase.GALLBLADDER_DISSECTION, time);
            packaging = progress(SurgicalPhase.GALLBLADDER_PACKAGING, time);
            cleaningUp = progress(SurgicalPhase.CLEANING_COAGULATION, time);
            retraction = progress(SurgicalPhase.GALLBLADDER_RETRACTION, time);
            clips = clipping <= 0f ? 0 : Math.min(5, (int) (clipping / 0.62f * 5.2f));
            bag = packaging > 0.12f ? bag() : null;
            // In the bag it is out of sight.
            pose = packaging >= 0.75f ? null : packaging <= 0f ? grown() : packed();
        }

        /** How much of each region of the veil is gone. */
        float[] cleared() {
            float[] cleared = {
                finalClearing[0] * Maths.smoothstep(0f, 0.45f, calot),
                finalClearing[1] * Maths.smoothstep(0.08f, 0.65f, calot),
                finalClearing[2] * Maths.smoothstep(0.25f, 0.8f, calot)
            };
            // Clipping needs a view of the tubes, however poor the triangle's dissection was.
            cleared[0] = Math.max(cleared[0], 0.85f * Maths.smoothstep(0f, 0.15f, clipping));
            if (dissection > 0f) {
                for (int i = 0; i < 3; i++) {
                    cleared[i] = Math.max(cleared[i], Maths.smoothstep(0f, 0.25f, dissection));
                }
            }
            return cleared;
        }

        float bleeding() {
            return 0.32f * Maths.smoothstep(0.1f, 0.8f, dissection)
                    + 0.30f * Maths.smoothstep(0.3f, 1f, packaging)
                    - 0.42f * Maths.smoothstep(0.1f, 0.9f, cleaningUp);
        }

        private float tug() {
            return 0.008f * wander(time, 0.35, 4) * (phase.ordinal() >= 1 ? 1f : 0.4f);
        }

        /** Attached to the liver, less and less so. */
        private Pose grown() {
            return new Pose(
                    tug() - 0.19f * Maths.smoothstep(0f, 1f, dissection),
                    0.02f * wander(time, 0.3, 6),
                    0.02f * wander(time, 0.27, 7) - 0.05f * dissection,
                    1f,
                    0.05f * wander(time, 0.12, 5) + 0.12f * dissection);
        }

        /** On its way down into the bag. */
        private Pose packed() {
            float down = Maths.smoothstep(0f, 0.55f, packaging);
            return new Pose(
                    tug() - 0.19f + 0.12f * down,
                    0.5f * down,
                    -0.05f + 0.75f * down,
                    1f - 0.38f * down,
                    0.12f);
        }

        private Bag bag() {
            float appears = Maths.smoothstep(0.12f, 0.4f, packaging);
            float closed = Maths.smoothstep(0.6f, 0.95f, packaging);
            float pulled = retraction * retraction;
            return new Bag(
                    0.55f + (1f - appears) * 1.1f + 1.0f * pulled,
                    0.48f - (1f - appears) * 0.3f - 1.0f * pulled,
                    0.46f - 0.10f * closed,
                    closed);
        }

        /** The instruments of the phase, from back to front, and their smoke. */
        void bringInTools() {
            switch (phase) {
                case PREPARATION -> prepare();
                case CALOT_TRIANGLE_DISSECTION -> dissectTriangle();
                case CLIPPING_CUTTING -> clipAndCut();
                case GALLBLADDER_DISSECTION -> dissectGallbladder();
                case GALLBLADDER_PACKAGING -> pack();
                case CLEANING_COAGULATION -> clean();
                case GALLBLADDER_RETRACTION -> retract();
            }
        }

        private void prepare() {
            float inside = progress(SurgicalPhase.PREPARATION, time);
            hold(Maths.smoothstep(0.35f, 0.6f, inside));
            float x = Maths.mix(0.75f, 0.1f, Maths.smoothstep(0.25f, 0.8f, inside));
            add(
                    Kind.GRASPER,
                    x + 0.25f * wander(time, 0.3, 8),
                    0.25f + 0.2f * wander(time, 0.24, 9),
                    1.75f,
                    -0.55f,
                    0.3f + 0.5f * Maths.clamp(wander(time, 0.5, 10)));
        }

        private void dissectTriangle() {
            hold(1f);
            leftHand();
            targetX += 0.17f * wander(time, 0.33, 12);
            targetY += 0.13f * wander(time, 0.41, 13) - 0.04f;
            if (wander(time, 0.11, 11) > -0.72f) {
                add(Kind.L_HOOK, targetX, targetY, 1.8f, -0.8f, 0f);
                smoke = 0.75f * Maths.smoothstep(0.1f, 0.7f, wander(time, 0.21, 14));
            }
        }

        /** Five clips one after the other, then scissors between them: duct first, artery next. */
        private void clipAndCut() {
            hold(1f);
            leftHand();
            boolean clip = clipping < 0.62f;
            float[] p = new float[2];
            float away;
            if (clip) {
                clipPlace(Math.min(4, clips), p);
                away = Math.abs(clipping * 5.2f / 0.62f % 1f - 0.5f) * 2f;
            } else {
                if (clipping < 0.85f) {
                    duct(0.5f, p);
                } else {
                    artery(0.5f, p);
                }
                away = 0.5f + 0.5f * wander(time, 0.9, 15);
            }
            float back = (clip ? 0.32f : 0.08f) * Maths.smoothstep(0.45f, 0.95f, away);
            add(
                    clip ? Kind.CLIPPER : Kind.SCISSORS,
                    p[0] + back,
                    p[1] - 0.5f * back,
                    1.8f,
                    -0.7f,
                    away);
        }

        private void dissectGallbladder() {
            leftHand();
            hold(1f);
            float d = Maths.smoothstep(0f, 1f, dissection);
            targetX =
                    Maths.mix(patient.neckX(), patient.fundusX(), 0.15f + 0.75f * d)
                            + 0.11f * wander(time, 0.45, 16);
            targetY =
                    Maths.mix(patient.neckY(), patient.fundusY(), 0.15f + 0.75f * d)
                            + 0.09f * wander(time, 0.37, 17);
            if (wander(time, 0.1, 18) > -0.8f) {
                add(Kind.L_HOOK, targetX, targetY, 1.8f, -0.35f, 0f);
                smoke = 0.95f * Maths.smoothstep(-0.1f, 0.6f, wander(time, 0.19, 19));
            }
        }

        private void pack() {
            float x = bag == null ? 0.5f : bag.x() - 0.28f;
            float y = bag == null ? 0.2f : bag.y() - 0.30f;
            add(
                    Kind.GRASPER,
                    x + 0.05f * wander(time, 0.4, 8),
                    y + 0.05f * wander(time, 0.36, 9),
                    1.6f,
                    -1.0f,
                    0.25f);
            add(
                    Kind.GRASPER,
                    x - 0.05f,
                    y + 0.12f,
                    -1.6f,
                    -0.6f,
                    0.2f + 0.2f * wander(time, 0.3, 10));
        }

        private void clean() {
            add(
                    Kind.IRRIGATOR,
                    0.02f + 0.28f * wander(time, 0.35, 20),
                    0.2f + 0.2f * wander(time, 0.28, 21),
                    1.75f,
                    -0.6f,
                    0f);
            smoke = 0.25f * Maths.smoothstep(0.2f, 0.8f, wander(time, 0.23, 19));
        }

        private void retract() {
            if (bag != null) {
                add(
                        Kind.GRASPER,
                        bag.x() - 0.02f,
                        bag.y() - bag.radius() * 0.85f,
                        1.7f,
                        -1.15f,
                        0.1f);
            }
        }

        private void add(Kind kind, float x, float y, float baseX, float baseY, float opening) {
            tools.add(new Instrument(kind, x, y, baseX, baseY, Maths.clamp(opening)));
        }

        /**
         * The assistant's grasper at the fundus; {@code reach} 0 = still away .. 1 = holding it.
         */
        private void hold(float reach) {
            if (pose == null || reach <= 0f) {
                return;
            }
            float away = 1f - reach;
            add(
                    Kind.GRASPER,
                    patient.fundusX() + pose.shiftX() + 0.02f - 0.5f * away,
                    patient.fundusY() + pose.shiftY() + 0.10f - 0.5f * away,
                    -0.75f,
                    -1.7f,
                    0.15f + 0.6f * away);
        }

        /** The surgeon's left hand, at the gallbladder's pouch, from below. */
        private void leftHand() {
            if (pose == null || wander(time, 0.08, 22) < -0.75f) {
                return;
            }
            float dx = patient.neckX() - patient.fundusX();
            float dy = patient.neckY() - patient.fundusY();
            float sin = Maths.sine(pose.turn());
            float cos = Maths.cosine(pose.turn());
            float s = 0.80f;
            float x = patient.fundusX() + pose.shiftX() + s * (cos * dx - sin * dy) - 0.04f;
            float y = patient.fundusY() + pose.shiftY() + s * (sin * dx + cos * dy);
            add(Kind.GRASPER, x, y, -1.7f, 0.75f, 0.12f);
        }
    }

    /** Where clip {@code k} sits. */
    private void clipPlace(int k, float[] p) {
        if (k < 3) {
            duct(SceneRenderer.CLIP_PLACES[k], p);
        } else {
            artery(SceneRenderer.CLIP_PLACES[k], p);
        }
    }

    private void duct(float u, float[] p) {
        Anatomy.curve(Anatomy.ductCurve(patient), u, p);
    }

    private void artery(float u, float[] p) {
        Anatomy.curve(Anatomy.arteryCurve(patient), u, p);
    }
}
