package org.surgenet.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.surgenet.nn.Activation;
import org.surgenet.nn.Arrays;

/**
 * Loss functions. Letters: B images, K classes, H rows, W columns. Each returns a scalar on the
 * manager of the logits, which it closes.
 */
public final class Losses {
    /** Keeps an image without any labelled pixel from dividing by zero. */
    private static final float ONE = 1;

    private static final float DICE_EPS = 1e-6f;

    private Losses() {}

    /**
     * Cross-entropy of classes, averaged with the targets' weights as torch's {@code
     * CrossEntropyLoss} does: {@code Σ w_y · (−ln p_y) / Σ w_y}.
     *
     * @param logits (B, K)
     * @param targets B classes
     * @param weights K, or null for 1 each
     */
    public static NDArray crossEntropy(NDArray logits, int[] targets, double[] weights) {
        NDManager manager = logits.getManager();
        long[] index = new long[targets.length];
        float[] weight = new float[targets.length];
        double sum = 0;
        for (int i = 0; i < targets.length; i++) {
            index[i] = targets[i];
            weight[i] = weights == null ? 1 : (float) weights[targets[i]];
            sum += weight[i];
        }
        NDArray log = Arrays.then(logits, logits.logSoftmax(1)); // (B, K)
        try (NDArray at = Arrays.constant(manager, index, new Shape(targets.length, 1));
                NDArray w = Arrays.constant(manager, weight, new Shape(targets.length, 1))) {
            NDArray picked = Arrays.then(log, log.gather(at, 1)); // (B, 1)
            picked = Arrays.then(picked, picked.mul(w));
            picked = Arrays.then(picked, picked.sum());
            return Arrays.then(picked, Arrays.mul(picked, -1 / sum));
        }
    }

    /**
     * Cross-entropy of independent criteria against soft targets, averaged over images and
     * criteria; positive parts weighted as torch's {@code BCEWithLogitsLoss(pos_weight)} does:
     * {@code −w·y·ln σ(x) − (1−y)·ln(1−σ(x))}.
     *
     * @param logits (B, K)
     * @param targets B·K values in 0 .. 1, image after image
     * @param weights K, or null for 1 each
     */
    public static NDArray binaryCrossEntropy(NDArray logits, float[] targets, double[] weights) {
        NDManager manager = logits.getManager();
        Shape shape = logits.getShape();
        int classes = Math.toIntExact(shape.get(1));
        float[] positive = new float[targets.length];
        float[] both = new float[targets.length];
        for (int i = 0; i < targets.length; i++) {
            double w = weights == null ? 1 : weights[i % classes];
            positive[i] = (float) (w * targets[i]);
            both[i] = (float) (w * targets[i] + 1 - targets[i]);
        }
        try (NDArray p = Arrays.constant(manager, positive, shape);
                NDArray b = Arrays.constant(manager, both, shape)) {
            // −ln σ(x) = softplus(x) − x and −ln(1 − σ(x)) = softplus(x), so that the sum is
            // (w·y + 1 − y)·softplus(x) − w·y·x. Softplus in the form that does not overflow.
            NDArray size = logits.abs();
            size = Arrays.then(size, size.neg());
            size = Arrays.then(size, size.exp());
            size = Arrays.then(size, size.add(ONE));
            size = Arrays.then(size, size.log());
            NDArray plus = Arrays.add(Activation.RELU.apply(logits), size); // softplus, (B, K)
            plus = Arrays.then(plus, plus.mul(b));
            NDArray linear = Arrays.then(logits, logits.mul(p));
            NDArray loss = plus.sub(linear);
            plus.close();
            linear.close();
            return Arrays.then(loss, loss.mean());
        }
    }

    /**
     * What the loss of pixels is made of.
     *
     * @param entropy whether it has a cross-entropy
     * @param dice whether it has one minus the soft Dice
     * @param gamma focusing of the cross-entropy; 0 for none, otherwise at least 1
     * @param weights of the classes in the cross-entropy, K; null for 1 each
     */
    public record PixelTerms(boolean entropy, boolean dice, double gamma, double[] weights) {
        /** The plain cross-entropy. */
        public static final PixelTerms ENTROPY = new PixelTerms(true, false, 0, null);
    }

