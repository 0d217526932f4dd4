package org.surgenet.stats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.opencv.core.Mat;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.CsvTable;
import org.surgenet.image.Images;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;

/**
 * Made-up data of the size that {@code examples/bench/stats.sh} measures: scores of six models on
 * 200 patients, and masks of 13 classes with predictions, all with a fixed seed.
 */
public final class BenchmarkData {
    private static final int SIDE = 512;
    private static final int CLASSES = 13;
    private static final int PATIENTS = 40;

    /** Masks that differ; the others are hard links to these. */
    private static final int DISTINCT = 50;

    private BenchmarkData() {}

    /**
     * {@code scores FILE} or {@code masks FOLDER COUNT}.
     *
     * @throws IOException if writing fails
     */
    public static void main(String[] args) throws IOException {
        Path path = Path.of(args[1]);
        switch (args[0]) {
            case "scores" -> scores(path);
            case "masks" -> masks(path, Integer.parseInt(args[2]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void scores(Path file) throws IOException {
        List<ScoreRow> rows = new ArrayList<>();
        for (int m = 0; m < 6; m++) {
            CounterRandom random = CounterRandom.of(m);
            for (int p = 0; p < 200; p++) {
                double value = .5 + .03 * m + .3 * random.nextDouble();
                rows.add(new ScoreRow("m" + m, "seg", "made-up", "p" + p, "dice", "all", value, 1));
            }
        }
        ScoresCsv.write(file, rows);
    }

    /** {@code images/}, {@code masks/}, {@code classes.csv}, {@code split.csv}, {@code pred/}. */
    private static void masks(Path folder, int count) throws IOException {
        for (String part : List.of("images", "masks", "pred")) {
            Files.createDirectories(folder.resolve(part));
        }
        List<Path> masks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = String.format(Locale.ROOT, "video%02d_frame%05d.png", i % PATIENTS, i);
            Path mask = folder.resolve("masks").resolve(name);
            Path predicted = folder.resolve("pred").resolve(name);
            Path image = folder.resolve("images").resolve(name);
            if (i < DISTINCT) {
                byte[] labels = ellipses(CounterRandom.of(i));
                write(mask, labels);
                write(image, labels);
                write(predicted, disturbed(labels, CounterRandom.of(i, 1)));
                masks.add(mask);
            } else {
                Path twin = masks.get(i % DISTINCT).getFileName();
                Files.createLink(mask, folder.resolve("masks").resolve(twin));
                Files.createLink(image, folder.resolve("images").resolve(twin));
                Files.createLink(predicted, folder.resolve("pred").resolve(twin));
            }
        }
        List<List<String>> classes = new ArrayList<>();
        for (int c = 0; c < CLASSES; c++) {
            classes.add(List.of(Integer.toString(c), "class " + c));
        }
        CsvTable.write(folder.resolve("classes.csv"), List.of("value", "name"), classes);
        List<List<String>> split = new ArrayList<>();
        for (int p = 0; p < Math.min(PATIENTS, count); p++) {
            split.add(List.of(String.format(Locale.ROOT, "video%02d", p), "test"));
        }
        CsvTable.write(folder.resolve("split.csv"), List.of("patient", "split"), split);
    }

    private static byte[] ellipses(CounterRandom random) {
        byte[] labels = new byte[SIDE * SIDE];
        for (int c = 1; c < CLASSES; c++) {
            double x = SIDE * random.nextDouble();
            double y = SIDE * random.nextDouble();
            double a = 20 + 120 * random.nextDouble();
            double b = 20 + 120 * random.nextDouble();
            if (random.nextDouble() < .7) {
                for (int i = 0; i < labels.length; i++) {
                    double u = (i % SIDE - x) / a;
                    double v = (i / SIDE - y) / b;
                    if (u * u + v * v < 1) {
                        labels[i] = (byte) c;
                    }
                }
            }
        }
        return labels;
    }

    /** Moved by some pixels, with a few wrong ones. */
    private static byte[] disturbed(byte[] labels, CounterRandom random) {
        byte[] moved = new byte[labels.length];
        int shift = (int) (8 * random.nextDouble());
        for (int i = 0; i < labels.length; i++) {
            moved[i] = i % SIDE < shift ? 0 : labels[i - shift];
            if (random.nextDouble() < .002) {
                moved[i] = (byte) (CLASSES * random.nextDouble());
            }
        }
        return moved;
    }

    private static void write(Path file, byte[] labels) throws IOException {
        Mat mat = Images.ofGreyBytes(labels, SIDE, SIDE);
        try {
            Images.writePng(file, mat);
        } finally {
            mat.release();
        }
    }
}
