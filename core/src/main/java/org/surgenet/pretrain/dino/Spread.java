package org.surgenet.pretrain.dino;

import ai.djl.ndarray.NDArray;

/**
 * How much of their space a batch's L2-normalised features use.
 *
 * @param std standard deviation over the batch, averaged over the D elements, times √D: near 1 for
 *     spread-out features, 0 for equal ones
 * @param rank effective number of dimensions (the participation ratio of the covariance C's
 *     eigenvalues, {@code tr(C)² / tr(C²)}): between 1 and the smaller of D and the batch; 0 for
 *     equal features
 */
record Spread(double std, double rank) {
    /**
     * @param features (N, D); stays open
     */
    static Spread of(NDArray features) {
        long d = features.getShape().get(1);
        try (NDArray unit = features.normalize(2, 1, 1e-12);
                NDArray mean = unit.mean(new int[] {0}, true);
                NDArray off = unit.sub(mean);
                NDArray squares = off.mul(off);
                NDArray variance = squares.mean(new int[] {0});
                NDArray deviation = variance.sqrt();
                NDArray average = deviation.mean();
                NDArray trace = squares.sum();
                NDArray turned = off.transpose();
                NDArray scatter = turned.matMul(off); // (D, D): C times N
                NDArray entries = scatter.mul(scatter);
                // C is symmetric: the squares of its entries add up to tr(C²).
                NDArray second = entries.sum()) {
            double first = trace.getFloat();
            double rank = first == 0 ? 0 : first * first / second.getFloat();
            return new Spread(average.getFloat() * Math.sqrt(d), rank);
        }
    }
}
