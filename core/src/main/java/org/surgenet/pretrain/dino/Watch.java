package org.surgenet.pretrain.dino;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Looks over a run's shoulder and says in words what goes wrong, and which knob to turn. Each
 * warning comes once per epoch at most.
 */
final class Watch {
    /** Steps that a judgement rests on; in short runs a quarter of all. */
    static final int WINDOW = 100;

    private static final int SHORTEST = 20;

    /** Steps at the beginning whose mean rank stands for the untrained network. */
    private static final int UNTRAINED = 5;

    /** Fraction of the untrained network's effective rank below which features have collapsed. */
    private static final double LOST = 0.6;

    /** Share of the loss's ceiling ln K that it must leave; of the entropy's likewise. */
    private static final double NEAR = 0.005;

    private static final double DATA_BOUND = 0.2;

    private enum Kind {
        COLLAPSE,
        UNIFORM,
        ONE_HOT,
        RANK,
        DATA
    }

    private record Seen(double loss, double entropy, double rank, double waited, double total) {}

    private final double ceiling;
    private final long patience;
    private final boolean moreWorkers;
    private final ArrayDeque<Seen> window = new ArrayDeque<>();
    private final Set<Kind> said = EnumSet.noneOf(Kind.class);
    private final int length;
    private double untrained;
    private int counted;
    private long epoch = -1;

    /**
     * @param outputs K
     *     <p>After a resumption the effective rank is compared with the one there.
     * @param steps of the whole run
     * @param warmupSteps of the learning rate: before their end a loss at ln K means nothing
     * @param moreWorkers whether there are cores for more threads that make images
     */
    Watch(int outputs, long steps, long warmupSteps, boolean moreWorkers) {
        this.ceiling = Math.log(outputs);
        this.patience = warmupSteps;
        this.length = (int) Math.max(SHORTEST, Math.min(WINDOW, steps / 4));
        this.moreWorkers = moreWorkers;
    }

    /**
     * Takes in a step.
     *
     * @return warnings, mostly none
     */
    List<String> see(long step, long epochOfStep, Dino.Outcome outcome, double wait, double all) {
        if (epochOfStep != epoch) {
            epoch = epochOfStep;
            said.clear();
        }
        if (counted < UNTRAINED) {
            untrained += outcome.spread().rank() / UNTRAINED;
            counted++;
        }
        window.add(
                new Seen(
                        outcome.loss(),
                        outcome.teacherEntropy(),
                        outcome.spread().rank(),
                        wait,
                        all));
        if (window.size() > length) {
            window.remove();
        }
        if (window.size() < length) {
            return List.of();
        }
        List<String> words = new ArrayList<>();
        double loss = window.stream().mapToDouble(Seen::loss).average().orElseThrow();
        double entropy = window.stream().mapToDouble(Seen::entropy).average().orElseThrow();
        if (step >= patience + length) {
            if (Math.abs(loss - ceiling) < NEAR * ceiling) {
                say(
                        Kind.COLLAPSE,
                        words,
                        "the loss has stayed at ln(out_dim) = %.3f for %d steps: the network has"
                                + " collapsed or learns nothing. Lower lr, lower"
                                + " warmup-teacher-temp and teacher-temp, or raise"
                                + " warmup-epochs",
                        ceiling,
                        length);
            }
            if (entropy > (1 - NEAR) * ceiling) {
                say(
                        Kind.UNIFORM,
                        words,
                        "the teacher's output is uniform (entropy %.3f of at most %.3f): lower"
                                + " teacher-temp",
                        entropy,
                        ceiling);
            }
            if (entropy < NEAR * ceiling) {
                say(
                        Kind.ONE_HOT,
                        words,
                        "the teacher's output is a single peak (entropy %.3f of at most %.3f):"
                                + " raise teacher-temp, or use a larger batch-size for a steadier"
                                + " centre",
                        entropy,
                        ceiling);
            }
        }
        double rank = window.stream().mapToDouble(Seen::rank).average().orElseThrow();
        if (rank < LOST * untrained) {
            say(
                    Kind.RANK,
                    words,
                    "the features lose dimensions: effective rank %.1f, %.1f at first. Lower lr,"
                            + " set koleo to 0.1 or more, or use a larger batch-size",
                    rank,
                    untrained);
        }
        double waited = window.stream().mapToDouble(Seen::waited).sum();
        double total = window.stream().mapToDouble(Seen::total).sum();
        if (waited > DATA_BOUND * total) {
            say(
                    Kind.DATA,
                    words,
                    "%.0f %% of the time goes into waiting for images: %smove the frames to a"
                            + " faster disk, or extract smaller frames",
                    100 * waited / total,
                    moreWorkers ? "raise workers, " : "");
        }
        return words;
    }

    private void say(Kind kind, List<String> words, String format, Object... values) {
        if (said.add(kind)) {
            words.add(String.format(Locale.ROOT, format, values));
        }
    }
}
