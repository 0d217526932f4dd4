package org.surgenet.cli;

import java.util.Optional;
import org.surgenet.finetune.Augmentation;
import org.surgenet.finetune.FineTuneRequest;
import org.surgenet.finetune.InputSize;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the fine-tuning commands share. */
final class FineTuneOptions {
    private static final String NO_WEIGHTS = "none";

    @Option(
            names = "--weights",
            paramLabel = "FILE|NAME",
            defaultValue = NO_WEIGHTS,
            description =
                    "Weights of the backbone: .pth or safetensors, SurgeNet's, timm's or DINO's, or"
                            + " public ones by name; none begins with random ones (default:"
                            + " ${DEFAULT-VALUE}).")
    String weights;

    @Mixin WeightsDirOption weightsDir;

    @Option(
            names = "--backbone",
            paramLabel = "NAME",
            defaultValue = "caformer_s18",
            description = "The network (default: ${DEFAULT-VALUE}, SurgeNet's variant).")
    String backbone;

    @Option(
            names = "--allow-partial",
            description = "Take weights that do not cover the backbone, or hold more than it.")
    boolean allowPartial;

    @Option(
            names = "--freeze-backbone",
            description = "Train only what the task puts on top of the backbone.")
    boolean freezeBackbone;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "50",
            description = "Passes over the training part (default: ${DEFAULT-VALUE}).")
    int epochs;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "16",
            description = "Pictures per step (default: ${DEFAULT-VALUE}).")
    int batchSize;

    @Option(
            names = "--lr",
            paramLabel = "X",
            defaultValue = "1e-4",
            description = "Learning rate of AdamW at the start (default: ${DEFAULT-VALUE}).")
    double lr;

    @Option(
            names = "--lr-schedule",
            paramLabel = "cosine|constant",
            defaultValue = "cosine",
            description = "How the learning rate goes on (default: ${DEFAULT-VALUE}).")
    FineTuneRequest.LrSchedule lrSchedule;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            defaultValue = "0.01",
            description =
                    "Weight decay of AdamW; biases and norms are left out (default:"
                            + " ${DEFAULT-VALUE}).")
    double weightDecay;

    @Option(
            names = "--clip-grad",
            paramLabel = "X",
            defaultValue = "1",
            description =
                    "Largest norm of all gradients together, 0 for no limit (default:"
                            + " ${DEFAULT-VALUE}).")
    double clipGrad;

    @Option(
            names = "--augment",
            paramLabel = "none|light",
            defaultValue = "light",
            description =
                    "Variation of training pictures; light: crops of 70-100 %% of the area,"
                            + " left-right flips, brightness and contrast by up to 20 %% (default:"
                            + " ${DEFAULT-VALUE}).")
    Augmentation augment;

    @Mixin OutputOptions output;

    @Mixin SeedOption seed;

    @Mixin WorkersOption workers;

    @Mixin DeviceOption device;

    FineTuneRequest request(String size) {
        return new FineTuneRequest(
                new FineTuneRequest.Model(
                        backbone,
                        weights.equals(NO_WEIGHTS)
                                ? Optional.empty()
                                : Optional.of(weightsDir.resolve(weights)),
                        allowPartial,
                        freezeBackbone),
                new FineTuneRequest.Optimisation(
                        epochs, batchSize, lr, lrSchedule, weightDecay, clipGrad),
                InputSize.parse(size),
                augment,
                new FineTuneRequest.Running(
                        output.output,
                        output.overwrite,
                        seed.seed,
                        workers.count(),
                        Devices.resolve(device),
                        Version.VERSION));
    }
}
