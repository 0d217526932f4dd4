package org.surgenet.pretrain.dino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.surgenet.common.CounterRandom;
import org.surgenet.engine.NoGrad;
import org.surgenet.engine.Recording;
import org.surgenet.engine.Updates;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Parameter;
import org.surgenet.nn.Precision;
import org.surgenet.train.AdamW;
import org.surgenet.train.GradientClipping;
import org.surgenet.train.Gradients;
import org.surgenet.train.NotFiniteException;
import org.surgenet.train.ParameterGroup;
import org.surgenet.train.distributed.AllReduce;
import org.surgenet.train.distributed.Communicator;

/**
 * Student, teacher, centre and optimiser, and the step that moves them (dino {@code main_dino.py:
 * train_one_epoch}). Arrays live in the manager given; a step's in a sub-manager that ends with it.
 */
final class Dino {
    private final NDManager manager;
    private final Settings settings;
    private final DinoNetwork student;
    private final DinoNetwork teacher;
    private final AdamW optimizer;
    private final NDArray centre;
    private final Communicator communicator;
    private final AllReduce ranks;

    /**
     * What stays the same over a run.
     *
     * @param outputs length of the head's output, 65,536 in the original
     * @param trainMagnitude whether the last layer's {@code weight_g} is trained (the original's
     *     {@code norm_last_layer=False})
     * @param studentTemperature 0.1 in the original
     * @param centreMomentum 0.9 in the original
     * @param koleo weight of the regulariser that spreads the student's features; 0 in the original
     * @param clip each parameter's largest gradient norm, 3.0 in the original; infinity for none
     * @param precision of products in both networks
     */
    record Settings(
            int outputs,
            boolean trainMagnitude,
            double studentTemperature,
            double centreMomentum,
            double koleo,
            double clip,
            Precision precision) {}

    /**
     * What a step is made with.
     *
     * @param freezeLast whether the head's last layer is left out of the update
     */
    record Rates(
            double lr,
            double weightDecay,
            double momentum,
            double teacherTemperature,
            boolean freezeLast) {}

    /** A part of a step's batch, made when it is needed. */
    interface Views {
        /** B. */
        int images();

        /** The two global views, (2·B, 3, side, side), normalised, view after view. */
        NDArray globals(NDManager manager);

        /** The local views, (N·B, 3, side, side), normalised, view after view; null if N is 0. */
        NDArray locals(NDManager manager);
    }

    /**
     * What a step saw, means over its batch.
     *
     * @param loss DINO's
     * @param koleo the regulariser, without its weight; 0 where it has none
     * @param gradientNorm of all parameters together, before clipping
     * @param teacherEntropy of the targets, between 0 and ln K
     * @param spread of the teacher's features of the global views
     * @param centreNorm after the update
     */
    record Outcome(
            double loss,
            double koleo,
            double gradientNorm,
            double teacherEntropy,
            Spread spread,
            double centreNorm) {}

    /**
     * A pair that starts equal.
     *
     * @param manager owns all arrays
     * @param backbones makes a backbone of the kind; called twice
     */
    Dino(NDManager manager, Supplier<Backbone> backbones, Settings settings, long seed) {
        this(manager, backbones, settings, seed, Communicator.single());
    }

    /**
     * As {@link #Dino(NDManager, Supplier, Settings, long)}, of one process among several that each
     * work on a slice of equal size of every batch: gradients, centre and what is reported are
     * those of the whole batch.
     */
    Dino(
            NDManager manager,
            Supplier<Backbone> backbones,
            Settings settings,
            long seed,
            Communicator communicator) {
        this.manager = manager;
        this.communicator = communicator;
        this.ranks = new AllReduce(communicator);
        this.settings = settings;
        student = new DinoNetwork(backbones.get(), settings.outputs(), settings.trainMagnitude());
        teacher = new DinoNetwork(backbones.get(), settings.outputs(), settings.trainMagnitude());
        student.initialize(manager, seed);
        teacher.allocate(manager);
        teacher.copyFrom(student);
        student.setPrecision(settings.precision());
        teacher.setPrecision(settings.precision());
        student.setTraining(true);
        Gradients.require(student);
        optimizer = new AdamW(manager, ParameterGroup.ofDino(student.trainable()));
        centre = manager.zeros(new Shape(1, settings.outputs()), DataType.FLOAT32);
    }

    DinoNetwork student() {
        return student;
    }

    DinoNetwork teacher() {
        return teacher;
    }

    AdamW optimizer() {
        return optimizer;
    }

    /** (1, K). */
    NDArray centre() {
        return centre;
    }

