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
import org.surgenet.common.Require;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.image.AreaRange;
import org.surgenet.image.DinoCrops;
import org.surgenet.loader.DinoViews;
import org.surgenet.nn.Precision;
import org.surgenet.train.TrainingLoop;

/**
 * All that a pretraining run is asked to do. The names are those of DINO's options where it has
 * them, and so are the defaults, those of its {@code main_dino.py}. A request whose settings make
 * no sense cannot be made. Its parts are made by their builders, which take each setting by name.
 *
 * @param frames images without labels, in the list's order
 * @param output the run's directory
 * @param overwrite whether to start again where the directory holds a run
 * @param model the network
 * @param crops the views
 * @param optimisation how the student learns
 * @param distillation what it learns from the teacher
 * @param running what does not change the result
 */
public record PretrainRequest(
        List<Path> frames,
        Path output,
        boolean overwrite,
        Model model,
        Crops crops,
        Optimisation optimisation,
        Distillation distillation,
        Running running) {
    /** Views smaller than this leave nothing of a picture at the end of a backbone. */
    private static final int SMALLEST_VIEW = 32;

    /**
     * The network.
     *
     * @param backbone one of {@code Backbones.ids()}
     * @param outDim length of the head's output, K
     * @param normLastLayer whether the last layer's rows keep length 1
     * @param weights file the backbone starts from; random values if empty
     * @param weightsPart of the weights' file, such as {@code teacher}; empty for the one that fits
     *     best
     * @param allowPartial whether the file may lack some of the backbone's tensors
     * @param continued full DINO checkpoint that the run goes on from; not together with weights
     * @param precision of products, in student and teacher
     */
    public record Model(
            String backbone,
            int outDim,
            boolean normLastLayer,
            Optional<Path> weights,
            Optional<String> weightsPart,
            boolean allowPartial,
            Optional<Path> continued,
            Precision precision) {
        /**
         * @throws SettingException about the first value that makes no sense
         */
        public Model {
            if (weights.isPresent() && continued.isPresent()) {
                throw SettingException.about(
                        "continue", " takes up all of a checkpoint; it cannot go with weights");
            }
            if (weightsPart.isPresent() && weights.isEmpty()) {
                throw SettingException.about("weights-part", " needs weights, whose part it names");
            }
            Require.atLeast(2, "out-dim", outDim);
        }

        public static Builder builder() {
            return new Builder();
        }

        /** A builder with these values. */
        public Builder toBuilder() {
            return new Builder(this);
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private String backbone = "caformer_s18";
            private int outDim = 65_536;
            private boolean normLastLayer = true;
            private Optional<Path> weights = Optional.empty();
            private Optional<String> weightsPart = Optional.empty();
            private boolean allowPartial;
            private Optional<Path> continued = Optional.empty();
            private Precision precision = Precision.FP32;

            private Builder() {}

            private Builder(Model from) {
                backbone = from.backbone;
                outDim = from.outDim;
                normLastLayer = from.normLastLayer;
                weights = from.weights;
                weightsPart = from.weightsPart;
                allowPartial = from.allowPartial;
                continued = from.continued;
                precision = from.precision;
            }

            public Builder backbone(String value) {
                backbone = value;
                return this;
            }

            public Builder outDim(int value) {
                outDim = value;
                return this;
            }

            public Builder normLastLayer(boolean value) {
                normLastLayer = value;
                return this;
            }

            public Builder weights(Optional<Path> value) {
                weights = value;
                return this;
            }

            public Builder weightsPart(Optional<String> value) {
                weightsPart = value;
                return this;
            }

            public Builder allowPartial(boolean value) {
                allowPartial = value;
                return this;
            }

            public Builder continued(Optional<Path> value) {
                continued = value;
                return this;
            }

            public Builder precision(Precision value) {
                precision = value;
                return this;
            }

            /**
             * @throws SettingException about the first value that makes no sense
             */
            public Model build() {
                return new Model(
                        backbone,
                        outDim,
                        normLastLayer,
                        weights,
                        weightsPart,
                        allowPartial,
                        continued,
                        precision);
            }
        }
    }

    /**
     * The views: two global ones and some local ones.
     *
     * @param globalSize side of a global view, pixels
     * @param localSize side of a local view, pixels
     * @param localCrops number of local views
     * @param globalScale fraction of the image's area in a global view
     * @param localScale fraction of the image's area in a local view
     * @param reducedDecoding whether JPEGs are decoded smaller where no view is enlarged by it
     */
    public record Crops(
            int globalSize,
            int localSize,
            int localCrops,
            AreaRange globalScale,
            AreaRange localScale,
            boolean reducedDecoding) {
        /**
         * @throws SettingException about the first value that makes no sense
         */
        public Crops {
            Require.atLeast(SMALLEST_VIEW, "global-size", globalSize);
            Require.atLeast(SMALLEST_VIEW, "local-size", localSize);
            Require.notNegative("local-crops", localCrops);
        }

        public static Builder builder() {
            return new Builder();
        }

        /** What makes these views of an image. */
        public DinoViews views() {
            return new DinoViews(
                    DinoCrops.Settings.builder()
                            .globalSize(globalSize)
                            .localSize(localSize)
                            .localViews(localCrops)
                            .globalScale(globalScale)
                            .localScale(localScale)
                            .build(),
                    reducedDecoding);
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private int globalSize = 224;
            private int localSize = 96;
            private int localCrops = 8;
            private AreaRange globalScale = new AreaRange(0.4, 1);
            private AreaRange localScale = new AreaRange(0.05, 0.4);
            private boolean reducedDecoding = true;

            private Builder() {}

            public Builder globalSize(int value) {
                globalSize = value;
                return this;
            }

            public Builder localSize(int value) {
                localSize = value;
                return this;
            }

            public Builder localCrops(int value) {
                localCrops = value;
                return this;
            }

            public Builder globalScale(AreaRange value) {
                globalScale = value;
                return this;
            }

            public Builder localScale(AreaRange value) {
                localScale = value;
                return this;
            }

            public Builder reducedDecoding(boolean value) {
                reducedDecoding = value;
                return this;
            }

            /**
             * @throws SettingException about the first value that makes no sense
             */
            public Crops build() {
                return new Crops(
                        globalSize,
                        localSize,
                        localCrops,
                        globalScale,
                        localScale,
                        reducedDecoding);
            }
        }
    }

    /**
     * How the student learns.
     *
     * @param epochs passes over the frames
     * @param batchSize images per step over all processes and micro-batches
     * @param accumulate micro-batches that a step is computed in
     * @param lr learning rate for a batch of 256; scaled linearly
     * @param minLr learning rate at the end
     * @param warmupEpochs epochs in which the learning rate rises
     * @param weightDecay at the start
     * @param weightDecayEnd at the end
     * @param clipGrad largest norm of each parameter's gradient; 0 for no limit
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
            double clipGrad) {
        /**
         * @throws SettingException about the first value that makes no sense
         */
        public Optimisation {
            Require.atLeast(1, "epochs", epochs);
            Require.atLeast(1, "batch-size", batchSize);
            Require.that(
                    accumulate >= 1 && batchSize % accumulate == 0,
                    "accumulate",
                    accumulate,
                    "must divide batch-size " + batchSize);
            Require.positive("lr", lr);
            Require.notNegative("min-lr", minLr);
            Require.that(
                    warmupEpochs >= 0 && warmupEpochs <= epochs,
                    "warmup-epochs",
                    warmupEpochs,
                    "must lie between 0 and epochs " + epochs);
            Require.notNegative("weight-decay", weightDecay);
            Require.notNegative("weight-decay-end", weightDecayEnd);
            Require.notNegative("clip-grad", clipGrad);
        }

        public static Builder builder() {
            return new Builder();
        }

        /** A builder with these values. */
        public Builder toBuilder() {
            return new Builder(this);
        }

        /** The learning rate at the end of the warm-up. */
        public double scaledLr() {
            return lr * batchSize / 256.0;
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private int epochs = 100;
            private int batchSize = 64;
            private int accumulate = 1;
            private double lr = 5e-4;
            private double minLr = 1e-6;
            private int warmupEpochs = 10;
            private double weightDecay = 0.04;
            private double weightDecayEnd = 0.4;
            private double clipGrad = 3;

            private Builder() {}

            private Builder(Optimisation from) {
                epochs = from.epochs;
                batchSize = from.batchSize;
                accumulate = from.accumulate;
                lr = from.lr;
                minLr = from.minLr;
                warmupEpochs = from.warmupEpochs;
                weightDecay = from.weightDecay;
                weightDecayEnd = from.weightDecayEnd;
                clipGrad = from.clipGrad;
            }

            public Builder epochs(int value) {
                epochs = value;
                return this;
            }

            public Builder batchSize(int value) {
                batchSize = value;
                return this;
            }

            public Builder accumulate(int value) {
                accumulate = value;
                return this;
            }

            public Builder lr(double value) {
                lr = value;
                return this;
            }

            public Builder minLr(double value) {
                minLr = value;
                return this;
            }

            public Builder warmupEpochs(int value) {
                warmupEpochs = value;
                return this;
            }

            public Builder weightDecay(double value) {
                weightDecay = value;
                return this;
            }

            public Builder weightDecayEnd(double value) {
                weightDecayEnd = value;
                return this;
            }

            public Builder clipGrad(double value) {
                clipGrad = value;
                return this;
            }

            /**
             * @throws SettingException about the first value that makes no sense
             */
            public Optimisation build() {
                return new Optimisation(
                        epochs,
                        batchSize,
                        accumulate,
                        lr,
                        minLr,
                        warmupEpochs,
                        weightDecay,
                        weightDecayEnd,
                        clipGrad);
            }
        }
    }

    /**
     * What the student learns from the teacher.
     *
     * @param freezeLastLayer epochs during which the head's last layer is not updated
     * @param momentumTeacher momentum of the teacher at the start; it rises to 1
     * @param warmupTeacherTemp temperature of the teacher at the start
     * @param teacherTemp temperature of the teacher after its warm-up
     * @param warmupTeacherTempEpochs epochs of this warm-up
     * @param studentTemp temperature of the student
     * @param centreMomentum momentum of the running mean that centres the teacher's output
     * @param koleo weight of the KoLeo regulariser; 0 for none, as in the original
     */
    public record Distillation(
            int freezeLastLayer,
            double momentumTeacher,
            double warmupTeacherTemp,
            double teacherTemp,
            int warmupTeacherTempEpochs,
            double studentTemp,
            double centreMomentum,
            double koleo) {
        /**
         * @throws SettingException about the first value that makes no sense
         */
        public Distillation {
            Require.notNegative("freeze-last-layer", freezeLastLayer);
            Require.fraction("momentum-teacher", momentumTeacher);
            Require.fraction("center-momentum", centreMomentum);
            Require.notNegative("koleo", koleo);
            Require.positive("teacher-temp", teacherTemp);
            Require.positive("warmup-teacher-temp", warmupTeacherTemp);
            Require.positive("student-temp", studentTemp);
            Require.notNegative("warmup-teacher-temp-epochs", warmupTeacherTempEpochs);
        }

        public static Builder builder() {
            return new Builder();
        }

        /** A builder with these values. */
        public Builder toBuilder() {
            return new Builder(this);
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private int freezeLastLayer = 1;
            private double momentumTeacher = 0.996;
            private double warmupTeacherTemp = 0.04;
            private double teacherTemp = 0.04;
            private int warmupTeacherTempEpochs;
            private double studentTemp = 0.1;
            private double centreMomentum = 0.9;
            private double koleo;

            private Builder() {}

            private Builder(Distillation from) {
                freezeLastLayer = from.freezeLastLayer;
                momentumTeacher = from.momentumTeacher;
                warmupTeacherTemp = from.warmupTeacherTemp;
                teacherTemp = from.teacherTemp;
                warmupTeacherTempEpochs = from.warmupTeacherTempEpochs;
                studentTemp = from.studentTemp;
                centreMomentum = from.centreMomentum;
                koleo = from.koleo;
            }

            public Builder freezeLastLayer(int value) {
                freezeLastLayer = value;
                return this;
            }

            public Builder momentumTeacher(double value) {
                momentumTeacher = value;
                return this;
            }

            public Builder warmupTeacherTemp(double value) {
                warmupTeacherTemp = value;
                return this;
            }

            public Builder teacherTemp(double value) {
                teacherTemp = value;
                return this;
            }

            public Builder warmupTeacherTempEpochs(int value) {
                warmupTeacherTempEpochs = value;
                return this;
            }

            public Builder studentTemp(double value) {
                studentTemp = value;
                return this;
            }

            public Builder centreMomentum(double value) {
                centreMomentum = value;
                return this;
            }

            public Builder koleo(double value) {
                koleo = value;
                return this;
            }

            /**
             * @throws SettingException about the first value that makes no sense
             */
            public Distillation build() {
                return new Distillation(
                        freezeLastLayer,
                        momentumTeacher,
                        warmupTeacherTemp,
                        teacherTemp,
                        warmupTeacherTempEpochs,
                        studentTemp,
                        centreMomentum,
                        koleo);
            }
        }
    }

    /**
     * What changes how the run goes but, on a CPU, not its result; but for the seed.
     *
     * @param seed of all randomness
     * @param workers threads that prepare views
     * @param device of the networks
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
            int knnEveryEpochs) {
        /**
         * @throws SettingException about the first value that makes no sense
         */
        public Running {
            Require.atLeast(1, "workers", workers);
            Require.atLeast(1, "knn-every-epochs", knnEveryEpochs);
        }

        public static Builder builder() {
            return new Builder();
        }

        /** A builder with these values. */
        public Builder toBuilder() {
            return new Builder(this);
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private long seed;
            private int workers = 1;
            private Device device = Device.cpu();
            private TrainingLoop.Keeping keeping = TrainingLoop.Keeping.builder().build();
            private Optional<Path> knnProbe = Optional.empty();
            private int knnEveryEpochs = 1;

            private Builder() {}

            private Builder(Running from) {
                seed = from.seed;
                workers = from.workers;
                device = from.device;
                keeping = from.keeping;
                knnProbe = from.knnProbe;
                knnEveryEpochs = from.knnEveryEpochs;
            }

            public Builder seed(long value) {
                seed = value;
                return this;
            }

            public Builder workers(int value) {
                workers = value;
                return this;
            }

            public Builder device(Device value) {
                device = value;
                return this;
            }

            public Builder keeping(TrainingLoop.Keeping value) {
                keeping = value;
                return this;
            }

            public Builder knnProbe(Optional<Path> value) {
                knnProbe = value;
                return this;
            }

            public Builder knnEveryEpochs(int value) {
                knnEveryEpochs = value;
                return this;
            }

            /**
             * @throws SettingException about the first value that makes no sense
             */
            public Running build() {
                return new Running(seed, workers, device, keeping, knnProbe, knnEveryEpochs);
            }
        }
    }

    /**
     * @throws UserException if there are fewer frames than a batch has
     */
    public PretrainRequest {
        frames = List.copyOf(frames);
        if (frames.size() < optimisation.batchSize()) {
            throw new UserException(
                    "only "
                            + frames.size()
                            + " frames for a batch of "
                            + optimisation.batchSize()
                            + ": give more frames or a smaller batch-size");
        }
    }

    /** A request with defaults for everything else. */
    public static Builder builder(List<Path> frames, Path output) {
        return new Builder(frames, output);
    }

    /** A builder with this request's values. */
    public Builder toBuilder() {
        return new Builder(frames, output)
                .overwrite(overwrite)
                .model(model)
                .crops(crops)
                .optimisation(optimisation)
                .distillation(distillation)
                .running(running);
    }

    /** Sets by name; what is not set is as by default. */
    public static final class Builder {
        private final List<Path> frames;
        private final Path output;
        private boolean overwrite;
        private Model model = Model.builder().build();
        private Crops crops = Crops.builder().build();
        private Optimisation optimisation = Optimisation.builder().build();
        private Distillation distillation = Distillation.builder().build();
        private Running running = Running.builder().build();

        private Builder(List<Path> frames, Path output) {
            this.frames = frames;
            this.output = output;
        }

        public Builder overwrite(boolean value) {
            overwrite = value;
            return this;
        }

        public Builder model(Model value) {
            model = value;
            return this;
        }

        public Builder crops(Crops value) {
            crops = value;
            return this;
        }

        public Builder optimisation(Optimisation value) {
            optimisation = value;
            return this;
        }

        public Builder distillation(Distillation value) {
            distillation = value;
            return this;
        }

        public Builder running(Running value) {
            running = value;
            return this;
        }

        /**
         * @throws UserException if there are fewer frames than a batch has
         */
        public PretrainRequest build() {
            return new PretrainRequest(
                    frames, output, overwrite, model, crops, optimisation, distillation, running);
        }
    }

    /** Steps of an epoch: whole batches, the rest is dropped. */
    public int stepsPerEpoch() {
        return frames.size() / optimisation.batchSize();
    }

    public long steps() {
        return (long) stepsPerEpoch() * optimisation.epochs();
    }

    /**
     * Everything that decides the result, by option name: what a checkpoint must have been made
     * with for this request to go on from it. Micro-batches, workers and device are not among it.
     */
    ObjectNode decisive() {
        Optimisation o = optimisation;
        Distillation d = distillation;
        ObjectNode all = Json.object();
        all.put("frames", frames.size())
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
                .put("global-scale", crops.globalScale().toString())
                .put("local-scale", crops.localScale().toString())
                .put("jpeg-decoding", crops.reducedDecoding() ? "reduced" : "full")
                .put("epochs", o.epochs())
                .put("batch-size", o.batchSize())
                .put("lr", o.lr())
                .put("min-lr", o.minLr())
                .put("warmup-epochs", o.warmupEpochs())
                .put("weight-decay", o.weightDecay())
                .put("weight-decay-end", o.weightDecayEnd())
                .put("clip-grad", o.clipGrad())
                .put("freeze-last-layer", d.freezeLastLayer())
                .put("momentum-teacher", d.momentumTeacher())
                .put("warmup-teacher-temp", d.warmupTeacherTemp())
                .put("teacher-temp", d.teacherTemp())
                .put("warmup-teacher-temp-epochs", d.warmupTeacherTempEpochs())
                .put("student-temp", d.studentTemp())
                .put("center-momentum", d.centreMomentum())
                .put("seed", running.seed());
        if (d.koleo() > 0) {
            // Only then, so that runs go on that were begun before there was a choice. Its
            // neighbours come from the micro-batch.
            all.put("koleo", d.koleo()).put("accumulate", o.accumulate());
        }
        return all;
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
