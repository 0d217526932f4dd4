package org.surgenet.finetune;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Optional;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.nn.Backbones;

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
    /**
     * The network.
     *
     * @param backbone name, see {@link Backbones}
     * @param weights of the backbone; empty for random ones
     * @param allowPartial whether weights may be missing or left over
     * @param freezeBackbone whether only what the task puts on top is trained
     */
    public record Model(
            String backbone,
            Optional<Path> weights,
            boolean allowPartial,
            boolean freezeBackbone) {}

    /** How the learning rate goes. */
    public enum LrSchedule {
        /** Half a cosine down to 0 at the end. */
        COSINE,
        CONSTANT
    }

    /**
     * The optimiser, AdamW.
     *
     * @param epochs passes over the training part
     * @param batchSize pictures per step; an epoch's last batch may be smaller
     * @param lr learning rate at the start
     * @param schedule of the learning rate
     * @param weightDecay of weights with more than one dimension
     * @param clipGrad largest norm of all gradients together; 0 for no limit
     */
    public record Optimisation(
            int epochs,
            int batchSize,
            double lr,
            LrSchedule schedule,
            double weightDecay,
            double clipGrad) {}

    /**
     * Where and how.
     *
     * @param output the run's directory
     * @param overwrite whether to start again if it holds a run
     * @param seed of all randomness
     * @param workers threads that prepare pictures
     * @param device of the network
     * @param version of surgenet, for the model's card
     */
    public record Running(
            Path output,
            boolean overwrite,
            long seed,
            int workers,
            Device device,
            String version) {}

    /**
     * Checks what can be checked without data.
     *
     * @throws UserException naming the option
     */
    void validate(TaskKind kind) {
        positive("--epochs", optimisation.epochs);
        positive("--batch-size", optimisation.batchSize);
        if (!(optimisation.lr > 0) || Double.isInfinite(optimisation.lr)) {
            throw new UserException("--lr " + optimisation.lr + ": must be positive");
        }
        if (!(optimisation.weightDecay >= 0) || Double.isInfinite(optimisation.weightDecay)) {
            throw new UserException(
                    "--weight-decay " + optimisation.weightDecay + ": must not be negative");
        }
        if (!(optimisation.clipGrad >= 0) || Double.isInfinite(optimisation.clipGrad)) {
            throw new UserException(
                    "--clip-grad " + optimisation.clipGrad + ": must be 0 (no limit) or positive");
        }
        TaskNetwork.requireSize(kind, size);
        Backbones.create(model.backbone);
        if (model.freezeBackbone && model.weights.isEmpty()) {
            throw new UserException(
                    "--freeze-backbone without --weights would keep a backbone of random values;"
                            + " name a weight file");
        }
    }

    private static void positive(String option, int value) {
        if (value < 1) {
            throw new UserException(option + " " + value + ": must be at least 1");
        }
    }

    /** The settings that decide the result; a resumed run must share them. */
    ObjectNode decisive() {
        return Json.object()
                .put("backbone", model.backbone)
                .put("weights", model.weights.map(Path::toString).orElse("none"))
                .put("freeze_backbone", model.freezeBackbone)
                .put("epochs", optimisation.epochs)
                .put("batch_size", optimisation.batchSize)
                .put("lr", optimisation.lr)
                .put("lr_schedule", optimisation.schedule.name())
                .put("weight_decay", optimisation.weightDecay)
                .put("clip_grad", optimisation.clipGrad)
                .put("size", size.toString())
                .put("augment", augmentation.name())
                .put("seed", running.seed);
    }
}