    /**
     * One step. The parts' losses are averaged and the centre moves once, after all of them, so
     * that parts of equal size give what the whole batch at once gives.
     *
     * @param parts of one step, of equal size
     * @param noise what stochastic depth draws from, if the backbone has it
     * @throws NotFiniteException if loss or gradient is not finite
     */
    Outcome step(Iterable<Views> parts, int count, Rates rates, CounterRandom noise) {
        double loss = 0;
        double koleo = 0;
        double entropy = 0;
        double std = 0;
        double rank = 0;
        long rows = 0;
        try (NDManager step = manager.newSubManager()) {
            NDArray sum = step.zeros(centre.getShape(), DataType.FLOAT32);
            int number = 0;
            for (Views part : parts) {
                student.setNoise(noise.derive(number++));
                try (NDManager inner = step.newSubManager()) {
                    Part seen = backward(inner, part, count, rates, sum);
                    loss += seen.loss / count;
                    koleo += seen.koleo / count;
                    entropy += seen.entropy / count;
                    std += seen.spread.std() / count;
                    rank += seen.spread.rank() / count;
                }
                rows += (long) DinoLoss.GLOBALS * part.images();
            }
            if (number != count) {
                throw new IllegalStateException(number + " parts given of " + count);
            }
            double[] means = {loss, entropy, std, rank, rows, koleo};
            communicator.sum(means);
            loss = means[0] / communicator.size();
            koleo = means[5] / communicator.size();
            entropy = means[1] / communicator.size();
            Spread spread =
                    new Spread(means[2] / communicator.size(), means[3] / communicator.size());
            if (!Double.isFinite(loss)) {
                // Every rank sees the same sum and leaves together.
                Gradients.zero(student.trainable());
                throw new NotFiniteException("the loss", loss);
            }
            ranks.average(student.trainable().values());
            ranks.sum(sum);
            double norm = GradientClipping.clipEach(student.trainable(), settings.clip());
            if (!Double.isFinite(norm)) {
                Gradients.zero(student.trainable());
                throw new NotFiniteException("the gradient's norm", norm);
            }
            optimizer.step(
                    rates.lr(),
                    rates.weightDecay(),
                    key -> rates.freezeLast() && key.startsWith("head.last_layer."));
            try (NoGrad off = NoGrad.open()) {
                moveCentre(sum, Math.round(means[4]));
                moveTeacher(step, rates.momentum());
                try (NDArray length = centre.norm()) {
                    return new Outcome(loss, koleo, norm, entropy, spread, length.getFloat());
                }
            }
        }
    }

    private record Part(double loss, double koleo, double entropy, Spread spread) {}

    private Part backward(NDManager inner, Views part, int count, Rates rates, NDArray sum) {
        NDArray globals = part.globals(inner);
        NDArray targets;
        double entropy;
        Spread spread;
        try (NoGrad off = NoGrad.open()) {
            NDArray features = teacher.features(List.of(globals));
            spread = Spread.of(features);
            NDArray logits = teacher.project(features);
            targets = DinoLoss.targets(logits, centre, rates.teacherTemperature());
            entropy = entropy(targets);
            try (NDArray rows = logits.sum(new int[] {0}, true)) {
                sum.addi(rows);
            }
            logits.close();
        }
        try (Recording recording = Gradients.collect()) {
            List<NDArray> views = new ArrayList<>(List.of(globals));
            NDArray locals = part.locals(inner);
            if (locals != null) {
                views.add(locals);
            }
            NDArray features = student.features(views);
            NDArray logits = student.project(features);
            NDArray loss =
                    DinoLoss.loss(logits, targets, part.images(), settings.studentTemperature());
            double value = loss.getFloat();
            double koleo = 0;
            if (settings.koleo() > 0) {
                NDArray regulariser = Koleo.loss(features, part.images());
                koleo = regulariser.getFloat();
                regulariser = Arrays.then(regulariser, Arrays.mul(regulariser, settings.koleo()));
                loss = Arrays.add(loss, regulariser);
            }
            recording.backward(count == 1 ? loss : Arrays.div(loss, count));
            return new Part(value, koleo, entropy, spread);
        }
    }

    /** The mean entropy of the rows of {@code q}, in nats. */
    private static double entropy(NDArray q) {
        // 0 · ln 0 is 0: the smallest normal number stands in for 0 in the logarithm.
        try (NDArray clipped = q.maximum(Float.MIN_NORMAL);
                NDArray log = clipped.log();
                NDArray product = log.mul(q);
                NDArray total = product.sum()) {
            return -total.getFloat() / q.getShape().get(0);
        }
    }

    private void moveCentre(NDArray sum, long rows) {
        sum.muli((float) ((1 - settings.centreMomentum()) / rows));
        centre.muli((float) settings.centreMomentum());
        centre.addi(sum);
    }

    /** The exponential moving average, over the parameters of backbone and head. */
    private void moveTeacher(NDManager step, double momentum) {
        NDArray shares = step.create(new double[] {momentum, 1 - momentum});
        Map<String, Parameter> from = student.trainable();
        Map<String, Parameter> to = teacher.parameters();
        from.forEach(
                (key, parameter) ->
                        Updates.moveAverage(to.get(key).array(), parameter.array(), shares));
    }
}
