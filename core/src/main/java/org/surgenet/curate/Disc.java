package org.surgenet.curate;

/**
 * The circle within which an endoscope shows its picture.
 *
 * @param x centre, pixels
 * @param y centre, pixels
 * @param radius pixels
 */
record Disc(double x, double y, double radius) {
    private static final int MIN_POINTS = 24;
    private static final int ROUNDS = 4;

    /**
     * Largest root mean square distance of the points from the circle, as a share of its radius.
     */
    private static final double MAX_ERROR = 0.03;

    /**
     * Fits a circle to points by least squares (Kåsa's method), leaving out the farther half's
     * outliers round by round.
     *
     * @return null if the points lie on no circle
     */
    static Disc fit(double[] xs, double[] ys, int count, int width, int height) {
        boolean[] used = new boolean[count];
        java.util.Arrays.fill(used, true);
        Disc disc = null;
        for (int round = 0; round < ROUNDS; round++) {
            disc = fitUsed(xs, ys, used);
            if (disc == null) {
                return null;
            }
            double tolerance = Math.max(1.5, 2 * disc.error(xs, ys, used));
            for (int i = 0; i < count; i++) {
                used[i] = disc.distance(xs[i], ys[i]) <= tolerance;
            }
        }
        int left = 0;
        for (boolean u : used) {
            left += u ? 1 : 0;
        }
        boolean plausible =
                left >= MIN_POINTS
                        && left > count / 2
                        && disc.radius > 0.25 * Math.min(width, height)
                        && disc.radius < 0.75 * Math.max(width, height)
                        && disc.x > 0
                        && disc.x < width
                        && disc.y > 0
                        && disc.y < height
                        && disc.error(xs, ys, used) < MAX_ERROR * disc.radius;
        return plausible ? disc : null;
    }

    private double distance(double px, double py) {
        return Math.abs(Math.hypot(px - x, py - y) - radius);
    }

    private double error(double[] xs, double[] ys, boolean[] used) {
        double sum = 0;
        int n = 0;
        for (int i = 0; i < used.length; i++) {
            if (used[i]) {
                double d = distance(xs[i], ys[i]);
                sum += d * d;
                n++;
            }
        }
        return Math.sqrt(sum / Math.max(1, n));
    }

    private static Disc fitUsed(double[] xs, double[] ys, boolean[] used) {
        double mx = 0;
        double my = 0;
        int n = 0;
        for (int i = 0; i < used.length; i++) {
            if (used[i]) {
                mx += xs[i];
                my += ys[i];
                n++;
            }
        }
        if (n < MIN_POINTS) {
            return null;
        }
        mx /= n;
        my /= n;
        double uu = 0;
        double uv = 0;
        double vv = 0;
        double uz = 0;
        double vz = 0;
        for (int i = 0; i < used.length; i++) {
            if (used[i]) {
                double u = xs[i] - mx;
                double v = ys[i] - my;
                double z = u * u + v * v;
                uu += u * u;
                uv += u * v;
                vv += v * v;
                uz += u * z;
                vz += v * z;
            }
        }
        double determinant = uu * vv - uv * uv;
        if (determinant < 1e-6 * uu * vv) {
            return null;
        }
        double a = (uz * vv - vz * uv) / determinant / 2;
        double b = (vz * uu - uz * uv) / determinant / 2;
        return new Disc(mx + a, my + b, Math.sqrt(a * a + b * b + (uu + vv) / n));
    }
}
