package org.surgenet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.surgenet.engine.Recording;
import org.surgenet.train.Gradients;

/** Losses against the formulas of their Javadoc in double precision. */
class LossesTest {
    private static final Offset<Float> EPS = within(2e-6f);
    private static final float[] LOGITS = {1.5f, -0.3f, 0.2f, -2f, 0.7f, 3.1f};

    @Test
    void crossEntropyIsTheWeightedMeanOfTheTargets() {
        int[] targets = {0, 1};
        double[] weights = {2, 0.5, 1};
        double a = -logSoftmax(0, 3, 0);
        double b = -logSoftmax(3, 3, 1);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray plain = manager.create(LOGITS, new Shape(2, 3));
            assertThat(Losses.crossEntropy(plain, targets, null).getFloat())
                    .isEqualTo((float) ((a + b) / 2), EPS);
            NDArray weighted = manager.create(LOGITS, new Shape(2, 3));
            assertThat(Losses.crossEntropy(weighted, targets, weights).getFloat())
                    .isEqualTo((float) ((2 * a + 0.5 * b) / 2.5), EPS);
        }
    }

    @Test
    void binaryCrossEntropyTakesSoftTargetsAndPositiveWeights() {
        float[] targets = {1, 0, 1 / 3f, 2 / 3f, 0, 1};
        double[] weights = {3, 1, 0.5};
        double plain = 0;
        double weighted = 0;
        for (int i = 0; i < 6; i++) {
            double p = 1 / (1 + Math.exp(-LOGITS[i]));
            plain -= targets[i] * Math.log(p) + (1 - targets[i]) * Math.log(1 - p);
            weighted -=
                    weights[i % 3] * targets[i] * Math.log(p) + (1 - targets[i]) * Math.log(1 - p);
        }
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray x = manager.create(LOGITS, new Shape(2, 3));
            assertThat(Losses.binaryCrossEntropy(x, targets, null).getFloat())
                    .isEqualTo((float) (plain / 6), EPS);
            NDArray y = manager.create(LOGITS, new Shape(2, 3));
            assertThat(Losses.binaryCrossEntropy(y, targets, weights).getFloat())
                    .isEqualTo((float) (weighted / 6), EPS);
        }
    }

    @Test
    void binaryCrossEntropyIsFiniteFarOut() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray x = manager.create(new float[] {1000, -1000}, new Shape(1, 2));
            assertThat(Losses.binaryCrossEntropy(x, new float[] {0, 1}, null).getFloat())
                    .isEqualTo(1000f);
        }
    }

    @Test
    void binaryCrossEntropyHasSigmoidMinusTargetAsGradient() {
        float[] targets = {1, 0, 1 / 3f, 2 / 3f, 0, 1};
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray x = manager.create(LOGITS, new Shape(2, 3));
            x.setRequiresGradient(true);
            try (Recording recording = Gradients.collect()) {
                recording.backward(Losses.binaryCrossEntropy(x.mul(1f), targets, null));
            }
            float[] gradient = x.getGradient().toFloatArray();
            for (int i = 0; i < 6; i++) {
                double expected = (1 / (1 + Math.exp(-LOGITS[i])) - targets[i]) / 6;
                assertThat(gradient[i]).isEqualTo((float) expected, EPS);
            }
        }
    }

    /** Three pixels, class after class; the second one is not labelled. */
    private static final float[] PIXELS = {1.5f, -2f, -0.3f, 0.7f, 0.2f, 3.1f, 0.4f, -1.1f, 0.9f};

    private static final byte[] LABELS = {0, (byte) 255, 2};

    @Test
    void pixelsLeaveTheIgnoredOut() {
        // One image, three classes, two pixels: logits are class after class.
        float[] logits = {1.5f, -2f, -0.3f, 0.7f, 0.2f, 3.1f};
        byte[] both = {0, 2};
        byte[] one = {0, (byte) 255};
        byte[] none = {(byte) 255, (byte) 255};
        double a = -logSoftmax(0, 3, 0);
        double b = -logSoftmax(3, 3, 2);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            Shape shape = new Shape(1, 3, 1, 2);
            assertThat(
                            Losses.pixels(
                                            manager.create(logits, shape),
                                            both,
                                            Losses.PixelTerms.ENTROPY)
                                    .getFloat())
                    .isEqualTo((float) ((a + b) / 2), EPS);
            assertThat(
                            Losses.pixels(
                                            manager.create(logits, shape),
                                            one,
                                            Losses.PixelTerms.ENTROPY)
                                    .getFloat())
                    .isEqualTo((float) a, EPS);
            assertThat(
                            Losses.pixels(
                                            manager.create(logits, shape),
                                            none,
                                            new Losses.PixelTerms(true, true, 0, null))
                                    .getFloat())
                    .isZero();
        }
    }

    @Test
    void diceIsAveragedOverTheClassesThatOccur() {
        float[] logits = {1.5f, -2f, 9f, -0.3f, 0.7f, 9f, 0.2f, 3.1f, 9f};
        byte[] labels = {0, 2, (byte) 255};
        double[] p0 = {Math.exp(logSoftmax(0, 3, 0)), Math.exp(logSoftmax(3, 3, 0))};
        double[] p2 = {Math.exp(logSoftmax(0, 3, 2)), Math.exp(logSoftmax(3, 3, 2))};
        double dice0 = 2 * p0[0] / (p0[0] + p0[1] + 1);
        double dice2 = 2 * p2[1] / (p2[0] + p2[1] + 1);
        double entropy = -(Math.log(p0[0]) + Math.log(p2[1])) / 2;
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray x = manager.create(logits, new Shape(1, 3, 1, 3));
            assertThat(
                            Losses.pixels(x, labels, new Losses.PixelTerms(true, true, 0, null))
                                    .getFloat())
                    .isEqualTo((float) (entropy + 1 - (dice0 + dice2) / 2), EPS);
        }
    }

    /** Loss and gradient by PyTorch 2.13 in float64: class weights, then the focal loss too. */
    @Test
    void weightsAndFocusAgreeWithPyTorch() {
        double[] weights = {0.5, 2, 3};
        requirePixels(
                new Losses.PixelTerms(true, false, 0, weights),
                2.0837084561,
                new double[] {
                    -0.0626993946,
                    0,
                    0.0250010918,
                    0.0360171981,
                    0,
                    0.7491352172,
                    0.0266821965,
                    0,
                    -0.7741363090
                });
        requirePixels(
                new Losses.PixelTerms(true, false, 2, weights),
                1.6482390957,
                new double[] {
                    -0.0299225790,
                    0,
                    0.0306036469,
                    0.0171888016,
                    0,
                    0.9170107371,
                    0.0127337774,
                    0,
                    -0.9476143840
                });
        requirePixels(
                new Losses.PixelTerms(true, false, 1.5, weights),
                1.7416256529,
                new double[] {
                    -0.0384327193,
                    0,
                    0.0295166559,
                    0.0220773880,
                    0,
                    0.8844400294,
                    0.0163553313,
                    0,
                    -0.9139566853
                });
    }

    @Test
    void diceAloneAgreesWithPyTorch() {
        requirePixels(
                new Losses.PixelTerms(false, true, 0, null),
                0.5717210717,
                new double[] {
                    -0.1063781363,
                    0,
                    0.008317275742,
                    0.05480212121,
                    0,
                    0.05530661156,
                    0.05157601508,
                    0,
                    -0.0636238873
                });
    }

    private static void requirePixels(
            Losses.PixelTerms terms, double loss, double[] expectedGradient) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray x = manager.create(PIXELS, new Shape(1, 3, 1, 3));
            x.setRequiresGradient(true);
            try (Recording recording = Gradients.collect()) {
                NDArray value = Losses.pixels(x.mul(1f), LABELS, terms);
                assertThat(value.getFloat()).isEqualTo((float) loss, EPS);
                recording.backward(value);
            }
            float[] gradient = x.getGradient().toFloatArray();
            for (int i = 0; i < gradient.length; i++) {
                assertThat(gradient[i]).as("%d", i).isEqualTo((float) expectedGradient[i], EPS);
            }
        }
    }

    /** Of the {@code n} values of {@link #LOGITS} from {@code start}, the one at {@code index}. */
    private static double logSoftmax(int start, int n, int index) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.exp(LOGITS[start + i]);
        }
        return LOGITS[start + index] - Math.log(sum);
    }
}
