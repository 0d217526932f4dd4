package org.surgenet.probe;

import java.util.List;
import java.util.stream.IntStream;

/**
 * DINO's {@code eval_knn.py}: the k training images of the largest cosine similarity s vote with
 * the weight exp(s / 0.07), for several k. Targets that are no classes but fractions are averaged
 * with the same weights. Among equal similarities the earlier image comes first.
 */
final class WeightedNeighbours implements Classifier {
    static final List<Integer> NEIGHBOURS = List.of(20, 10, 100, 200);

    private static final double TEMPERATURE = 0.07;

    private final List<float[]> features;
    private final List<double[]> targets;
    private final List<Integer> counts;
    private final List<Integer> leftOut;

    /** A query's nearest images, the nearest first. */
    private static final class Nearest {
        final int[] index;
        final float[] similarity;
        int size;

        Nearest(int most) {
            index = new int[most];
            similarity = new float[most];
        }

        void offer(int candidate, float value) {
            if (size == index.length && value <= similarity[size - 1]) {
                return;
            }
            int at = size < index.length ? size++ : size - 1;
            while (at > 0 && similarity[at - 1] < value) {
                similarity[at] = similarity[at - 1];
                index[at] = index[at - 1];
                at--;
            }
            similarity[at] = value;
            index[at] = candidate;
        }
    }

    /**
     * @param counts the k; those above the number of examples are left out
     */
    WeightedNeighbours(Examples examples, List<Integer> counts) {
        features = examples.features().stream().map(WeightedNeighbours::unit).toList();
        targets = examples.targets();
        this.counts = counts.stream().filter(k -> k <= examples.size()).toList();
        leftOut = counts.stream().filter(k -> k > examples.size()).sorted().toList();
    }

    static float[] unit(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        // As torch's normalize.
        double length = Math.max(1e-12, Math.sqrt(squares));
        float[] unit = new float[values.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (values[i] / length);
        }
        return unit;
    }

    @Override
    public String setting() {
        return "k";
    }

    @Override
    public List<Double> settings() {
        return counts.stream().map(Integer::doubleValue).toList();
    }

    @Override
    public List<Double> leftOut() {
        return leftOut.stream().map(Integer::doubleValue).toList();
    }

    @Override
    public double[][][] predict(List<float[]> queries) {
        double[][][] predicted = new double[counts.size()][queries.size()][];
        int most = counts.stream().mapToInt(Integer::intValue).max().orElse(0);
        IntStream.range(0, queries.size())
                .parallel()
                .forEach(
                        q -> {
                            Nearest nearest = nearest(unit(queries.get(q)), most);
                            for (int s = 0; s < counts.size(); s++) {
                                predicted[s][q] = vote(nearest, counts.get(s));
                            }
                        });
        return predicted;
    }

    private Nearest nearest(float[] query, int most) {
        Nearest nearest = new Nearest(most);
        for (int i = 0; i < features.size(); i++) {
            float[] other = features.get(i);
            float dot = 0;
            for (int d = 0; d < query.length; d++) {
                dot += query[d] * other[d];
            }
            nearest.offer(i, dot);
        }
        return nearest;
    }

    private double[] vote(Nearest nearest, int k) {
        double[] votes = new double[targets.get(0).length];
        double sum = 0;
        for (int i = 0; i < k; i++) {
            double weight = Math.exp(nearest.similarity[i] / TEMPERATURE);
            sum += weight;
            double[] target = targets.get(nearest.index[i]);
            for (int c = 0; c < votes.length; c++) {
                votes[c] += weight * target[c];
            }
        }
        for (int c = 0; c < votes.length; c++) {
            // Not above 1 by rounding.
            votes[c] = Math.min(1, votes[c] / sum);
        }
        return votes;
    }
}
