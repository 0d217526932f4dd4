package org.surgenet.pretrain;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Informing;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.UserException;
import org.surgenet.loader.CropLoader;
import org.surgenet.loader.EpochSampler;
import org.surgenet.train.AdamW;
import org.surgenet.train.Curves;
import org.surgenet.train.JsonLog;
import org.surgenet.train.Learner;
import org.surgenet.train.MemoryUse;
import org.surgenet.train.RunDirectory;
import org.surgenet.train.SkippedImages;
import org.surgenet.train.TrainState;
import org.surgenet.train.distributed.Communicator;
import org.surgenet.weights.Safetensors;
import org.surgenet.weights.WeightLoader;
import org.surgenet.weights.WeightsFile;

/** A method's networks in the training loop: fed with views, probed, and exported. */
final class MethodLearner implements Learner {
    private static final Logger LOG = LoggerFactory.getLogger(MethodLearner.class);

    private final PretrainRequest request;
    private final Method method;
    private final Method.Trainee trainee;
    private final Communicator communicator;
    private final SkippedImages skipped;
    private final Optional<NearestNeighbours> probe;
    private final RunDirectory directory;
    private final Informing probing = new Informing("the probe of knn-probe");

    /** Images of this process in each part of a step. */
    private final int[] parts;

    private CropLoader loader;

    MethodLearner(
            PretrainRequest request,
            Method method,
            Method.Trainee trainee,
            Communicator communicator,
            SkippedImages skipped,
            Optional<NearestNeighbours> probe) {
        this.request = request;
        this.method = method;
        this.trainee = trainee;
        this.communicator = communicator;
        this.skipped = skipped;
        this.probe = probe;
        directory = new RunDirectory(request.output());
        parts = new int[request.optimisation().accumulate()];
        Arrays.fill(parts, request.optimisation().batchSize() / communicator.size() / parts.length);
    }

    @Override
    public Map<String, Map<String, NDArray>> arrays() {
        return trainee.arrays();
    }

    @Override
    public AdamW optimizer() {
        return trainee.optimizer();
    }

    @Override
    public Feed feed(long first) {
        int slice = request.optimisation().batchSize() / communicator.size();
        int workers = request.running().workers();
        loader =
                new CropLoader(
                        request.frames(),
                        method.views(),
                        new EpochSampler(
                                request.running().seed(),
                                request.frames().size(),
                                request.optimisation().batchSize()),
                        new CropLoader.Share(communicator.rank() * slice, slice),
                        first,
                        request.steps(),
                        request.running().seed(),
                        workers,
                        2 * Math.max(parts[0], workers),
                        skipped::add);
        return new Feed() {
            @Override
            public double waitedSeconds() {
                return loader.waitedSeconds();
            }

            @Override
            public void close() {
                loader.close();
            }
        };
    }

    /** What the features are worth before the first step. */
    @Override
    public void beforeFirstStep(JsonLog log) throws IOException {
        if (probe.isEmpty()) {
            return;
        }
        ObjectNode line = Json.object().put("probe", "before the first step");
        probing.run(() -> probe(line));
        if (!probing.isOff()) {
            log.append(line);
            LOG.info("before the first step: {}", describedProbe(line));
        }
    }

    @Override
    public Step step(long step, TrainState state, BooleanSupplier stop) {
        return trainee.step(step, loader::next, parts, state, stop);
    }

    @Override
    public List<String> warnings(long step, Step outcome, double waited, double seconds) {
        return trainee.warnings(step, outcome, waited, seconds);
    }

    @Override
    public long memoryBytes() {
        return MemoryUse.bytes(request.running().device());
    }

    @Override
    public String remedy() {
        return trainee.remedy();
    }

    @Override
    public ObjectNode endEpoch(long epoch, TrainState state, boolean root) {
        ObjectNode line = trainee.endEpoch(epoch, state);
        boolean last = epoch + 1 == request.optimisation().epochs();
        boolean due = last || (epoch + 1) % request.running().knnEveryEpochs() == 0;
        if (probe.isPresent() && root && due) {
            probing.run(() -> probe(line));
            if (last && line.has("knn_accuracy")) {
                probing.run(() -> compareWithBefore(line.get("knn_accuracy").asDouble()));
            }
        }
        return line;
    }

    private void compareWithBefore(double accuracy) throws IOException {
        ProbeBefore.warning(directory.log(), accuracy).ifPresent(LOG::warn);
    }

    /** An epoch in words for people; the log's keys are DINO's. */
    @Override
    public String describe(ObjectNode line) {
        return String.format(
                Locale.ROOT,
                "loss %.4f, lr %.2e%s",
                line.get("train_loss").asDouble(),
                line.get("train_lr").asDouble(),
                line.has("knn_accuracy") ? ", " + describedProbe(line) : "");
    }

    private static String describedProbe(ObjectNode line) {
        return String.format(
                Locale.ROOT,
                "kNN accuracy %.3f (95 %% interval %.3f to %.3f, chance %.3f)",
                line.get("knn_accuracy").asDouble(),
                line.get("knn_low").asDouble(),
                line.get("knn_high").asDouble(),
                line.get("knn_chance").asDouble());
    }

    private void probe(ObjectNode line) {
        NearestNeighbours.Result result =
                probe.orElseThrow()
                        .score(
                                trainee.result(),
                                request.crops().globalSize(),
                                request.running().device(),
                                request.running().workers());
        line.put("knn_accuracy", result.accuracy())
                .put("knn_low", result.interval().low())
                .put("knn_high", result.interval().high())
                .put("knn_chance", result.chance());
    }

    @Override
    public void publish(long epoch, TrainState state) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt");
        metadata.put("backbone", trainee.result().id());
        metadata.put("program", "surgenet");
        if (!state.licence().isEmpty()) {
            metadata.put("licence", state.licence());
        }
        metadata.put(WeightLoader.EPOCHS_DONE, Long.toString(epoch + 1));
        metadata.put(WeightLoader.EPOCHS_ASKED, Integer.toString(request.optimisation().epochs()));
        Safetensors.write(directory.backbone(), trainee.result().arrays(), metadata);
    }

    @Override
    public List<Curves.Panel> panels() {
        return method.panels();
    }

    /** Writes the backbone of a state's last whole epoch if a run ended before it could. */
    void mendBackbone(TrainState state) throws IOException {
        long epochs = state.step() / request.stepsPerEpoch();
        Optional<String> fault =
                state.step() % request.stepsPerEpoch() == 0
                        ? faultOfBackbone(directory, epochs)
                        : Optional.empty();
        if (fault.isPresent()) {
            publish(epochs - 1, state);
            LOG.warn("{}: was {}; written again", directory.backbone(), fault.get());
        }
    }

    /** Why the backbone's file is not the one after {@code epochs} epochs; empty if it is. */
    static Optional<String> faultOfBackbone(RunDirectory directory, long epochs) {
        if (Missing.isMissing(directory.backbone())) {
            return Optional.of("missing");
        }
        String done;
        try {
            done = WeightsFile.read(directory.backbone()).metadata().get(WeightLoader.EPOCHS_DONE);
        } catch (UserException e) {
            return Optional.of("damaged");
        }
        return Long.toString(epochs).equals(done)
                ? Optional.empty()
                : Optional.of("of another epoch");
    }
}