    /**
     * The loss of pixels, over those that are not ignored. Cross-entropy: {@code Σ w_y · (1 −
     * p_y)^γ · (−ln p_y) / Σ w_y}, which without γ is that of torch's {@code CrossEntropyLoss} and
     * with it the focal loss (Lin et al. 2017). Dice: one minus the soft Dice, averaged over the
     * classes that occur in the batch (the background too). Both are added.
     *
     * @param logits (B, K, H, W)
     * @param labels B·H·W classes or {@link Item#IGNORE}, as unsigned bytes
     */
    public static NDArray pixels(NDArray logits, byte[] labels, PixelTerms terms) {
        NDManager manager = logits.getManager();
        Shape shape = logits.getShape();
        int classes = Math.toIntExact(shape.get(1));
        Shape flat = new Shape(shape.get(0), 1, shape.get(2), shape.get(3));
        long[] index = new long[labels.length];
        float[] counted = new float[labels.length];
        float[] weight = terms.weights == null ? counted : new float[labels.length];
        long[] occurrences = new long[classes];
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            int label = labels[i] & 0xFF;
            if (label != Item.IGNORE) {
                index[i] = label;
                counted[i] = 1;
                weight[i] = terms.weights == null ? 1 : (float) terms.weights[label];
                occurrences[label]++;
                sum += weight[i];
            }
        }
        NDArray log = Arrays.then(logits, logits.logSoftmax(1)); // (B, K, H, W)
        boolean dice = terms.dice && sum > 0;
        try (NDArray at = Arrays.constant(manager, index, flat)) {
            NDArray entropy = null;
            if (terms.entropy || !dice) {
                try (NDArray factor = Arrays.constant(manager, weight, flat)) {
                    NDArray picked = log.gather(at, 1); // (B, 1, H, W)
                    picked = terms.gamma > 0 ? focused(picked, terms.gamma) : picked;
                    picked = Arrays.then(picked, picked.mul(factor));
                    picked = Arrays.then(picked, picked.sum());
                    entropy = Arrays.then(picked, Arrays.mul(picked, -1 / (sum == 0 ? 1 : sum)));
                }
            }
            if (!dice) {
                log.close();
                return entropy;
            }
            try (NDArray mask = Arrays.constant(manager, counted, flat)) {
                NDArray overlap = diceLoss(log, at, mask, occurrences);
                return entropy == null ? overlap : Arrays.add(entropy, overlap);
            }
        }
    }

    /** {@code (1 − p)^γ · ln p}; closes {@code log}, which is ln p. */
    private static NDArray focused(NDArray log, double gamma) {
        NDArray p = log.exp();
        NDArray rest = Arrays.then(p, p.neg());
        rest = Arrays.then(rest, rest.add(ONE));
        // Rounding may leave it a little below 0, of which there is no power.
        rest = Arrays.then(rest, Activation.RELU.apply(rest));
        try (NDArray exponent =
                Arrays.constant(log.getManager(), new float[] {(float) gamma}, new Shape(1))) {
            rest = Arrays.then(rest, rest.pow(exponent));
        }
        NDArray product = rest.mul(log);
        rest.close();
        return Arrays.then(log, product);
    }

    /** Closes {@code log}. */
    private static NDArray diceLoss(NDArray log, NDArray at, NDArray mask, long[] occurrences) {
        NDManager manager = log.getManager();
        int classes = occurrences.length;
        float[] target = new float[classes];
        float[] share = new float[classes];
        int present = 0;
        for (int c = 0; c < classes; c++) {
            target[c] = occurrences[c] + DICE_EPS;
            present += occurrences[c] > 0 ? 1 : 0;
        }
        for (int c = 0; c < classes; c++) {
            share[c] = occurrences[c] > 0 ? -2f / present : 0;
        }
        int[] pixelAxes = {0, 2, 3};
        try (NDArray numbers =
                        manager.arange(0, classes, 1, DataType.INT64).reshape(1, classes, 1, 1);
                NDArray same = at.eq(numbers); // (B, K, H, W)
                NDArray hot = same.toType(DataType.FLOAT32, false);
                NDArray t = Arrays.constant(manager, target, new Shape(classes));
                NDArray s = Arrays.constant(manager, share, new Shape(classes))) {
            NDArray p = Arrays.then(log, log.exp());
            p = Arrays.then(p, p.mul(mask));
            NDArray overlap = p.mul(hot);
            overlap = Arrays.then(overlap, overlap.sum(pixelAxes)); // (K)
            NDArray total = Arrays.then(p, p.sum(pixelAxes)); // (K)
            total = Arrays.then(total, total.add(t));
            NDArray ratio = overlap.div(total);
            overlap.close();
            total.close();
            ratio = Arrays.then(ratio, ratio.mul(s));
            ratio = Arrays.then(ratio, ratio.sum());
            return Arrays.then(ratio, ratio.add(ONE));
        }
    }
}
