package org.surgenet.finetune;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.common.Json;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
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
     * @param allowPartial whether weights may be missing or left over
     * @param freezeBackbone whether only what the task puts on top is trained
     * @param weightsPart of the file, see {@code --weights-part}; empty for the one that fits best
     * @param precision of the network's products
     */
    public record Model(
            String backbone,
            Optional<Path> weights,
            boolean allowPartial,
            boolean freezeBackbone,
            Optional<String> weightsPart,
            Precision precision) {
        /** With the part of the weights' file that fits best, in full precision. */
        public Model(
                String backbone,
                Optional<Path> weights,
                boolean allowPartial,
                boolean freezeBackbone) {
            this(backbone, weights, allowPartial, freezeBackbone, Optional.empty(), Precision.FP32);
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
        public static final Refinements NONE = new Refinements(0, 1, 0, 0, 0, Sampling.SHUFFLED);

        private void validate(int epochs) {
            require(
                    warmupEpochs >= 0 && warmupEpochs <= epochs,
                    "warmup-epochs",
                    warmupEpochs,
                    "must lie between 0 and epochs " + epochs);
            require(
                    layerDecay > 0 && layerDecay <= 1,
                    "layer-decay",
                    layerDecay,
                    "must be above 0 and at most 1");
            require(
                    probeEpochs >= 0 && probeEpochs <= epochs,
                    "probe-epochs",
                    probeEpochs,
                    "must lie between 0 and epochs " + epochs);
            require(ema >= 0 && ema < 1, "ema", ema, "must be at least 0 and below 1");
            require(patience >= 0, "patience", patience, "must not be negative");
        }

        private static void require(boolean right, String key, Number value, String words) {
            if (!right) {
                throw new SettingException(key, value, words);
            }
        }

        private void putInto(ObjectNode settings) {
            settings.put("warmup_epochs", warmupEpochs)
                    .put("layer_decay", layerDecay)
                    .put("probe_epochs", probeEpochs)
                    .put("ema", ema)
                    .put("patience", patience)
                    .put("sampling", sampling.name());
        }
    }

    /**
     * The optimiser, AdamW.
     *
     * @param epochs passes over the training part
     * @param batchSize pictures per step; an epoch's last batch may be smaller
     * @param accumulate parts that each step is computed in
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
        /** With steps that are computed at once. */
        public Optimisation(
                int epochs,
                int batchSize,
                double lr,
                LrSchedule schedule,
                double weightDecay,
                double clipGrad) {
            this(epochs, batchSize, 1, lr, schedule, weightDecay, clipGrad, Refinements.NONE);
        }

        /** The same with other refinements. */
        public Optimisation with(Refinements other) {
            return new Optimisation(
                    epochs, batchSize, accumulate, lr, schedule, weightDecay, clipGrad, other);
        }

        /**
         * Steps of an epoch.
         *
         * @param samples of the training part
         */
        long stepsPerEpoch(int samples) {
            return (samples + batchSize - 1L) / batchSize;
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
     * @param version of surgenet, for the model's card
     */
    public record Running(
            Path output,
            boolean overwrite,
            long seed,
            int workers,
            Device device,
            TrainingLoop.Keeping keeping,
            String version) {
        /** With a state saved at the end of each epoch, and no image that may be unreadable. */
        public Running(
                Path output,
                boolean overwrite,
                long seed,
                int workers,
                Device device,
                String version) {
            this(
                    output,
                    overwrite,
                    seed,
                    workers,
                    device,
                    TrainingLoop.Keeping.builder().maxBadFraction(0).build(),
                    version);
        }
    }

    /**
     * Checks what can be checked without data.
     *
     * @throws UserException naming the option
     */
    void validate() {
        positive("epochs", optimisation.epochs);
        positive("batch-size", optimisation.batchSize);
        positive("accumulate", optimisation.accumulate);
        if (optimisation.accumulate > optimisation.batchSize) {
            throw new SettingException(
                    "accumulate",
                    optimisation.accumulate,
                    "must not be more than batch-size " + optimisation.batchSize);
        }
        optimisation.refinements.validate(optimisation.epochs);
        if (!(optimisation.lr > 0) || Double.isInfinite(optimisation.lr)) {
            throw new SettingException("lr", optimisation.lr, "must be positive");
        }
        if (!(optimisation.weightDecay >= 0) || Double.isInfinite(optimisation.weightDecay)) {
            throw new SettingException(
                    "weight-decay", optimisation.weightDecay, "must not be negative");
        }
        if (!(optimisation.clipGrad >= 0) || Double.isInfinite(optimisation.clipGrad)) {
            throw new SettingException(
                    "clip-grad", optimisation.clipGrad, "must be 0 (no limit) or positive");
        }
        Backbones.create(model.backbone);
        if (model.weightsPart.isPresent() && model.weights.isEmpty()) {
            throw SettingException.about("weights-part", " needs weights, whose part it names");
        }
        if (model.freezeBackbone && optimisation.refinements.probeEpochs > 0) {
            throw SettingException.about(
                    "probe-epochs", " makes no difference where freeze-backbone is set");
        }
        if (model.freezeBackbone && model.weights.isEmpty()) {
            throw SettingException.about(
                    "freeze-backbone",
                    " without weights would keep a backbone of random values;"
                            + " name a weight file");
        }
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new SettingException(key, value, "must be at least 1");
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
