package org.surgenet.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.surgenet.finetune.FineTuneRequest;
import org.surgenet.finetune.FineTuning;
import org.surgenet.image.Resampling;
import org.surgenet.nn.Precision;
import org.surgenet.task.InputSize;
import org.surgenet.weights.WeightsSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the fine-tuning commands share. */
final class FineTuneOptions {
    private static final String NO_WEIGHTS = "none";

    @Option(
            names = "--weights",
            paramLabel = "FILE|NAME",
            converter = PathText.class,
            defaultValue = NO_WEIGHTS,
            description =
                    "Weights of the backbone: .pth, safetensors or the .index.json of shards, with"
                        + " the names of SurgeNet, timm, DINO or transformers, or public weights by"
                        + " name; 'none' starts from random weights (default: ${DEFAULT-VALUE}).")
    String weights;

    @Mixin WeightsDirOption weightsDir;

    @Mixin WeightsPartOption weightsPart;

    @Option(
            names = "--backbone",
            paramLabel = "NAME",
            defaultValue = "caformer_s18",
            description = "The network (default: ${DEFAULT-VALUE}, SurgeNet's variant).")
    String backbone;

    @Option(
            names = "--allow-partial",
            description = "Accept weights that lack some of the backbone's tensors or have others.")
    boolean allowPartial;

    @Option(
            names = "--freeze-backbone",
            description = "Freeze the backbone; train only the task's head.")
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
            description = "Images per step (default: ${DEFAULT-VALUE}).")
    int batchSize;

    @Option(
            names = "--accumulate",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Gradient accumulation: split each step into N micro-batches, weighted by their"
                            + " number of images, to save memory (default: ${DEFAULT-VALUE}).")
    int accumulate;

    @Option(
            names = "--precision",
            paramLabel = "fp32|bf16",
            defaultValue = "fp32",
            description =
                    "Precision of the inputs of matrix products and convolutions; bf16 is faster on"
                            + " GPUs that support it (default: ${DEFAULT-VALUE}).")
    Precision precision;

    @Option(
            names = "--lr",
            paramLabel = "X",
            defaultValue = "1e-4",
            description =
                    "Learning rate of AdamW at the start, or after the warm-up (default:"
                            + " ${DEFAULT-VALUE}).")
    double lr;

    @Option(
            names = "--lr-schedule",
            paramLabel = "cosine|constant",
            defaultValue = "cosine",
            description = "Learning-rate schedule (default: ${DEFAULT-VALUE}).")
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
                    "Clip the norm of all gradients together to this value; 0 = no clipping"
                            + " (default: ${DEFAULT-VALUE}).")
    double clipGrad;

    @Mixin RefinementOptions refinements;

    @Mixin AugmentationOptions augment;

    @Option(
            names = "--resize",
            paramLabel = "bicubic|bilinear|area",
            defaultValue = "bicubic",
            description =
                    "Resampling of images, in training and whenever the model is used: bicubic or"
                            + " bilinear as Pillow's, antialiased; area is OpenCV's mean, as in"
                            + " earlier versions of this program (default: ${DEFAULT-VALUE}).")
    Resampling resize;

    @Mixin OutputOptions output;

    @Mixin KeepingOptions keeping;

    @Mixin SeedOption seed;

    @Mixin WorkersOption workers;

    @Mixin DeviceOption device;

    /** The file to start from; empty for random weights. */
    Optional<Path> weights() {
        return weights.equals(NO_WEIGHTS)
                ? Optional.empty()
                : Optional.of(weightsDir.resolve(weights));
    }

    /** What decides whether weights fit. */
    List<Object> network() {
        return List.of(backbone, weights, weightsPart.part(), allowPartial);
    }

    /**
     * @throws org.surgenet.common.UserException if the weights do not fit the backbone
     */
    void requireFit() {
        weights()
                .ifPresent(
                        file ->
                                FineTuning.requireFit(
                                        backbone,
                                        new WeightsSource(file, weightsPart.part(), allowPartial)));
    }

    FineTuneRequest request(InputSize size) {
        return FineTuneRequest.builder(size.with(resize), running())
                .model(model())
                .optimisation(optimisation())
                .augmentation(augment.augmentation())
                .build();
    }

    private FineTuneRequest.Model model() {
        return FineTuneRequest.Model.builder()
                .backbone(backbone)
                .weights(weights())
                .weightsPart(weightsPart.part())
                .allowPartial(allowPartial)
                .freezeBackbone(freezeBackbone)
                .precision(precision)
                .build();
    }

    private FineTuneRequest.Optimisation optimisation() {
        return FineTuneRequest.Optimisation.builder()
                .epochs(epochs)
                .batchSize(batchSize)
                .accumulate(accumulate)
                .lr(lr)
                .schedule(lrSchedule)
                .weightDecay(weightDecay)
                .clipGrad(clipGrad)
                .refinements(refinements.refinements())
                .build();
    }

    private FineTuneRequest.Running running() {
        return FineTuneRequest.Running.builder(output.output)
                .overwrite(output.overwrite)
                .seed(seed.seed)
                .workers(workers.count())
                .device(Devices.resolve(device))
                .keeping(keeping.keeping())
                .version(Version.VERSION)
                .build();
    }
}
