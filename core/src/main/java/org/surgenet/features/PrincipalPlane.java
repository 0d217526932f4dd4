package org.surgenet.features;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Projection of features onto their first two principal components: the directions in which they
 * vary most. Exact, by the eigenvectors of the covariance matrix (cyclic Jacobi rotations in double
 * precision). A component's sign is that which makes its largest loading positive, the first of
 * equals.
 *
 * @param points x and y of each frame
 * @param shares of the variance that the two components explain; 0 where nothing varies
 */
record PrincipalPlane(double[][] points, double[] shares) {
    private static final int MAX_SWEEPS = 60;

    /** Below this share of the diagonal what lies off it is rounding. */
    private static final double NEGLIGIBLE = 1e-14;

    /**
     * @param features at least one frame of at least two features
     */
    static PrincipalPlane of(List<float[]> features) {
        double[] mean = mean(features);
        double[][] covariance = covariance(features, mean);
        int length = mean.length;
        double total = 0;
        for (int d = 0; d < length; d++) {
            total += covariance[d][d];
        }
        double[][] vectors = diagonalise(covariance);
        Integer[] order =
                IntStream.range(0, length)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer d) -> -covariance[d][d]))
                        .toArray(Integer[]::new);
        double[] first = oriented(vectors, order[0]);
        double[] second = oriented(vectors, order[1]);
        double[][] points = new double[features.size()][2];
        for (int i = 0; i < points.length; i++) {
            for (int d = 0; d < length; d++) {
                double centred = features.get(i)[d] - mean[d];
                points[i][0] += centred * first[d];
                points[i][1] += centred * second[d];
            }
        }
        double[] shares = new double[2];
        for (int k = 0; k < 2 && total > 0; k++) {
            shares[k] = Math.max(0, covariance[order[k]][order[k]]) / total;
        }
        return new PrincipalPlane(points, shares);
    }

    private static double[] mean(List<float[]> features) {
        double[] mean = new double[features.get(0).length];
        for (float[] one : features) {
            for (int d = 0; d < mean.length; d++) {
                mean[d] += one[d] / features.size();
            }
        }
        return mean;
    }

    /** Divided by N: only directions and shares are wanted of it. */
    private static double[][] covariance(List<float[]> features, double... mean) {
        int length = mean.length;
        double[][] sums = new double[length][length];
        // Each row of the result by one thread, so that sums are in one order.
        IntStream.range(0, length)
                .parallel()
                .forEach(
                        a -> {
                            double[] row = sums[a];
                            for (float[] one : features) {
                                double x = one[a] - mean[a];
                                for (int b = a; b < length; b++) {
                                    row[b] += x * (one[b] - mean[b]);
                                }
                            }
                        });
        for (int a = 0; a < length; a++) {
            for (int b = a; b < length; b++) {
                sums[a][b] /= features.size();
                sums[b][a] = sums[a][b];
            }
        }
        return sums;
    }

    /**
     * Rotates a symmetric matrix until it is diagonal.
     *
     * @param a becomes diagonal, with the eigenvalues
     * @return the eigenvectors, each in a row
     */
    private static double[][] diagonalise(double[][] a) {
        int n = a.length;
        double[][] v = new double[n][n];
        for (int i = 0; i < n; i++) {
            v[i][i] = 1;
        }
        for (int sweep = 0; sweep < MAX_SWEEPS && !isDiagonal(a); sweep++) {
            for (int p = 0; p < n - 1; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (a[p][q] != 0) {
                        rotate(a, v, p, q);
                    }
                }
            }
        }
        return v;
    }

    private static boolean isDiagonal(double[][] a) {
        double off = 0;
        double on = 0;
        for (int p = 0; p < a.length; p++) {
            on = Math.max(on, Math.abs(a[p][p]));
            for (int q = p + 1; q < a.length; q++) {
                off = Math.max(off, Math.abs(a[p][q]));
            }
        }
        return off <= NEGLIGIBLE * on;
    }

    /** The rotation in the plane of p and q after which {@code a[p][q]} is 0. */
    private static void rotate(double[][] a, double[][] v, int p, int q) {
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
        double c = 1 / Math.hypot(t, 1);
        double s = t * c;
        double[] rowP = a[p];
        double[] rowQ = a[q];
        double pq = rowP[q];
        double pp = rowP[p] - t * pq;
        double qq = rowQ[q] + t * pq;
        turn(rowP, rowQ, c, s);
        rowP[p] = pp;
        rowQ[q] = qq;
        rowP[q] = 0;
        rowQ[p] = 0;
        for (int k = 0; k < a.length; k++) {
            if (k != p && k != q) {
                a[k][p] = rowP[k];
                a[k][q] = rowQ[k];
            }
        }
        turn(v[p], v[q], c, s);
    }

    private static void turn(double[] x, double[] y, double c, double s) {
        for (int k = 0; k < x.length; k++) {
            double before = x[k];
            x[k] = c * before - s * y[k];
            y[k] = s * before + c * y[k];
        }
    }

    private static double[] oriented(double[][] vectors, int index) {
        double[] vector = vectors[index];
        double largest = 0;
        for (double value : vector) {
            largest = Math.abs(value) > Math.abs(largest) ? value : largest;
        }
        return largest < 0 ? Arrays.stream(vector).map(value -> -value).toArray() : vector;
    }
}
