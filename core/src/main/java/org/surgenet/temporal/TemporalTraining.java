package org.surgenet.temporal;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.common.Work;
import org.surgenet.dataset.SplitName;
import org.surgenet.metrics.Timing;
import org.surgenet.nn.tcn.TemporalHead;
import org.surgenet.task.phase.PhaseSample;
import org.surgenet.train.Checkpoint;
import org.surgenet.train.Checkpoints;
import org.surgenet.train.RunDirectory;
import org.surgenet.train.TrainState;
import org.surgenet.train.TrainingLoop;
import org.surgenet.train.distributed.Communicator;
import org.surgenet.weights.Safetensors;

/**
 * Trains a temporal head on features and predicts a part of them with the epoch that validates
 * best. Writes beside the files of every training {@code head.safetensors} with the head and its
 * card, and {@code predictions.csv}, which {@code evaluate} scores; last {@code predictions.json},
 * which says how the predictions were made.
 */
public final class TemporalTraining implements Work<TemporalTraining.Outcome> {
    private static final Logger LOG = LoggerFactory.getLogger(TemporalTraining.class);
    private static final String HEAD = "head.safetensors";
    private static final String PREDICTIONS = "predictions.csv";
    private static final String RECORD = "predictions.json";

    private final TemporalRequest request;
    private final FeatureVideos videos;
    private final List<FeatureVideos.Video> training;
    private final List<FeatureVideos.Video> validation;
    private final List<FeatureVideos.Video> predicted;
    private final TrainingLoop loop;

    /**
     * How it ended.
     *
     * @param alreadyComplete whether there was nothing left to do
     * @param epochs of the whole run
     * @param bestEpoch counted from 1
     * @param bestAccuracy of that epoch on the validation videos, a mean over videos
     * @param predictions the file with the predictions
     * @param frames that were predicted
     */
    public record Outcome(
            boolean alreadyComplete,
            int epochs,
            long bestEpoch,
            double bestAccuracy,
            Path predictions,
            int frames)
            implements Work.Outcome {}

    /**
     * Reads and checks the features; touches no file.
     *
     * @throws UserException if they have no labels, videos or split, or a part is empty
     */
    public TemporalTraining(TemporalRequest request) {
        this.request = request;
        videos =
                FeatureVideos.read(
                        request.data().features(),
                        request.data().splitFile(),
                        request.data().splitSeed());
        training = part(SplitName.TRAIN);
        validation = part(SplitName.VAL);
        predicted = part(request.predicting().part());
        loop =
                new TrainingLoop(
                        new TrainingLoop.Plan(
                                "finetune-temporal",
                                request.running().output(),
                                training.size(),
                                request.learning().epochs(),
                                settings(),
                                training.size() + validation.size(),
                                "video",
                                request.running().keeping()),
                        Communicator.single(),
                        Clock.systemUTC());
    }

    private List<FeatureVideos.Video> part(SplitName name) {
        List<FeatureVideos.Video> part = videos.part(name);
        if (part.isEmpty()) {
            throw new UserException(
                    "the split ("
                            + videos.split().source()
                            + ") has no "
                            + name.label()
                            + " videos; give a split file with the columns patient,split");
        }
        return part;
    }

    /** What was left out of the features, for people. */
    public List<String> notes() {
        return videos.notes();
    }

    private ObjectNode settings() {
        ObjectNode settings = request.decisive();
        settings.put("features_sha256", videos.hash());
        settings.put("split_sha256", videos.split().hash());
        return settings;
    }

    private TemporalHead network() {
        return request.network(videos.length(), videos.dataset().classes().size());
    }

    private String timing() {
        return request.timing()
                .map(Timing::explained)
                .orElse("frame by frame (each frame is predicted from itself alone)");
    }

    /** What is going to be done, for people. */
    @Override
    public String plan() {
        return String.format(
                Locale.ROOT,
                "%s, %s, %,d parameters, on %d features a frame of %s%n%s%n%d epochs of %d steps, a"
                        + " video each%n",
                request.model().head().label(),
                timing(),
                network().parameterCount(),
                videos.length(),
                request.data().features(),
                parts(),
                request.learning().epochs(),
                training.size());
    }

    private String parts() {
        return String.format(
                Locale.ROOT,
                "train %s; val %s; predict %s: %s (split: %s)",
                counted(training),
                counted(validation),
                request.predicting().part().label(),
                counted(predicted),
                videos.split().source());
    }

    private static String counted(List<FeatureVideos.Video> of) {
        return String.format(
                Locale.ROOT,
                "%d videos, %d frames",
                of.size(),
                of.stream().mapToInt(FeatureVideos.Video::frames).sum());
    }

