package org.surgenet.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.surgenet.nn.Precision;
import org.surgenet.pretrain.PretrainRequest;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The network that DINO trains, and what it starts from. */
final class DinoModelOptions {
    @Option(
            names = "--backbone",
            defaultValue = "caformer_s18",
            paramLabel = "NAME",
            description = "Network to pretrain (default: ${DEFAULT-VALUE}).")
    String backbone;

    @Option(
            names = "--weights",
            paramLabel = "FILE|NAME",
            converter = PathText.class,
            description =
                    "Initial weights of the backbone: a file, or public weights by name (default:"
                            + " random).")
    String weights;

    @Mixin WeightsDirOption weightsDir;

    @Mixin WeightsPartOption weightsPart;

    @Option(
            names = "--continue",
            paramLabel = "FILE",
            description =
                    "Full DINO checkpoint (.pth, of the original code or of 'surgenet weights"
                            + " convert') to go on from: student, teacher, centre, optimiser and"
                            + " epoch. --epochs counts from its beginning.")
    Path continued;

    @Option(
            names = "--allow-partial",
            description = "Accept weights that lack some of the backbone's tensors.")
    boolean allowPartial;

    @Option(
            names = "--out-dim",
            defaultValue = "65536",
            paramLabel = "N",
            description =
                    "Number of prototypes, the head's output dimension (default:"
                            + " ${DEFAULT-VALUE}).")
    int outDim;

    @Option(
            names = "--norm-last-layer",
            defaultValue = "true",
            arity = "1",
            paramLabel = "true|false",
            description =
                    "Normalize the weight vectors of the head's last layer to length 1 (default:"
                            + " ${DEFAULT-VALUE}).")
    boolean normLastLayer;

    @Option(
            names = "--precision",
            defaultValue = "fp32",
            paramLabel = "fp32|bf16",
            description =
                    "Precision of matrix products and convolutions; weights, norms, softmax and"
                            + " loss are always fp32 (default: ${DEFAULT-VALUE}).")
    Precision precision;

    PretrainRequest.Model model() {
        return PretrainRequest.Model.builder()
                .backbone(backbone)
                .outDim(outDim)
                .normLastLayer(normLastLayer)
                .weights(Optional.ofNullable(weights).map(weightsDir::resolve))
                .weightsPart(weightsPart.part())
                .allowPartial(allowPartial)
                .continued(Optional.ofNullable(continued))
                .precision(precision)
                .build();
    }
}
