package org.surgenet.pretrain;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.image.DinoCrops;
import org.surgenet.loader.DinoViews;
import org.surgenet.nn.Precision;
import org.surgenet.train.TrainingLoop;

/**
 * All that a pretraining run is asked to do. The names are those of DINO's options where it has
 * them.
 *
 * @param frames images without labels, in the list's order
 * @param output the run's directory
 * @param overwrite whether to start again where the directory holds a run
 */
public record PretrainRequest(
        List<Path> frames,
        Path output,
        boolean overwrite,
        Model model,
        Crops crops,
        Optimisation optimisation,
        Running running) {

    /**
     * The network.
     *
     * @param backbone one of {@code Backbones.ids()}
     * @param outDim length of the head's output, K
     * @param normLastLayer whether the last layer's rows keep length 1
     * @param weights file the backbone starts from; random values if empty
     * @param allowPartial whether the file may lack some of the backbone's tensors
     * @param continued full DINO checkpoint that the run goes on from; not together with weights
     * @param precision of products, in student and teacher
     * @param weightsPart of the weights' file, see {@code --weights-part}; empty for the one that
     *     fits best
     */
    public record Model(
            String backbone,
            int outDim,
            boolean normLastLayer,
            Optional<Path> weights,
            boolean allowPartial,
            Optional<Path> continued,
            Precision precision,
            Optional<String> weightsPart) {
        /** With the part of the weights' file that fits best. */
        public Model(
                String backbone,
                int outDim,
                boolean normLastLayer,
                Optional<Path> weights,
                boolean allowPartial,
                Optional<Path> continued,
                Precision precision) {
            this(
                    backbone,
                    outDim,
                    normLastLayer,
                    weights,
                    allowPartial,
                    continued,
                    precision,
                    Optional.empty());
        }
    }

    /**
     * The views: two global ones and some local ones.
     *
     * @param globalMinScale smallest share of the image's area in a global view; the others
     *     likewise
     * @param reducedDecoding whether JPEGs are decoded smaller where no view is enlarged by it
     */
    public record Crops(
            int globalSize,
            int localSize,
            int localCrops,
            double globalMinScale,
            double globalMaxScale,
            double localMinScale,
            double localMaxScale,
            boolean reducedDecoding) {
        /** What makes these views of an image; the numbers must make sense. */
        public DinoViews views() {
            return new DinoViews(
                    new DinoCrops.Settings(
                            globalSize,
                            localSize,
                            localCrops,
                            globalMinScale,
                            globalMaxScale,
                            localMinScale,
                            localMaxScale),
                    reducedDecoding);
        }
    }

    /**
     * The optimisation.
     *
     * @param batchSize images per step over all processes and parts
     * @param accumulate parts that a step is computed in
     * @param lr learning rate for a batch of 256; scaled linearly
     * @param clipGrad largest norm of each parameter's gradient; 0 for no limit
     * @param freezeLastLayer epochs during which the head's last layer is not updated
     */
    public record Optimisation(
            int epochs,
            int batchSize,
            int accumulate,
            double lr,
            double minLr,
            int warmupEpochs,
            double weightDecay,
            double weightDecayEnd,
            double clipGrad,
            int freezeLastLayer,
            double momentumTeacher,
            double warmupTeacherTemp,
            double teacherTemp,
            int warmupTeacherTempEpochs,
            double studentTemp,
            double centreMomentum) {
        /** The learning rate at the end of the warm-up. */
        public double scaledLr() {
            return lr * batchSize / 256.0;
        }
    }

    /**
     * What changes how the run goes but, on a CPU, not its result.
     *
     * @param keeping what is saved, and how often
     * @param knnProbe CSV of {@code path,label} for the nearest-neighbour probe
     * @param knnEveryEpochs epochs between probes
     */
    public record Running(
            long seed,
            int workers,
            Device device,
            TrainingLoop.Keeping keeping,
            Optional<Path> knnProbe,
            int knnEveryEpochs) {}

    public PretrainRequest {
        frames = List.copyOf(frames);
    }

    /** Steps of an epoch: whole batches, the rest is dropped. */
    public int stepsPerEpoch() {
        return frames.size() / optimisation.batchSize();
    }

    public long steps() {
        return (long) stepsPerEpoch() * optimisation.epochs();
    }

    /**
     * Checks that everything makes sense together.
     *
     * @throws UserException that names the option and what it may be
     */
    public void validate() {
        Optimisation o = optimisation;
        require(o.epochs() >= 1, "epochs", o.epochs(), "must be at least 1");
        require(o.batchSize() >= 1, "batch-size", o.batchSize(), "must be at least 1");
        require(
                o.accumulate() >= 1 && o.batchSize() % o.accumulate() == 0,
                "accumulate",
                o.accumulate(),
                "must divide batch-size " + o.batchSize());
        if (frames.size() < o.batchSize()) {
            throw new UserException(
                    "only "
                            + frames.size()
                            + " frames for a batch of "
                            + o.batchSize()
                            + ": give more frames or a smaller batch-size");
        }
        if (model.weights().isPresent() && model.continued().isPresent()) {
            throw SettingException.about(
                    "continue", " takes up all of a checkpoint; it cannot go with weights");
        }
        if (model.weightsPart().isPresent() && model.weights().isEmpty()) {
            throw SettingException.about("weights-part", " needs weights, whose part it names");
        }
        require(model.outDim() >= 2, "out-dim", model.outDim(), "must be at least 2");
        Crops c = crops;
        require(c.globalSize() >= 32, "global-size", c.globalSize(), "must be at least 32");
        require(c.localSize() >= 32, "local-size", c.localSize(), "must be at least 32");
        require(c.localCrops() >= 0, "local-crops", c.localCrops(), "must not be negative");
        scale("global-scale", c.globalMinScale(), c.globalMaxScale());
        scale("local-scale", c.localMinScale(), c.localMaxScale());
        positive("lr", o.lr());
        require(o.minLr() >= 0, "min-lr", o.minLr(), "must not be negative");
        require(
                o.warmupEpochs() >= 0 && o.warmupEpochs() <= o.epochs(),
                "warmup-epochs",
                o.warmupEpochs(),
                "must lie between 0 and epochs " + o.epochs());
        require(o.weightDecay() >= 0, "weight-decay", o.weightDecay(), "must not be negative");
        require(
                o.weightDecayEnd() >= 0,
                "weight-decay-end",
                o.weightDecayEnd(),
                "must not be negative");
        require(o.clipGrad() >= 0, "clip-grad", o.clipGrad(), "must not be negative");
        require(
                o.freezeLastLayer() >= 0,
                "freeze-last-layer",
                o.freezeLastLayer(),
                "must not be negative");
        fraction("momentum-teacher", o.momentumTeacher());
        fraction("center-momentum", o.centreMomentum());
        positive("teacher-temp", o.teacherTemp());
        positive("warmup-teacher-temp", o.warmupTeacherTemp());
        positive("student-temp", o.studentTemp());
        require(
                o.warmupTeacherTempEpochs() >= 0,
                "warmup-teacher-temp-epochs",
                o.warmupTeacherTempEpochs(),
                "must not be negative");
        require(running.workers() >= 1, "workers", running.workers(), "must be at least 1");
        running.keeping().validate();
        require(
                running.knnEveryEpochs() >= 1,
                "knn-every-epochs",
                running.knnEveryEpochs(),
                "must be at least 1");
    }

    private static void positive(String key, double value) {
        require(value > 0 && Double.isFinite(value), key, value, "must be positive");
    }

    private static void fraction(String key, double value) {
        require(value >= 0 && value <= 1, key, value, "must lie between 0 and 1");
    }

    private static void scale(String key, double min, double max) {
        if (!(min > 0 && min <= max && max <= 1)) {
            throw new SettingException(
                    key,
                    min + "," + max,
                    "must be two shares of the area, rising, above 0 and at most 1");
        }
    }

    private static void require(boolean holds, String key, Object value, String problem) {
        if (!holds) {
            throw new SettingException(key, value, problem);
        }
    }

    /**
     * Everything that decides the result, by option name: what a checkpoint must have been made
     * with for this request to go on from it. Parts, workers and device are not among it.
     */
    ObjectNode decisive() {
        Optimisation o = optimisation;
        return Json.object()
                .put("frames", frames.size())
                .put("frames_sha256", framesHash())
                .put("backbone", model.backbone())
                .put("weights", model.weights().map(Path::toString).orElse(""))
                // As runs have it that were begun before there was a choice.
                .put("weights-part", model.weightsPart().orElse(""))
                .put("continue", model.continued().map(Path::toString).orElse(""))
                .put("out-dim", model.outDim())
                .put("norm-last-layer", model.normLastLayer())
                .put("precision", model.precision().name().toLowerCase(Locale.ROOT))
                .put("global-size", crops.globalSize())
                .put("local-size", crops.localSize())
                .put("local-crops", crops.localCrops())
                .put("global-scale", crops.globalMinScale() + "," + crops.globalMaxScale())
                .put("local-scale", crops.localMinScale() + "," + crops.localMaxScale())
                .put("jpeg-decoding", crops.reducedDecoding() ? "reduced" : "full")
                .put("epochs", o.epochs())
                .put("batch-size", o.batchSize())
                .put("lr", o.lr())
                .put("min-lr", o.minLr())
                .put("warmup-epochs", o.warmupEpochs())
                .put("weight-decay", o.weightDecay())
                .put("weight-decay-end", o.weightDecayEnd())
                .put("clip-grad", o.clipGrad())
                .put("freeze-last-layer", o.freezeLastLayer())
                .put("momentum-teacher", o.momentumTeacher())
                .put("warmup-teacher-temp", o.warmupTeacherTemp())
                .put("teacher-temp", o.teacherTemp())
                .put("warmup-teacher-temp-epochs", o.warmupTeacherTempEpochs())
                .put("student-temp", o.studentTemp())
                .put("center-momentum", o.centreMomentum())
                .put("seed", running.seed());
    }

    /** Of folder and file names in order: a set of folders that moved is still the same set. */
    private String framesHash() {
        MessageDigest digest = Hashes.newSha256();
        for (Path frame : frames) {
            Path folder = frame.toAbsolutePath().getParent().getFileName();
            digest.update(
                    (folder + "/" + frame.getFileName() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
