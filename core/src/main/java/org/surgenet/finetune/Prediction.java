package org.surgenet.finetune;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntFunction;
import org.opencv.core.Mat;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.frames.Frame;
import org.surgenet.image.ImageHeader;
import org.surgenet.image.Images;

/**
 * Applies a fine-tuned model to frames without labels. {@code predictions.csv} has a line per frame
 * and is written last: phases and criteria with their probabilities, for segmentation the share of
 * each class and the mask file. Frames that cannot be read are listed in {@code failures.csv}.
 */
public final class Prediction {
    private static final String PREDICTIONS = "predictions.csv";

    private final Request request;
    private final TrainedModel model;
    private final List<List<String>> lines = new ArrayList<>();
    private final Map<Integer, String> failures = new ConcurrentSkipListMap<>();

    /**
     * What is asked for.
     *
     * @param model directory of a fine-tuning, or its weight file
     * @param frames to predict
     * @param output directory
     * @param overwrite whether to do it again
     * @param overlays how many pictures of segmentation to draw, evenly spread
     * @param batchSize images per forward pass
     * @param workers threads that prepare pictures
     * @param device of the network
     */
    public record Request(
            Path model,
            List<Frame> frames,
            Path output,
            boolean overwrite,
            int overlays,
            int batchSize,
            int workers,
            Device device) {}

    /**
     * How it ended.
     *
     * @param alreadyComplete whether there was nothing left to do
     * @param frames that were predicted
     * @param skipped frames that could not be read
     */
    public record Outcome(boolean alreadyComplete, int frames, int skipped) {}

    /**
     * Reads the model's description.
     *
     * @throws UserException if there is no model or an option makes no sense
     */
    public Prediction(Request request) {
        if (request.batchSize < 1) {
            throw new UserException("--batch-size " + request.batchSize + ": must be at least 1");
        }
        if (request.overlays < 0) {
            throw new UserException("--overlays " + request.overlays + ": must not be negative");
        }
        this.request = request;
        model = TrainedModel.read(request.model);
    }

    /** What is going to be done, for people. */
    public String plan() {
        return String.format(
                Locale.ROOT,
                "predict %d frames with %s (%s, %s at %s)%n",
                request.frames.size(),
                model.file(),
                model.card().task().label(),
                model.card().backbone(),
                model.card().size());
    }

    /** Predicts. */
    public Outcome run(Progress progress, Cancellation cancellation) throws IOException {
        Path file = request.output.resolve(PREDICTIONS);
        if (Files.exists(file) && !request.overwrite) {
            int done = CsvTable.read(file, "path").rows().size();
            return new Outcome(true, done, request.frames.size() - done);
        }
        Files.deleteIfExists(file);
        Files.deleteIfExists(request.output.resolve("failures.csv"));
        Preparation preparation =
                new Preparation(model.card().size(), Augmentation.NONE, model.card().seed());
        try (Progress.Task task = progress.start("predict", "frames", request.frames.size());
                Inference inference =
                        new Inference(model, request.device, request.workers, request.batchSize)) {
            inference.run(request.frames.size(), maker(preparation), this::add, task, cancellation);
        }
        if (!failures.isEmpty()) {
            List<List<String>> rows = new ArrayList<>();
            failures.forEach(
                    (i, cause) ->
                            rows.add(List.of(request.frames.get(i).path().toString(), cause)));
            CsvTable.write(request.output.resolve("failures.csv"), List.of("path", "cause"), rows);
        }
        if (lines.isEmpty()) {
            throw new UserException(
                    "none of the "
                            + request.frames.size()
                            + " frames can be read; see "
                            + request.output.resolve("failures.csv"));
        }
        CsvTable.write(file, header(), lines);
        return new Outcome(false, lines.size(), failures.size());
    }

    private IntFunction<Item<Integer>> maker(Preparation preparation) {
        return i -> {
            try {
                return new Item<>(
                        i, preparation.bare(request.frames.get(i).path()).pixels(), new byte[0]);
            } catch (UserException e) {
                failures.put(i, e.getMessage());
                return null;
            }
        };
    }

    private List<String> header() {
        List<String> header = new ArrayList<>(List.of("path", "video", "time_s"));
        switch (model.card().task()) {
            case SEG -> {
                header.add("mask");
                model.card().classes().forEach(name -> header.add("share_" + name));
            }
            case PHASE -> {
                header.add("prediction");
                model.card().classes().forEach(name -> header.add("p_" + name));
            }
            case CVS -> model.card().classes().forEach(name -> header.add("p_" + name));
        }
        return header;
    }

    private void add(Item<Integer> item, NetworkOutput output) throws IOException {
        Frame frame = request.frames.get(item.sample());
        List<String> line = new ArrayList<>();
        line.add(frame.path().toString());
        line.add(frame.video());
        line.add(
                Double.isNaN(frame.timeSeconds())
                        ? ""
                        : String.format(Locale.ROOT, "%.3f", frame.timeSeconds()));
        if (output instanceof NetworkOutput.LabelMap map) {
            line.add(writeMask(item.sample(), frame.path(), map.labels()));
            addShares(line, map.labels());
        } else if (output instanceof NetworkOutput.Probabilities probabilities) {
            if (model.card().task() == TaskKind.PHASE) {
                line.add(model.card().classes().get(probabilities.highest()));
            }
            for (double value : probabilities.values()) {
                line.add(String.format(Locale.ROOT, "%.6f", value));
            }
        }
        lines.add(line);
    }

    private void addShares(List<String> line, byte[] labels) {
        long[] counts = new long[model.card().classes().size()];
        for (byte label : labels) {
            counts[label & 0xFF]++;
        }
        for (long count : counts) {
            line.add(String.format(Locale.ROOT, "%.6f", (double) count / labels.length));
        }
    }

    private String writeMask(int index, Path image, byte[] labels) throws IOException {
        ImageHeader header = ImageHeader.read(image);
        byte[] large =
                Overlays.enlarge(labels, model.card().size(), header.width(), header.height());
        // Frames of different folders may share their names.
        String name =
                String.format(
                        Locale.ROOT,
                        "%06d_%s.png",
                        index,
                        TaskReport.fileName(image.getFileName().toString()));
        Mat mask = Images.ofGreyBytes(large, header.width(), header.height());
        try {
            Images.writePng(request.output.resolve("masks").resolve(name), mask);
        } finally {
            mask.release();
        }
        long all = request.frames.size();
        long overlays = Math.min(request.overlays, all);
        if ((index + 1) * overlays / all > index * overlays / all) {
            Overlays.draw(
                            image.getFileName().toString(),
                            image,
                            model.card().classes(),
                            new byte[0],
                            large)
                    .write(request.output.resolve("overlays").resolve(name));
        }
        return "masks/" + name;
    }
}
