package org.surgenet.finetune;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.FailureList;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.SameRun;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.common.Work;
import org.surgenet.frames.Frame;
import org.surgenet.image.Resampling;
import org.surgenet.task.Augmentation;
import org.surgenet.task.Item;
import org.surgenet.task.PredictionSheet;
import org.surgenet.task.Preparation;
import org.surgenet.task.Task;

/**
 * Applies a fine-tuned model to frames without labels. {@code predictions.csv} has a line per
 * frame: phases and criteria with their probabilities, for segmentation the share of each class and
 * the mask file. Frames that cannot be read are listed in {@code failures.csv}. {@code
 * predictions.json}, written last, says which model they are of.
 */
public final class Prediction implements Work<Prediction.Outcome> {
    private static final Logger LOG = LoggerFactory.getLogger(Prediction.class);
    private static final String PREDICTIONS = "predictions.csv";
    private static final String RECORD = "predictions.json";

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
     * @param resampling of pictures; null for what the model was trained with
     */
    public record Request(
            Path model,
            List<Frame> frames,
            Path output,
            boolean overwrite,
            int overlays,
            int batchSize,
            int workers,
            Device device,
            Resampling resampling) {}

    /**
     * How it ended.
     *
     * @param alreadyComplete whether there was nothing left to do
     * @param frames that were predicted
     * @param skipped frames that could not be read
     */
    public record Outcome(boolean alreadyComplete, int frames, int skipped)
            implements Work.Outcome {}

    /**
     * Reads the model's description.
     *
     * @throws UserException if there is no model or an option makes no sense
     */
    public Prediction(Request request) {
        if (request.batchSize < 1) {
            throw new SettingException("batch-size", request.batchSize, "must be at least 1");
        }
        if (request.overlays < 0) {
            throw new SettingException("overlays", request.overlays, "must not be negative");
        }
        this.request = request;
        model = TrainedModel.read(request.model).with(request.resampling);
    }

    /** How pictures become the network's input, for the record. */
    public String preprocessing() {
        return model.card().size().preprocessing();
    }

    /**
     * How far the model's training had got, for people, if it has not come to its end; else empty.
     */
    public Optional<String> unfinished() {
        return model.unfinished();
    }

    /** What is going to be done, for people. */
    @Override
    public String plan() {
        return String.format(
                Locale.ROOT,
                "predict %d frames with %s (%s, %s; %s)%n",
                request.frames.size(),
                model.file(),
                model.card().task().id(),
                model.card().backbone(),
                preprocessing());
    }

