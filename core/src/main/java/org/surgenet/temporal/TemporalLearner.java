package org.surgenet.temporal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.Json;
import org.surgenet.engine.NoGrad;
import org.surgenet.engine.Recording;
import org.surgenet.metrics.PhaseScores;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.tcn.TemporalHead;
import org.surgenet.train.AdamW;
import org.surgenet.train.Checkpoints;
import org.surgenet.train.Curves;
import org.surgenet.train.GradientClipping;
import org.surgenet.train.Gradients;
import org.surgenet.train.Learner;
import org.surgenet.train.MemoryUse;
import org.surgenet.train.NotFiniteException;
import org.surgenet.train.ParameterGroup;
import org.surgenet.train.RunDirectory;
import org.surgenet.train.TrainState;

/**
 * A temporal head in the training loop: a whole video a step, in another order each epoch, under
 * Adam without weight decay, as both sources train; after each epoch a validation, whose best head
 * (by accuracy, a mean over videos; among equals by the loss) is kept.
 */
final class TemporalLearner implements Learner {
    /** The head's part of a checkpoint. */
    static final String NETWORK = "network";

    /** What decides which epoch is kept. */
    static final String METRIC = "accuracy";

    private static final long ORDER = 0x4F52444552L;
    private static final String LOSS = "loss";
    private static final String VIDEOS = "videos";

    private final NDManager manager;
    private final TemporalRequest request;
    private final List<FeatureVideos.Video> training;
    private final List<FeatureVideos.Video> validation;
    private final int classes;
    private final TemporalHead head;
    private final SequenceLoss loss;
    private final AdamW optimizer;
    private final Checkpoints checkpoints;

    /**
     * @param head initialised on {@code manager}
     */
    TemporalLearner(
            NDManager manager,
            TemporalRequest request,
            List<FeatureVideos.Video> training,
            List<FeatureVideos.Video> validation,
            int classes,
            TemporalHead head) {
        this.manager = manager;
        this.request = request;
        this.training = training;
        this.validation = validation;
        this.classes = classes;
        this.head = head;
        long[] counts = new long[classes];
        training.forEach(video -> video.samples().forEach(s -> counts[s.phase()]++));
        loss =
                new SequenceLoss(
                        request.learning().weights().of(counts),
                        request.learning().smoothing(),
                        request.learning().mean());
        Gradients.require(head);
        optimizer = new AdamW(manager, ParameterGroup.ofDino(head.trainable()));
        checkpoints = new RunDirectory(request.running().output()).checkpoints();
    }

    @Override
    public Map<String, Map<String, NDArray>> arrays() {
        Map<String, Map<String, NDArray>> all = new LinkedHashMap<>();
        all.put(NETWORK, head.arrays());
        all.put("optimizer", optimizer.moments());
        return all;
    }

    @Override
    public AdamW optimizer() {
        return optimizer;
    }

