package org.surgenet.pretrain;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.common.UserPaths;
import org.surgenet.image.Resampling;
import org.surgenet.nn.Backbone;
import org.surgenet.stats.ClusterBootstrap;
import org.surgenet.stats.Interval;

/**
 * A probe of features without training: each labelled image is classified by the labels of the
 * images whose features are nearest, weighted as in DINO ({@code eval_knn.py}: cosine similarity s,
 * weight exp(s / 0.07), 20 neighbours). With a {@code video} column neighbours come from other
 * videos only, since frames of one video are near each other whatever the features are worth.
 */
final class NearestNeighbours {
    private static final Logger LOG = LoggerFactory.getLogger(NearestNeighbours.class);

    private static final int NEIGHBOURS = 20;
    private static final double TEMPERATURE = 0.07;
    private static final int BATCH = 32;
    private static final int RESAMPLES = 2000;

    private final List<Path> images;
    private final List<String> labels;
    private final List<String> videos;

    /**
     * What a probe found.
     *
     * @param accuracy share of images classified as labelled, ties going to the label that sorts
     *     first
     * @param chance share of the commonest label: what a classifier without features reaches
     * @param images that were classified; unreadable ones and those without a neighbour are not
     * @param interval 95 % of the accuracy, by bootstrap over videos (over images where there are
     *     none)
     */
    public record Result(double accuracy, double chance, int images, Interval interval) {}

    private NearestNeighbours(List<Path> images, List<String> labels, List<String> videos) {
        this.images = images;
        this.labels = labels;
        this.videos = videos;
    }

    private static Path image(Path file, CsvTable.Row row) {
        try {
            return UserPaths.in(file.toAbsolutePath().getParent(), row.get("path"));
        } catch (UserException e) {
            throw new UserException(file + ":" + row.line() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads a CSV file with columns {@code path} (absolute or relative to the file), {@code label}
     * and perhaps {@code video}.
     *
     * @throws UserException if it cannot be read or has fewer than two images or labels
     */
    public static NearestNeighbours read(Path file) {
        CsvTable table = CsvTable.read(file, "path", "label");
        List<Path> images = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        List<String> videos = new ArrayList<>();
        boolean grouped = table.has("video");
        for (CsvTable.Row row : table.rows()) {
            images.add(image(file, row));
            labels.add(row.get("label"));
            // Without videos every image is its own group.
            videos.add(grouped ? row.get("video") : String.valueOf(row.line()));
        }
        if (labels.stream().distinct().count() < 2) {
            throw new UserException(file + ": a probe needs images of at least two labels");
        }
        if (videos.stream().distinct().count() < 2) {
            throw new UserException(
                    file + ": all images are of one video; a probe needs at least two");
        }
        return new NearestNeighbours(images, labels, videos);
    }

    /**
     * Scores a backbone.
     *
     * @param size side of the network's input
     */
    public Result score(Backbone backbone, int size, Device device, int workers) {
        float[][] features = new float[images.size()][];
        try (NDManager manager = NDManager.newBaseManager(device)) {
            new FeatureExtractor(backbone, size, Resampling.BICUBIC, BATCH, workers)
                    .extract(
                            manager,
                            images,
                            (i, values) -> features[i] = unit(images.get(i), values),
                            (i, cause) -> features[i] = null,
                            Progress.NONE,
                            Cancellation.NEVER);
        }
        return score(features, labels, videos);
    }

    private static float[] unit(Path image, float[] values) {
        if (FeatureExtractor.nonFinite(values) > 0) {
            // A probe only informs: it counts such an image as unreadable.
            LOG.warn("{}: left out of the probe, its features are not finite", image);
            return null;
        }
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        double length = Math.max(1e-12, Math.sqrt(squares));
        float[] unit = new float[values.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (values[i] / length);
        }
        return unit;
    }

    /**
     * The probe on features of length 1.
     *
     * @param features a row per image; null for one to leave out
     */
    static Result score(float[][] features, List<String> labels, List<String> videos) {
        int[] known =
                IntStream.range(0, features.length).filter(i -> features[i] != null).toArray();
        int right = 0;
        int counted = 0;
        // By video: images that were classified, and rightly.
        Map<String, int[]> groups = new TreeMap<>();
        for (int i : known) {
            String guess = classify(i, known, features, labels, videos);
            if (guess != null) {
                counted++;
                int hit = guess.equals(labels.get(i)) ? 1 : 0;
                right += hit;
                int[] group = groups.computeIfAbsent(videos.get(i), video -> new int[2]);
                group[0]++;
                group[1] += hit;
            }
        }
        Map<String, Integer> counts = new HashMap<>();
        for (int i : known) {
            counts.merge(labels.get(i), 1, Integer::sum);
        }
        double most = counts.values().stream().mapToInt(n -> n).max().orElse(0);
        return new Result(
                counted == 0 ? Double.NaN : (double) right / counted,
                known.length == 0 ? Double.NaN : most / known.length,
                counted,
                interval(groups.values()));
    }

    /** A resample's accuracy is over all images of the videos drawn. */
    private static Interval interval(Collection<int[]> groups) {
        if (groups.isEmpty()) {
            return new Interval(Double.NaN, Double.NaN);
        }
        ClusterBootstrap bootstrap = new ClusterBootstrap(groups.size(), RESAMPLES, 0);
        double[] counts = bootstrap.means(groups.stream().mapToDouble(group -> group[0]).toArray());
        double[] rights = bootstrap.means(groups.stream().mapToDouble(group -> group[1]).toArray());
        double[] shares = new double[counts.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = rights[i] / counts[i];
        }
        return ClusterBootstrap.percentiles(shares, 0.95);
    }

    /** The label of the nearest others; null if there are none. */
    private static String classify(
            int i, int[] known, float[][] features, List<String> labels, List<String> videos) {
        record Neighbour(int index, double similarity) {}
        Neighbour[] others =
                Arrays.stream(known)
                        .filter(j -> j != i && !videos.get(j).equals(videos.get(i)))
                        .mapToObj(j -> new Neighbour(j, dot(features[i], features[j])))
                        .sorted(
                                Comparator.comparingDouble(Neighbour::similarity)
                                        .reversed()
                                        .thenComparingInt(Neighbour::index))
                        .limit(NEIGHBOURS)
                        .toArray(Neighbour[]::new);
        Map<String, Double> votes = new TreeMap<>();
        for (Neighbour other : others) {
            // The difference to the nearest keeps the exponential in range.
            votes.merge(
                    labels.get(other.index()),
                    Math.exp((other.similarity() - others[0].similarity()) / TEMPERATURE),
                    Double::sum);
        }
        String best = null;
        for (Map.Entry<String, Double> vote : votes.entrySet()) {
            if (best == null || vote.getValue() > votes.get(best)) {
                best = vote.getKey();
            }
        }
        return best;
    }

    private static double dot(float[] x, float[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (double) x[i] * y[i];
        }
        return sum;
    }
}
