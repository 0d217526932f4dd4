package org.surgenet.task.seg;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.opencv.core.Mat;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.image.Images;
import org.surgenet.image.Npy;
import org.surgenet.task.FileNames;
import org.surgenet.task.GivenPredictions;
import org.surgenet.task.Item;

/**
 * Label maps that some program predicted, a PNG or NPY for each image, of the mask's size and with
 * the classes' indices as values. Its name is the image's path below the data, or that with "__"
 * between folders as {@code evaluate} writes it, or the image's bare name.
 */
final class PredictedMasks implements GivenPredictions<SegmentationSample, LabelMap> {
    private static final List<String> KINDS = List.of(".png", ".npy");

    private final Path directory;
    private final FileNames names = new FileNames();

    /**
     * @throws UserException if it is no folder
     */
    PredictedMasks(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new UserException(directory + ": no such folder of predicted masks");
        }
        this.directory = directory;
    }

    @Override
    public Optional<Dataset<SegmentationSample>> targets() {
        return Optional.empty();
    }

    @Override
    public List<Path> files() throws IOException {
        try (Stream<Path> tree = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            return tree.filter(Files::isRegularFile)
                    .filter(file -> KINDS.stream().anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public String wanted() {
        return "masks need data and format, where their targets are";
    }

    @Override
    public Found<SegmentationSample, LabelMap> of(
            Dataset<SegmentationSample> dataset, List<SegmentationSample> samples)
            throws IOException {
        int others = files().size() - requireAll(samples);
        int classes = dataset.classes().size();
        return new Found<>(others, i -> scored(samples.get(i), classes));
    }

    private Scored<SegmentationSample, LabelMap> scored(SegmentationSample sample, int classes) {
        Mat mask = sample.labels().read(sample.mask());
        try {
            byte[] prediction = read(sample, mask.cols(), mask.rows(), classes);
            return new Scored<>(
                    new Item<>(sample, new byte[0], Images.bytes(mask)), new LabelMap(prediction));
        } finally {
            mask.release();
        }
    }

    /**
     * @return of how many files the samples are
     * @throws UserException if images have no prediction, or two have the same, naming the first
     */
    private int requireAll(List<SegmentationSample> samples) {
        // In the samples' order, in which evaluate gives them.
        samples.forEach(sample -> names.of(sample.name()));
        Map<Path, String> taken = new HashMap<>();
        for (SegmentationSample sample : samples) {
            find(sample.name())
                    .ifPresent(
                            file -> {
                                String other = taken.put(file, sample.name());
                                if (other != null) {
                                    throw new UserException(
                                            file
                                                    + ": is the prediction for "
                                                    + other
                                                    + " and for "
                                                    + sample.name()
                                                    + "; keep the folders of the images in the"
                                                    + " predictions' paths");
                                }
                            });
        }
        List<String> missing =
                samples.stream()
                        .filter(s -> find(s.name()).isEmpty())
                        .map(SegmentationSample::name)
                        .toList();
        if (!missing.isEmpty()) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: has no prediction (PNG or NPY) for %d of %d images, the first"
                                    + " being %s",
                            directory,
                            missing.size(),
                            samples.size(),
                            missing.get(0)));
        }
        return taken.size();
    }

    /** By the image's path, by the name that {@code evaluate} gives it, or by its bare name. */
    private Optional<Path> find(String sample) {
        int dot = sample.lastIndexOf('.');
        String stem = dot > sample.lastIndexOf('/') ? sample.substring(0, dot) : sample;
        return Stream.of(stem, names.of(sample), stem.substring(stem.lastIndexOf('/') + 1))
                .flatMap(name -> only(name).stream())
                .findFirst();
    }

    /**
     * @throws UserException if there is a file of each kind: one may be of an earlier run
     */
    private Optional<Path> only(String name) {
        List<Path> files =
                KINDS.stream()
                        .map(kind -> directory.resolve(name + kind))
                        .filter(Files::isRegularFile)
                        .toList();
        if (files.size() > 1) {
            throw new UserException(
                    files.get(0)
                            + ": is beside "
                            + files.get(1).getFileName()
                            + "; keep the one that is the prediction");
        }
        return files.stream().findFirst();
    }

    /**
     * The prediction for a sample.
     *
     * @param width of its mask
     * @param height of its mask
     * @param classes how many there are
     * @throws UserException if the file is of another size or has another value than a class
     */
    private byte[] read(SegmentationSample sample, int width, int height, int classes) {
        Path file = find(sample.name()).orElseThrow();
        Npy map = file.toString().endsWith(".npy") ? Npy.read(file) : png(file);
        if (map.width() != width || map.height() != height) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: is %d x %d where the mask %s is %d x %d; predict at the masks'"
                                    + " own size",
                            file,
                            map.width(),
                            map.height(),
                            sample.mask(),
                            width,
                            height));
        }
        if (map.isBoolean() && classes > 2) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: is boolean, which tells two classes apart, but the data have %d;"
                                    + " save class indices as integers",
                            file,
                            classes));
        }
        for (byte label : map.labels()) {
            if ((label & 0xFF) >= classes) {
                throw new UserException(
                        String.format(
                                Locale.ROOT,
                                "%s: has the value %d, but the data have %d classes, 0 to %d",
                                file,
                                label & 0xFF,
                                classes,
                                classes - 1));
            }
        }
        return map.labels();
    }

    private static Npy png(Path file) {
        Mat mask = Images.readClasses(file);
        try {
            return new Npy(mask.cols(), mask.rows(), Images.bytes(mask), false);
        } finally {
            mask.release();
        }
    }
}
