package org.surgenet.pretrain.dino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.surgenet.engine.Recording;
import org.surgenet.train.Gradients;

class KoleoTest {
    /** Directions in degrees, as features of different lengths. */
    private static float[] directions(double... degrees) {
        float[] values = new float[2 * degrees.length];
        for (int i = 0; i < degrees.length; i++) {
            values[2 * i] = (float) ((i + 1) * Math.cos(Math.toRadians(degrees[i])));
            values[2 * i + 1] = (float) ((i + 1) * Math.sin(Math.toRadians(degrees[i])));
        }
        return values;
    }

    private static double loss(int images, float... values) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray features = manager.create(values, new Shape(values.length / 2, 2));
            return Koleo.loss(features, images).getFloat();
        }
    }

    private static double chord(double degrees) {
        return 2 * Math.sin(Math.toRadians(degrees) / 2);
    }

    @Test
    void isMinusTheMeanLogarithmOfTheDistanceToTheNearest() {
        // First view: 0 and 60 are nearest to each other, 180 is 120 from 60. Second: 90 apart.
        // A local view (45) has no part in it.
        double first = -(2 * Math.log(chord(60)) + Math.log(chord(120))) / 3;
        double second = -Math.log(chord(90));

        double loss = loss(3, directions(0, 60, 180, 0, 90, 180, 45, 45, 45));

        assertThat(loss).isCloseTo(first + second, within(1e-5));
    }

    @Test
    void equalFeaturesGiveAFiniteLossThatIsFarAbove() {
        assertThat(loss(2, directions(10, 10, 10, 10))).isBetween(10.0, 30.0);
    }

    @Test
    void aStepDownTheGradientSpreadsTheFeatures() {
        float[] values = directions(0, 20, 90, 5, 40, 160);
        float[] gradient;
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray features = manager.create(values, new Shape(6, 2)).duplicate();
            features.setRequiresGradient(true);
            try (Recording recording = Gradients.collect()) {
                recording.backward(Koleo.loss(features, 3));
            }
            gradient = features.getGradient().toFloatArray();
        }
        for (int i = 0; i < values.length; i++) {
            float[] more = values.clone();
            float[] less = values.clone();
            more[i] += 1e-2f;
            less[i] -= 1e-2f;
            double slope = (loss(3, more) - loss(3, less)) / 2e-2;
            assertThat((double) gradient[i]).isCloseTo(slope, within(5e-3));
        }
    }
}
