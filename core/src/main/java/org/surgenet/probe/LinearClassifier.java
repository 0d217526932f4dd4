package org.surgenet.probe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.surgenet.common.CounterRandom;

/**
 * DINO's {@code eval_linear.py} on features that are computed once, without augmentation: one
 * linear layer, trained by SGD with momentum 0.9 and no weight decay, the learning rate falling to
 * 0 along a cosine, a step of which is an epoch. Cross-entropy of a softmax for classes; of a
 * sigmoid for each criterion, averaged over criteria. Rates are multiplied by batch / 256 as there.
 * Unlike there weights begin at 0, not at random ones, and several rates are tried, as in DINOv2:
 * features of other backbones have other scales.
 */
final class LinearClassifier implements Classifier {
    static final List<Double> RATES = List.of(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0);
    static final int EPOCHS = 100;
    static final int BATCH = 256;

    private static final double MOMENTUM = 0.9;
    private static final long ORDER = 0x4F52444552L;

    private final boolean exclusive;
    private final List<Double> rates;
    private final List<double[][]> weights;

    /**
     * Trains a layer for each rate.
     *
     * @param exclusive whether targets are classes, of which one is right
     * @param batch examples a step; smaller where there are fewer
     * @param order of the examples in an epoch
     */
    LinearClassifier(
            Examples examples,
            boolean exclusive,
            List<Double> rates,
            int epochs,
            int batch,
            IntFunction<int[]> order) {
        this.exclusive = exclusive;
        this.rates = List.copyOf(rates);
        double[][][] trained = new double[rates.size()][][];
        IntStream.range(0, rates.size())
                .parallel()
                .forEach(r -> trained[r] = train(examples, rates.get(r), epochs, batch, order));
        weights = new ArrayList<>(Arrays.asList(trained));
    }

    /** DINO's recipe with an order of the examples that {@code seed} draws. */
    static LinearClassifier of(Examples examples, boolean exclusive, long seed) {
        return new LinearClassifier(
                examples, exclusive, RATES, EPOCHS, BATCH, e -> shuffled(examples.size(), seed, e));
    }

    private static int[] shuffled(int n, long seed, int epoch) {
        CounterRandom random = CounterRandom.of(seed, ORDER, epoch);
        int[] order = IntStream.range(0, n).toArray();
        for (int i = n - 1; i > 0; i--) {
            int j = (int) (random.nextDouble() * (i + 1));
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        return order;
    }

    /** (C, D + 1), the last column being the bias. */
    private double[][] train(
            Examples examples, double rate, int epochs, int batch, IntFunction<int[]> order) {
        int classes = examples.targets().get(0).length;
        int length = examples.features().get(0).length;
        double[][] layer = new double[classes][length + 1];
        double[][] velocity = new double[classes][length + 1];
        double[][] gradient = new double[classes][length + 1];
        double base = rate * Math.min(batch, examples.size()) / 256.0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            double now = base * 0.5 * (1 + Math.cos(Math.PI * epoch / epochs));
            int[] indices = order.apply(epoch);
            for (int from = 0; from < indices.length; from += batch) {
                int to = Math.min(indices.length, from + batch);
                for (double[] row : gradient) {
                    Arrays.fill(row, 0);
                }
                for (int i = from; i < to; i++) {
                    add(gradient, layer, examples, indices[i], to - from);
                }
                for (int c = 0; c < classes; c++) {
                    for (int d = 0; d <= length; d++) {
                        velocity[c][d] = MOMENTUM * velocity[c][d] + gradient[c][d];
                        layer[c][d] -= now * velocity[c][d];
                    }
                }
            }
        }
        return layer;
    }

    private void add(double[][] gradient, double[][] layer, Examples of, int index, int batch) {
        float[] features = of.features().get(index);
        double[] target = of.targets().get(index);
        double[] p = probabilities(layer, features);
        for (int c = 0; c < p.length; c++) {
            double slope = (p[c] - target[c]) / batch / (exclusive ? 1 : p.length);
            double[] row = gradient[c];
            for (int d = 0; d < features.length; d++) {
                row[d] += slope * features[d];
            }
            row[features.length] += slope;
        }
    }

    private double[] probabilities(double[][] layer, float[] features) {
        double[] p = new double[layer.length];
        for (int c = 0; c < p.length; c++) {
            double[] row = layer[c];
            double sum = row[features.length];
            for (int d = 0; d < features.length; d++) {
                sum += row[d] * features[d];
            }
            p[c] = sum;
        }
        if (!exclusive) {
            for (int c = 0; c < p.length; c++) {
                p[c] = 1 / (1 + Math.exp(-p[c]));
            }
            return p;
        }
        double most = Arrays.stream(p).max().orElse(0);
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            p[c] = Math.exp(p[c] - most);
            sum += p[c];
        }
        for (int c = 0; c < p.length; c++) {
            p[c] /= sum;
        }
        return p;
    }

    @Override
    public String setting() {
        return "learning rate";
    }

    @Override
    public List<Double> settings() {
        return rates;
    }

    @Override
    public double[][][] predict(List<float[]> queries) {
        double[][][] predicted = new double[rates.size()][queries.size()][];
        for (int r = 0; r < rates.size(); r++) {
            for (int q = 0; q < queries.size(); q++) {
                predicted[r][q] = probabilities(weights.get(r), queries.get(q));
            }
        }
        return predicted;
    }
}