    /**
     * Runs to the end or to the next interruption; does only what is left to do.
     *
     * @param record gets the data, the timing and the outcome
     * @throws org.surgenet.common.InterruptedRunException if asked to stop; the state is saved
     * @throws UserException if the directory holds another run, or the loss is not finite
     */
    @Override
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        if (request.running().overwrite()) {
            for (String name : List.of(HEAD, PREDICTIONS, RECORD)) {
                Files.deleteIfExists(request.running().output().resolve(name));
            }
            loop.clear();
        }
        record.put("seed", request.running().seed());
        record.put(Timing.COLUMN, timing());
        record.section("data")
                .put("dataset", videos.dataset().name())
                .put("split", videos.split().source())
                .put("split_sha256", videos.split().hash())
                .put("features_sha256", videos.hash())
                .put("training_videos", training.size())
                .put("validation_videos", validation.size());
        LOG.info("{}", parts());
        Optional<Checkpoint> saved = loop.saved(UnaryOperator.identity());
        try (NDManager manager = NDManager.newBaseManager(request.running().device())) {
            boolean complete = saved.isPresent() && loop.isComplete(saved.get());
            TrainState state;
            if (complete) {
                state = TrainState.of(saved.get().state());
                loop.mendCurves(TemporalLearner::curves);
            } else {
                state = train(manager, saved, progress, cancellation);
            }
            boolean written = predict(manager, state);
            TrainState.Best best = state.best().orElseThrow();
            return new Outcome(
                    complete && !written,
                    request.learning().epochs(),
                    best.epoch(),
                    best.score(),
                    request.running().output().resolve(PREDICTIONS),
                    predicted.stream().mapToInt(FeatureVideos.Video::frames).sum());
        }
    }

    private TrainState train(
            NDManager manager,
            Optional<Checkpoint> saved,
            Progress progress,
            Cancellation cancellation) {
        TemporalHead head = network();
        head.initialize(manager, request.running().seed());
        TemporalLearner learner =
                new TemporalLearner(
                        manager,
                        request,
                        training,
                        validation,
                        videos.dataset().classes().size(),
                        head);
        TrainState state =
                saved.map(checkpoint -> loop.restore(checkpoint, learner))
                        .orElseGet(() -> TrainState.begin(0, "", settings()));
        loop.run(learner, state, progress, cancellation);
        return state;
    }

    /** Predicts with the best epoch's head; returns whether there was anything left to do. */
    private boolean predict(NDManager manager, TrainState state) throws IOException {
        Path output = request.running().output();
        ObjectNode asked =
                card(state)
                        .put("part", request.predicting().part().label())
                        .put("smooth", request.predicting().window());
        Path record = output.resolve(RECORD);
        boolean same =
                Files.exists(record) && Json.line(Json.read(record)).equals(Json.line(asked));
        if (same && Missing.of(output, List.of(HEAD, PREDICTIONS)).isEmpty()) {
            return false;
        }
        Files.deleteIfExists(record);
        TemporalHead head = network();
        head.allocate(manager);
        Checkpoint best =
                new RunDirectory(output)
                        .checkpoints()
                        .load(Checkpoints.BEST)
                        .orElseThrow(
                                () ->
                                        new UserException(
                                                output
                                                        + ": the checkpoint of the best epoch is"
                                                        + " missing; set overwrite to train"
                                                        + " again"));
        best.restore(TemporalLearner.NETWORK, head.arrays());
        Safetensors.write(
                output.resolve(HEAD),
                head.arrays(),
                Map.of("format", "pt", "surgenet", Json.line(card(state))));
        List<List<String>> rows = new ArrayList<>();
        for (FeatureVideos.Video video : predicted) {
            double[][] probabilities = TemporalLearner.probabilities(manager, head, video);
            rows.addAll(rows(video, probabilities));
        }
        CsvTable.write(output.resolve(PREDICTIONS), header(), rows);
        Json.write(record, asked);
        return true;
    }

    private List<String> header() {
        List<String> header = new ArrayList<>(List.of("path", "video", "time_s"));
        header.addAll(List.of("target", "prediction"));
        request.timing().ifPresent(timing -> header.add(Timing.COLUMN));
        videos.dataset().classes().forEach(name -> header.add("p_" + name));
        return header;
    }

    private List<List<String>> rows(FeatureVideos.Video video, double[][] probabilities) {
        List<String> classes = videos.dataset().classes();
        int[] phases =
                ModeFilter.apply(
                        TemporalLearner.classes(probabilities),
                        classes.size(),
                        request.predicting().window(),
                        request.model().timing());
        List<List<String>> rows = new ArrayList<>();
        for (int t = 0; t < phases.length; t++) {
            PhaseSample sample = video.samples().get(t);
            List<String> row = new ArrayList<>();
            row.add(sample.name());
            row.add(video.name());
            row.add(String.format(Locale.ROOT, "%.3f", sample.timeSeconds()));
            row.add(classes.get(sample.phase()));
            row.add(classes.get(phases[t]));
            request.timing().ifPresent(timing -> row.add(timing.label()));
            for (double value : probabilities[t]) {
                // A float's rounding must not lift a probability above 1.
                row.add(String.format(Locale.ROOT, "%.6f", Math.min(1, value)));
            }
            rows.add(row);
        }
        return rows;
    }

    /** What must be known of the head to use it and to say where it is from. */
    private ObjectNode card(TrainState state) {
        ObjectNode card = settings().put("features", videos.length());
        card.put("predictions", timing());
        ArrayNode classes = card.putArray("classes");
        videos.dataset().classes().forEach(classes::add);
        TrainState.Best best = state.best().orElseThrow();
        return card.put("dataset", videos.dataset().name())
                .put("split", videos.split().source())
                .put("best_epoch", best.epoch())
                .put("metric", best.metric())
                .put("score", best.score())
                .put("version", request.running().version());
    }
}