    /**
     * Predicts.
     *
     * @throws UserException if the directory holds the predictions of other frames, of another
     *     model, or of pictures that were resized otherwise; or if no frame can be read
     */
    @Override
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        unfinished().ifPresent(how -> LOG.warn("{}: {}", request.model, how));
        if (!request.overwrite) {
            requireSame();
        }
        Path file = request.output.resolve(PREDICTIONS);
        if (Files.exists(file) && !request.overwrite) {
            List<CsvTable.Row> rows = CsvTable.read(file, "path").rows();
            List<String> files = files(rows);
            files.add(RECORD);
            List<String> missing = Missing.of(request.output, files);
            if (missing.isEmpty()) {
                return new Outcome(true, rows.size(), request.frames.size() - rows.size());
            }
            LOG.warn("{}: {}; predicting again", request.output, Missing.shown(missing));
        }
        for (String name : List.of(RECORD, PREDICTIONS, FailureList.NAME)) {
            Files.deleteIfExists(request.output.resolve(name));
        }
        List<String> columns = predict(model.card().task(), progress, cancellation);
        FailureList unread = new FailureList();
        failures.forEach((i, cause) -> unread.add(request.frames.get(i).path(), cause));
        unread.write(request.output.resolve(FailureList.NAME));
        if (lines.isEmpty()) {
            throw new UserException(
                    "none of the "
                            + request.frames.size()
                            + " frames can be read; see "
                            + request.output.resolve(FailureList.NAME));
        }
        List<String> header = new ArrayList<>(List.of("path", "video", "time_s"));
        header.addAll(columns);
        CsvTable.write(file, header, lines);
        Json.write(request.output.resolve(RECORD), asked());
        return new Outcome(false, lines.size(), failures.size());
    }

    /** Predicts the frames and returns the columns of their lines. */
    private <O> List<String> predict(Task<?, O> task, Progress progress, Cancellation cancellation)
            throws IOException {
        ModelCard card = model.card();
        PredictionSheet<O> sheet = task.sheet(sheet());
        Preparation<?> preparation =
                new Preparation<>(
                        sample -> Optional.empty(), card.size(), Augmentation.NONE, card.seed());
        try (Progress.Task shown = progress.start("predict", "frames", request.frames.size());
                Inference<O> inference =
                        new Inference<>(
                                model,
                                task::decode,
                                request.device,
                                request.workers,
                                request.batchSize)) {
            inference.run(
                    request.frames.size(),
                    maker(preparation),
                    i -> request.frames.get(i).path(),
                    (item, output) -> add(sheet, item.sample(), output),
                    shown,
                    cancellation);
        }
        return sheet.columns();
    }

    private PredictionSheet.Request sheet() {
        return new PredictionSheet.Request(
                request.output, model.card().classes(), model.card().size(), this::isDrawn);
    }

    private void requireSame() throws IOException {
        Path record = request.output.resolve(RECORD);
        if (Files.exists(record)) {
            SameRun.require(request.output, "predictions", Json.read(record), asked());
        }
    }

    private ObjectNode asked() throws IOException {
        return Json.object()
                .put("model_sha256", Hashes.sha256(model.file()))
                .put("preprocessing", preprocessing());
    }

    /**
     * The files that belong to the lines of {@code predictions.csv}.
     *
     * @throws UserException if the lines are of other frames
     */
    private List<String> files(List<CsvTable.Row> rows) {
        Map<String, Integer> asked = new HashMap<>();
        for (int i = 0; i < request.frames.size(); i++) {
            asked.put(request.frames.get(i).path().toString(), i);
        }
        PredictionSheet<?> sheet = model.card().task().sheet(sheet());
        List<String> files = new ArrayList<>();
        for (CsvTable.Row row : rows) {
            Integer index = asked.get(row.get("path"));
            if (index == null || rows.size() > request.frames.size()) {
                throw new UserException(
                        request.output
                                + ": holds the predictions of other frames ("
                                + row.get("path")
                                + "); "
                                + SameRun.REMEDY);
            }
            files.addAll(sheet.files(index, request.frames.get(index)));
        }
        if (rows.size() < request.frames.size()) {
            files.add(FailureList.NAME);
        }
        return files;
    }

    private IntFunction<Item<Integer>> maker(Preparation<?> preparation) {
        return i -> {
            try {
                return new Item<>(i, preparation.pixels(request.frames.get(i).path()), new byte[0]);
            } catch (UserException e) {
                failures.put(i, e.getMessage());
                return null;
            }
        };
    }

    private <O> void add(PredictionSheet<O> sheet, int index, O output) throws IOException {
        Frame frame = request.frames.get(index);
        List<String> line = new ArrayList<>();
        line.add(frame.path().toString());
        line.add(frame.video());
        line.add(
                Double.isNaN(frame.timeSeconds())
                        ? ""
                        : String.format(Locale.ROOT, "%.3f", frame.timeSeconds()));
        line.addAll(sheet.write(index, frame, output));
        lines.add(line);
    }

    /** Whether a frame gets an overlay. */
    private boolean isDrawn(int index) {
        long all = request.frames.size();
        long overlays = Math.min(request.overlays, all);
        return (index + 1) * overlays / all > index * overlays / all;
    }
}
