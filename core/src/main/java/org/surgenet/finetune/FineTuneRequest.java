package org.surgenet.finetune;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.common.Json;
import org.surgenet.common.Require;
import org.surgenet.common.SettingException;
import org.surgenet.image.Resampling;
import org.surgenet.nn.Precision;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.task.Augmentation;
import org.surgenet.task.InputSize;
import org.surgenet.train.TrainingLoop;

/**
 * All that a fine-tuning is asked for but its data and objective.
 *
 * @param model the network to begin with
 * @param optimisation how it is trained
 * @param size of its input
 * @param augmentation of training pictures
 * @param running where and how it runs
 */
public record FineTuneRequest(
        Model model,
        Optimisation optimisation,
        InputSize size,
        Augmentation augmentation,
        Running running) {
    /** The setting that runs lack which were begun before there was a choice: they had area. */
    static final String RESIZE = "resize";

    /** Likewise: they had single precision. */
    static final String PRECISION = "precision";

    /**
     * The network.
     *
     * @param backbone name, see {@link Backbones}
     * @param weights of the backbone; empty for random ones
     * @param weightsPart of the weights' file, such as {@code teacher}; empty for the one that fits
     *     best
     * @param allowPartial whether weights may be missing or left over
     * @param freezeBackbone whether only what the task puts on top is trained
     * @param precision of the network's products
     */
    public record Model(
            String backbone,
            Optional<Path> weights,
            Optional<String> weightsPart,
            boolean allowPartial,
            boolean freezeBackbone,
            Precision precision) {
        /**
         * @throws SettingException about the first value that makes no sense
         */
        public Model {
            Backbones.create(backbone);
            if (weightsPart.isPresent() && weights.isEmpty()) {
                throw SettingException.about("weights-part", " needs weights, whose part it names");
            }
            if (freezeBackbone && weights.isEmpty()) {
                throw SettingException.about(
                        "freeze-backbone",
                        " without weights would keep a backbone of random values;"
                                + " name a weight file");
            }
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
            private Optional<Path> weights = Optional.empty();
            private Optional<String> weightsPart = Optional.empty();
            private boolean allowPartial;
            private boolean freezeBackbone;
            private Precision precision = Precision.FP32;

            private Builder() {}

            private Builder(Model from) {
                backbone = from.backbone;
                weights = from.weights;
                weightsPart = from.weightsPart;
                allowPartial = from.allowPartial;
                freezeBackbone = from.freezeBackbone;
                precision = from.precision;
            }

            public Builder backbone(String value) {
                backbone = value;
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

            public Builder freezeBackbone(boolean value) {
                freezeBackbone = value;
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
                        backbone, weights, weightsPart, allowPartial, freezeBackbone, precision);
            }
        }
    }

    /** How the learning rate goes. */
    public enum LrSchedule {
        /** Half a cosine down to 0 at the end. */
        COSINE,
        CONSTANT
    }

    /** In which order an epoch takes the training samples. */
    public enum Sampling {
        /** Each once, in random order. */
        SHUFFLED,
        /**
         * As many draws with replacement; a sample's chance is 1 / (the number of training samples
         * that show its rarest class).
         */
        BALANCED
    }

    /**
     * What few trainings want.
     *
     * @param warmupEpochs epochs over which the learning rate rises from 0; may be a fraction
     * @param layerDecay factor on the learning rate from each block of the backbone to the one
     *     below it; 1 for the same rate everywhere
     * @param probeEpochs first epochs, in which the task's head alone is trained
     * @param ema decay of the exponential moving average of the weights, which is then what is
     *     validated and kept; 0 for none
     * @param patience epochs without a better one after which training ends; 0 for never
     * @param sampling order of the training samples
     */
    public record Refinements(
            double warmupEpochs,
            double layerDecay,
            int probeEpochs,
            double ema,
            int patience,
            Sampling sampling) {
        /** None of them. */
        public static final Refinements NONE = builder().build();

        /**
         * @throws SettingException about the first value that makes no sense
         */
        public Refinements {
            Require.notNegative("warmup-epochs", warmupEpochs);
            Require.that(
                    layerDecay > 0 && layerDecay <= 1,
                    "layer-decay",
                    layerDecay,
                    "must be above 0 and at most 1");
            Require.notNegative("probe-epochs", probeEpochs);
            Require.that(ema >= 0 && ema < 1, "ema", ema, "must be at least 0 and below 1");
            Require.notNegative("patience", patience);
        }

        public static Builder builder() {
            return new Builder();
        }

        /** A builder with these values. */
        public Builder toBuilder() {
            return new Builder(this);
        }

        private void requireWithin(int epochs) {
            String problem = "must lie between 0 and epochs " + epochs;
            Require.that(warmupEpochs <= epochs, "warmup-epochs", warmupEpochs, problem);
            Require.that(probeEpochs <= epochs, "probe-epochs", probeEpochs, problem);
        }

        private void putInto(ObjectNode settings) {
            settings.put("warmup_epochs", warmupEpochs)
                    .put("layer_decay", layerDecay)
                    .put("probe_epochs", probeEpochs)
                    .put("ema", ema)
                    .put("patience", patience)
                    .put("sampling", sampling.name());
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private double warmupEpochs;
            private double layerDecay = 1;
            private int probeEpochs;
            private double ema;
            private int patience;
            private Sampling sampling = Sampling.SHUFFLED;

            private Builder() {}

            private Builder(Refinements from) {
                warmupEpochs = from.warmupEpochs;
                layerDecay = from.layerDecay;
                probeEpochs = from.probeEpochs;
                ema = from.ema;
                patience = from.patience;
                sampling = from.sampling;
            }

            public Builder warmupEpochs(double value) {
                warmupEpochs = value;
                return this;
            }

            public Builder layerDecay(double value) {
                layerDecay = value;
                return this;
            }

            public Builder probeEpochs(int value) {
                probeEpochs = value;
                return this;
            }

            public Builder ema(double value) {
                ema = value;
                return this;
            }

            public Builder patience(int value) {
                patience = value;
                return this;
            }

            public Builder sampling(Sampling value) {
                sampling = value;
                return this;
            }

            /**
             * @throws SettingException about the first value that makes no sense
             */
            public Refinements build() {
                return new Refinements(
                        warmupEpochs, layerDecay, probeEpochs, ema, patience, sampling);
            }
        }
    }

    /**
     * The optimiser, AdamW.
     *
     * @param epochs passes over the training part
     * @param batchSize pictures per step; an epoch's last batch may be smaller
     * @param accumulate micro-batches that each step is computed in
     * @param lr learning rate at the start
     * @param schedule of the learning rate
     * @param weightDecay of weights with more than one dimension
     * @param clipGrad largest norm of all gradients together; 0 for no limit
     * @param refinements what few trainings want
     */
    public record Optimisation(
            int epochs,
            int batchSize,
            int accumulate,
            double lr,
            LrSchedule schedule,
            double weightDecay,
            double clipGrad,
            Refinements refinements) {
        /**
         * @throws SettingException about the first value that makes no sense
         */
        public Optimisation {
            Require.atLeast(1, "epochs", epochs);
            Require.atLeast(1, "batch-size", batchSize);
            Require.atLeast(1, "accumulate", accumulate);
            Require.that(
                    accumulate <= batchSize,
                    "accumulate",
                    accumulate,
                    "must not be more than batch-size " + batchSize);
            Require.positive("lr", lr);
            Require.notNegative("weight-decay", weightDecay);
            Require.that(
                    clipGrad >= 0 && Double.isFinite(clipGrad),
                    "clip-grad",
                    clipGrad,
                    "must be 0 (no limit) or positive");
            refinements.requireWithin(epochs);
        }

        public static Builder builder() {
            return new Builder();
        }

        /** A builder with these values. */
        public Builder toBuilder() {
            return new Builder(this);
        }

        /**
         * Steps of an epoch.
         *
         * @param samples of the training part
         */
        long stepsPerEpoch(int samples) {
            return (samples + batchSize - 1L) / batchSize;
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private int epochs = 50;
            private int batchSize = 16;
            private int accumulate = 1;
            private double lr = 1e-4;
            private LrSchedule schedule = LrSchedule.COSINE;
            private double weightDecay = 0.01;
            private double clipGrad = 1;
            private Refinements refinements = Refinements.NONE;

            private Builder() {}

            private Builder(Optimisation from) {
                epochs = from.epochs;
                batchSize = from.batchSize;
                accumulate = from.accumulate;
                lr = from.lr;
                schedule = from.schedule;
                weightDecay = from.weightDecay;
                clipGrad = from.clipGrad;
                refinements = from.refinements;
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

            public Builder schedule(LrSchedule value) {
                schedule = value;
                return this;
            }

            public Builder weightDecay(double value) {
                weightDecay = value;
                return this;
            }

            public Builder clipGrad(double value) {
                clipGrad = value;
                return this;
            }

            public Builder refinements(Refinements value) {
                refinements = value;
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
                        schedule,
                        weightDecay,
                        clipGrad,
                        refinements);
            }
        }
    }

    /**
     * Where and how.
     *
     * @param output the run's directory
     * @param overwrite whether to start again if it holds a run
     * @param seed of all randomness
     * @param workers threads that prepare pictures
     * @param device of the network
     * @param keeping what is saved, and how often
     * @param version of surgenet, for the model's card; empty if it is not known
     */
    public record Running(
            Path output,
            boolean overwrite,
            long seed,
            int workers,
            Device device,
            TrainingLoop.Keeping keeping,
            String version) {
        /**
         * @throws SettingException about the first value that makes no sense
         */
        public Running {
            Require.atLeast(1, "workers", workers);
        }

        /** With defaults for everything else. */
        public static Builder builder(Path output) {
            return new Builder(output);
        }

        /** A builder with these values. */
        public Builder toBuilder() {
            return new Builder(this);
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private final Path output;
            private boolean overwrite;
            private long seed;
            private int workers = 1;
            private Device device = Device.cpu();
            private TrainingLoop.Keeping keeping = TrainingLoop.Keeping.builder().build();
            private String version = "";

            private Builder(Path output) {
                this.output = output;
            }

            private Builder(Running from) {
                output = from.output;
                overwrite = from.overwrite;
                seed = from.seed;
                workers = from.workers;
                device = from.device;
                keeping = from.keeping;
                version = from.version;
            }

            public Builder overwrite(boolean value) {
                overwrite = value;
                return this;
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

            public Builder version(String value) {
                version = value;
                return this;
            }

            /**
             * @throws SettingException about the first value that makes no sense
             */
            public Running build() {
                return new Running(output, overwrite, seed, workers, device, keeping, version);
            }
        }
    }

    /**
     * @throws SettingException about settings that do not go together
     */
    public FineTuneRequest {
        if (model.freezeBackbone && optimisation.refinements.probeEpochs > 0) {
            throw SettingException.about(
                    "probe-epochs", " makes no difference where freeze-backbone is set");
        }
    }

    /** A request with defaults for everything else. */
    public static Builder builder(InputSize size, Running running) {
        return new Builder(size, running);
    }

    /** A builder with this request's values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Sets by name; what is not set is as by default. */
    public static final class Builder {
        private Model model = Model.builder().build();
        private Optimisation optimisation = Optimisation.builder().build();
        private InputSize size;
        private Augmentation augmentation = Augmentation.LIGHT;
        private Running running;

        private Builder(InputSize size, Running running) {
            this.size = size;
            this.running = running;
        }

        private Builder(FineTuneRequest from) {
            model = from.model;
            optimisation = from.optimisation;
            size = from.size;
            augmentation = from.augmentation;
            running = from.running;
        }

        public Builder model(Model value) {
            model = value;
            return this;
        }

        public Builder optimisation(Optimisation value) {
            optimisation = value;
            return this;
        }

        public Builder size(InputSize value) {
            size = value;
            return this;
        }

        public Builder augmentation(Augmentation value) {
            augmentation = value;
            return this;
        }

        public Builder running(Running value) {
            running = value;
            return this;
        }

        /**
         * @throws SettingException about the first value that makes no sense
         */
        public FineTuneRequest build() {
            return new FineTuneRequest(model, optimisation, size, augmentation, running);
        }
    }

    static String label(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }

    /** The settings that decide the result; a resumed run must share them. */
    ObjectNode decisive() {
        ObjectNode settings =
                Json.object()
                        .put("backbone", model.backbone)
                        .put("weights", model.weights.map(Path::toString).orElse("none"))
                        // As runs have it that were begun before there was a choice.
                        .put("weights_part", model.weightsPart.orElse(""))
                        .put("freeze_backbone", model.freezeBackbone)
                        .put("epochs", optimisation.epochs)
                        .put("batch_size", optimisation.batchSize)
                        .put("lr", optimisation.lr)
                        .put("lr_schedule", optimisation.schedule.name())
                        .put("weight_decay", optimisation.weightDecay)
                        .put("clip_grad", optimisation.clipGrad)
                        .put("size", size.toString())
                        .put(RESIZE, size.resampling().label())
                        // In capitals, as earlier versions wrote it.
                        .put("augment", augmentation.name().toUpperCase(Locale.ROOT))
                        .put("seed", running.seed)
                        .put(PRECISION, label(model.precision));
        putNew(settings, augmentation, optimisation.refinements);
        return settings;
    }

    /**
     * Adds to the settings of a run of an earlier version those that it could not choose, as it had
     * them.
     */
    static void complete(ObjectNode settings) {
        ObjectNode earlier = Json.object().put(RESIZE, Resampling.AREA.label());
        earlier.put(PRECISION, label(Precision.FP32));
        putNew(earlier, Augmentation.of(settings.path("augment").asText("none")), Refinements.NONE);
        earlier.fields()
                .forEachRemaining(
                        entry -> {
                            if (!settings.has(entry.getKey())) {
                                settings.set(entry.getKey(), entry.getValue());
                            }
                        });
    }

    private static void putNew(
            ObjectNode settings, Augmentation augmentation, Refinements refinements) {
        settings.put("augment_rotation", augmentation.rotation())
                .put("augment_scale", augmentation.scale())
                .put("augment_saturation", augmentation.saturation())
                .put("augment_hue", augmentation.hue());
        refinements.putInto(settings);
    }
}
