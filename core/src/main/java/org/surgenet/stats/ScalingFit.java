package org.surgenet.stats;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;
import org.surgenet.common.UserException;

/**
 * Least squares of the models' scores: score = A + a·log₁₀ D + b·P, where D is the number of
 * pretraining frames and P the number of kinds of operation in them, with an A for each
 * architecture. A description of the arms, no law: nothing says that it holds outside them.
 *
 * @param task as in the files
 * @param title metric, class and data set
 * @param models whose scores were fitted
 * @param frames of each model's pretraining
 * @param scores of the models
 * @param fitted what the fit gives for each model
 * @param terms the coefficients
 * @param residual standard deviation of the models' scores around the fit
 * @param degrees of freedom of it
 * @param warning where frames and procedures can hardly be told apart
 */
record ScalingFit(
        String task,
        String title,
        List<String> models,
        double[] frames,
        double[] scores,
        double[] fitted,
        List<Term> terms,
        double residual,
        int degrees,
        Optional<String> warning) {
    /** Above it, the estimates of two terms depend on each other more than on the scores. */
    private static final double MUCH_INFLATION = 10;

    private static final double SINGULAR = 1e-9;

    /**
     * A coefficient.
     *
     * @param name what it multiplies
     * @param estimate score per unit of that
     * @param betweenArms t-interval from the scatter of the models around the fit
     * @param betweenUnits interval from resampled patients or videos, the models being as they are
     */
    public record Term(String name, double estimate, Interval betweenArms, Interval betweenUnits) {}

    /** Names of columns, and arms × columns. */
    private record Design(List<String> names, double[][] x) {}

    /**
     * Fits each table.
     *
     * @throws UserException if the arms cannot tell the terms apart
     */
    static List<ScalingFit> of(List<ScoreTable> tables, Settings settings) {
        Path file = settings.arms().orElseThrow();
        ScalingArms arms = ScalingArms.read(file);
        return tables.stream().map(table -> fit(table, file, arms, settings)).toList();
    }

    private static ScalingFit fit(
            ScoreTable table, Path file, ScalingArms arms, Settings settings) {
        List<ScalingArms.Arm> given = arms.of(file, table.models());
        Design design = design(given, arms.withProcedures());
        double inflation = identified(file, design);
        double[][] solver = solver(design.x);
        int models = table.models().size();
        double[] scores = IntStream.range(0, models).mapToDouble(table::score).toArray();
        double[] coefficients = times(solver, scores);
        double[] fitted = times(design.x, coefficients);
        double squares = 0;
        for (int m = 0; m < models; m++) {
            squares += (scores[m] - fitted[m]) * (scores[m] - fitted[m]);
        }
        int degrees = models - coefficients.length;
        double residual = Math.sqrt(squares / degrees);
        Interval[] units = overUnits(table, solver, coefficients, settings);
        double t =
                TDistribution.of(degrees)
                        .inverseCumulativeProbability((1 + settings.confidence()) / 2);
        List<Term> terms = new ArrayList<>();
        for (int c = 0; c < coefficients.length; c++) {
            // The variance of a coefficient is σ² times the squared norm of its solver's row.
            double norm = Math.sqrt(Arrays.stream(solver[c]).map(v -> v * v).sum());
            double half = t * residual * norm;
            terms.add(
                    new Term(
                            design.names.get(c),
                            coefficients[c],
                            new Interval(coefficients[c] - half, coefficients[c] + half),
                            units[c]));
        }
        return new ScalingFit(
                table.task(),
                table.title(),
                table.models(),
                given.stream().mapToDouble(ScalingArms.Arm::frames).toArray(),
                scores,
                fitted,
                terms,
                residual,
                degrees,
                inflation > MUCH_INFLATION
                        ? Optional.of(
                                String.format(
                                        Locale.ROOT,
                                        "%s: in these arms frames and procedures nearly rise"
                                                + " together (variance inflation %.0f), so that a"
                                                + " and b can hardly be told apart",
                                        table.title(),
                                        inflation))
                        : Optional.empty());
    }

    private static Interval[] overUnits(
            ScoreTable table, double[][] solver, double[] coefficients, Settings settings) {
        int units = table.units().size();
        ClusterBootstrap bootstrap =
                new ClusterBootstrap(units, settings.resamples(), settings.seed());
        double[][] scores =
                IntStream.range(0, table.models().size())
                        .mapToObj(m -> bootstrap.replicates(w -> table.score(m, w)))
                        .toArray(double[][]::new);
        double[][] without =
                IntStream.range(0, table.models().size())
                        .mapToObj(m -> jackknife(table, m))
                        .toArray(double[][]::new);
        Interval[] intervals = new Interval[coefficients.length];
        for (int c = 0; c < intervals.length; c++) {
            double[] row = solver[c];
            intervals[c] =
                    ClusterBootstrap.interval(
                            combined(row, scores),
                            coefficients[c],
                            combined(row, without),
                            settings.interval(),
                            settings.confidence());
        }
        return intervals;
    }

    private static double[] jackknife(ScoreTable table, int model) {
        int[] weights = new int[table.units().size()];
        Arrays.fill(weights, 1);
        double[] values = new double[weights.length];
        for (int u = 0; u < values.length; u++) {
            weights[u] = 0;
            values[u] = table.score(model, weights);
            weights[u] = 1;
        }
        return values;
    }

    /** Σ over models of factor × values, place by place. */
    private static double[] combined(double[] factors, double[][] values) {
        double[] sums = new double[values[0].length];
        for (int m = 0; m < factors.length; m++) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += factors[m] * values[m][i];
            }
        }
        return sums;
    }

    private static Design design(List<ScalingArms.Arm> arms, boolean withProcedures) {
        List<String> architectures =
                arms.stream().map(ScalingArms.Arm::architecture).distinct().toList();
        List<String> names = new ArrayList<>();
        architectures.forEach(a -> names.add(a.isEmpty() ? "A" : "A (" + a + ")"));
        names.add("a, per tenfold frames");
        if (withProcedures) {
            names.add("b, per procedure");
        }
        double[][] x = new double[arms.size()][names.size()];
        for (int m = 0; m < x.length; m++) {
            ScalingArms.Arm arm = arms.get(m);
            x[m][architectures.indexOf(arm.architecture())] = 1;
            x[m][architectures.size()] = Math.log10(arm.frames());
            if (withProcedures) {
                x[m][architectures.size() + 1] = arm.procedures();
            }
        }
        return new Design(names, x);
    }

    /**
     * The largest variance inflation of a slope.
     *
     * @throws UserException in words, where the terms cannot be told apart
     */
    private static double identified(Path file, Design design) {
        int arms = design.x.length;
        int terms = design.names.size();
        if (arms <= terms) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: %d models cannot give %d coefficients (%s) and their error; at"
                                    + " least %d models with different pretraining are needed",
                            file,
                            arms,
                            terms,
                            String.join("; ", design.names),
                            terms + 1));
        }
        double largest = 1;
        for (int c = 0; c < terms; c++) {
            double all = spread(design, c);
            double rest = unexplained(design, c);
            if (design.names.get(c).startsWith("A")) {
                continue;
            }
            if (all <= SINGULAR) {
                throw new UserException(
                        file
                                + ": all models of an architecture have the same value for '"
                                + design.names.get(c)
                                + "', so its coefficient cannot be told from A");
            }
            if (rest / all <= SINGULAR) {
                throw new UserException(
                        file
                                + ": frames (as a logarithm) and procedures rise together in all"
                                + " models, so that a and b cannot be told apart; add a model with"
                                + " many frames of few procedures, or leave one column out");
            }
            largest = Math.max(largest, all / rest);
        }
        return largest;
    }

    /** Sum of squares of a column around what the architectures explain. */
    private static double spread(Design design, int column) {
        return residuals(design, column, name -> name.startsWith("A"));
    }

    /** Sum of squares of a column around what all the others explain. */
    private static double unexplained(Design design, int column) {
        return residuals(design, column, name -> true);
    }

    private static double residuals(Design design, int column, Predicate<String> by) {
        List<double[]> basis = new ArrayList<>();
        for (int c = 0; c < design.names.size(); c++) {
            if (c != column && by.test(design.names.get(c))) {
                double[] rest = orthogonal(column(design.x, c), basis);
                double norm = Math.sqrt(dot(rest, rest));
                if (norm > SINGULAR) {
                    basis.add(Arrays.stream(rest).map(v -> v / norm).toArray());
                }
            }
        }
        double[] rest = orthogonal(column(design.x, column), basis);
        return dot(rest, rest);
    }

    private static double[] orthogonal(double[] vector, List<double[]> basis) {
        double[] rest = vector.clone();
        for (double[] b : basis) {
            double along = dot(rest, b);
            Arrays.setAll(rest, i -> rest[i] - along * b[i]);
        }
        return rest;
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    private static double[] column(double[][] x, int c) {
        return Arrays.stream(x).mapToDouble(row -> row[c]).toArray();
    }

    /** (XᵀX)⁻¹Xᵀ by Gauss and Jordan's elimination with pivots. */
    private static double[][] solver(double[][] x) {
        int terms = x[0].length;
        double[][] work = new double[terms][terms + x.length];
        for (int r = 0; r < terms; r++) {
            for (int c = 0; c < terms; c++) {
                work[r][c] = dot(column(x, r), column(x, c));
            }
            for (int m = 0; m < x.length; m++) {
                work[r][terms + m] = x[m][r];
            }
        }
        for (int p = 0; p < terms; p++) {
            int best = p;
            for (int r = p + 1; r < terms; r++) {
                best = Math.abs(work[r][p]) > Math.abs(work[best][p]) ? r : best;
            }
            double[] pivot = work[best];
            work[best] = work[p];
            work[p] = pivot;
            double scale = pivot[p];
            Arrays.setAll(pivot, i -> pivot[i] / scale);
            for (int r = 0; r < terms; r++) {
                if (r != p) {
                    double factor = work[r][p];
                    double[] row = work[r];
                    Arrays.setAll(row, i -> row[i] - factor * pivot[i]);
                }
            }
        }
        return Arrays.stream(work)
                .map(row -> Arrays.copyOfRange(row, terms, row.length))
                .toArray(double[][]::new);
    }

    private static double[] times(double[][] matrix, double[] vector) {
        return Arrays.stream(matrix).mapToDouble(row -> dot(row, vector)).toArray();
    }
}
