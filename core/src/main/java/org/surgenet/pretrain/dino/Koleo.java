package org.surgenet.pretrain.dino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.surgenet.nn.Arrays;

/**
 * The Kozachenko-Leonenko regulariser (Sablayrolles et al. 2019; dinov2 {@code
 * loss/koleo_loss.py}): minus the mean logarithm of the distance between a feature and the nearest
 * one of another image. It spreads features over the sphere, so that they do not lose dimensions.
 */
final class Koleo {
    private static final double EPS = 1e-8;

    private Koleo() {}

    /**
     * The regulariser of both global views, each among its own batch; their sum.
     *
     * @param features the student's, (V·B, D), view after view, the two global ones first; stays
     *     open
     * @param images B, at least 2
     * @return a scalar
     */
    static NDArray loss(NDArray features, int images) {
        NDArray first = view(features, 0, images);
        return Arrays.add(first, view(features, images, 2 * images));
    }

    private static NDArray view(NDArray features, int from, int to) {
        NDArray x = features.get(new NDIndex(from + ":" + to));
        x = Arrays.then(x, x.normalize(2, 1, EPS)); // (B, D)
        NDArray nearest = nearest(x); // (B, B)
        NDArray neighbours = Arrays.then(nearest, nearest.matMul(x)); // (B, D)
        NDArray difference = x.sub(neighbours);
        neighbours.close();
        x.close();
        NDArray squares = Arrays.then(difference, difference.mul(difference));
        NDArray square = Arrays.then(squares, squares.sum(new int[] {1})); // (B)
        // ln d = ln(d²) / 2. Added to d², the constant keeps the gradient of equal features finite.
        NDArray safe = add(square, EPS);
        NDArray log = Arrays.then(safe, safe.log());
        NDArray mean = Arrays.then(log, log.mean());
        return Arrays.then(mean, Arrays.mul(mean, -0.5));
    }

    private static NDArray add(NDArray x, double constant) {
        try (NDArray number =
                Arrays.constant(x.getManager(), new float[] {(float) constant}, new Shape(1))) {
            return Arrays.then(x, x.add(number));
        }
    }

    /** One-hot rows (B, B) that choose each row's nearest other row; without a gradient. */
    private static NDArray nearest(NDArray unit) {
        int count = Math.toIntExact(unit.getShape().get(0));
        try (NDArray turned = unit.transpose();
                NDArray similarity = unit.matMul(turned);
                NDArray own = unit.getManager().eye(count);
                NDArray excluded = own.mul(3);
                NDArray others = similarity.sub(excluded);
                NDArray index = others.argMax(1)) {
            return index.oneHot(count);
        }
    }
}