    /** Features are in memory: no step waits for them. */
    @Override
    public Feed feed(long first) {
        return new Feed() {
            @Override
            public double waitedSeconds() {
                return 0;
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    @Override
    public Step step(long step, TrainState state, BooleanSupplier stop) {
        long epoch = step / training.size();
        int[] order =
                CounterRandom.of(request.running().seed(), epoch, ORDER)
                        .permutation(training.size());
        FeatureVideos.Video video = training.get(order[(int) (step % training.size())]);
        head.setTraining(true);
        head.setNoise(CounterRandom.of(request.running().seed(), step));
        double value;
        try (NDManager inner = manager.newSubManager();
                Recording recording = Gradients.collect()) {
            NDArray all = loss.of(head.forward(features(inner, video)), video.targets());
            value = all.getFloat();
            recording.backward(all);
        }
        NotFiniteException.require("the loss", value);
        double norm = GradientClipping.clipTogether(head.trainable(), Double.POSITIVE_INFINITY);
        NotFiniteException.require("the gradient's norm", norm);
        double rate = request.learning().lr();
        optimizer.step(rate, 0);
        state.add(LOSS, value);
        state.add(VIDEOS, 1);
        ObjectNode line =
                Json.object()
                        .put("step", step)
                        .put("epoch", epoch)
                        .put("loss", value)
                        .put("lr", rate)
                        .put("wd", 0.0)
                        .put("grad_norm", norm);
        return new Step(line, value, rate, video.frames());
    }

    /** (T, D). */
    private static NDArray features(NDManager inner, FeatureVideos.Video video) {
        float[] values = video.features();
        return Arrays.constant(
                inner,
                values,
                new Shape(video.frames(), values.length / Math.max(1, video.frames())));
    }

    /**
     * Probabilities of a video's frames, T × K, by the last stage.
     *
     * @param manager on the head's device
     */
    static double[][] probabilities(
            NDManager manager, TemporalHead head, FeatureVideos.Video video) {
        head.setTraining(false);
        try (NDManager inner = manager.newSubManager();
                NoGrad off = NoGrad.open()) {
            List<NDArray> stages = head.forward(features(inner, video));
            return rows(stages.get(stages.size() - 1).softmax(1), video.frames());
        }
    }

    private static double[][] rows(NDArray matrix, int frames) {
        float[] all = matrix.toFloatArray();
        double[][] rows = new double[frames][all.length / frames];
        for (int i = 0; i < all.length; i++) {
            rows[i / rows[0].length][i % rows[0].length] = all[i];
        }
        return rows;
    }

    /** The most probable class of each frame, the first of several. */
    static int[] classes(double[][] probabilities) {
        int[] classes = new int[probabilities.length];
        for (int t = 0; t < classes.length; t++) {
            for (int c = 1; c < probabilities[t].length; c++) {
                if (probabilities[t][c] > probabilities[t][classes[t]]) {
                    classes[t] = c;
                }
            }
        }
        return classes;
    }

    @Override
    public long memoryBytes() {
        return MemoryUse.bytes(request.running().device());
    }

    @Override
    public String remedy() {
        return "Lower lr";
    }

    @Override
    public ObjectNode endEpoch(long epoch, TrainState state, boolean root) throws IOException {
        PhaseScores scores = new PhaseScores(classes);
        double sum = 0;
        for (FeatureVideos.Video video : validation) {
            head.setTraining(false);
            try (NDManager inner = manager.newSubManager();
                    NoGrad off = NoGrad.open()) {
                List<NDArray> stages = head.forward(features(inner, video));
                sum += loss.of(stages, video.targets()).getFloat();
                double[][] last = rows(stages.get(stages.size() - 1).softmax(1), video.frames());
                scores.add(video.name(), video.targets(), classes(last));
            }
        }
        TrainState.Best now =
                new TrainState.Best(epoch + 1, METRIC, scores.accuracy(), sum / validation.size());
        boolean best = state.best().map(before -> isBetter(now, before)).orElse(true);
        ObjectNode line =
                Json.object()
                        .put("epoch", epoch)
                        .put("train_loss", state.sum(LOSS) / state.sum(VIDEOS))
                        .put("val_loss", now.loss())
                        .put("val_accuracy", now.score())
                        .put("val_macro_f1", scores.macroF1())
                        .put("best", best)
                        .put("train_lr", request.learning().lr());
        if (best) {
            state.best(now);
            checkpoints.save(
                    Checkpoints.BEST,
                    state.toJson(training.size()),
                    Map.of(NETWORK, head.arrays()));
        }
        return line;
    }

    private static boolean isBetter(TrainState.Best now, TrainState.Best before) {
        return now.score() > before.score()
                || now.score() == before.score() && now.loss() < before.loss();
    }

    @Override
    public String describe(ObjectNode line) {
        return String.format(
                Locale.ROOT,
                "loss %.4f, validation loss %.4f, accuracy %.4f, macro F1 %.4f%s",
                line.get("train_loss").asDouble(),
                line.get("val_loss").asDouble(),
                line.get("val_accuracy").asDouble(),
                line.get("val_macro_f1").asDouble(),
                line.get("best").asBoolean() ? " (best so far)" : "");
    }

    @Override
    public List<Curves.Panel> panels() {
        return curves();
    }

    /** What is drawn of a run. */
    static List<Curves.Panel> curves() {
        return List.of(
                new Curves.Panel("Loss", "epoch", "loss", false, List.of("train_loss", "val_loss")),
                new Curves.Panel(
                        "Validation",
                        "epoch",
                        METRIC,
                        false,
                        List.of("val_accuracy", "val_macro_f1")));
    }
}
