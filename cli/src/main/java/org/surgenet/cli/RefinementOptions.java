package org.surgenet.cli;

import org.surgenet.finetune.FineTuneRequest;
import picocli.CommandLine.Option;

/** What few fine-tunings want. */
final class RefinementOptions {
    @Option(
            names = "--warmup-epochs",
            paramLabel = "X",
            defaultValue = "0",
            description =
                    "Let the learning rate rise from 0 over the first X epochs, which may be a"
                            + " fraction (default: ${DEFAULT-VALUE}).")
    double warmupEpochs;

    @Option(
            names = "--layer-decay",
            paramLabel = "X",
            defaultValue = "1",
            description =
                    "Multiply the learning rate by X from each block of the backbone to the one"
                            + " below it; 1 = the same for all (default: ${DEFAULT-VALUE}).")
    double layerDecay;

    @Option(
            names = "--probe-epochs",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Train the task's head alone for the first N epochs, then all (default:"
                            + " ${DEFAULT-VALUE}).")
    int probeEpochs;

    @Option(
            names = "--ema",
            paramLabel = "X",
            defaultValue = "0",
            description =
                    "Validate and keep an exponential moving average of the weights with this"
                            + " decay per step, such as 0.999; 0 = none (default:"
                            + " ${DEFAULT-VALUE}).")
    double ema;

    @Option(
            names = "--patience",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "End training after N epochs without a better validation score; 0 = never"
                            + " (default: ${DEFAULT-VALUE}).")
    int patience;

    @Option(
            names = "--sampling",
            paramLabel = "shuffled|balanced",
            defaultValue = "shuffled",
            description =
                    "Order of training samples in an epoch: each once, or as many draws with"
                            + " replacement that favour samples of rare classes (default:"
                            + " ${DEFAULT-VALUE}).")
    FineTuneRequest.Sampling sampling;

    FineTuneRequest.Refinements refinements() {
        return FineTuneRequest.Refinements.builder()
                .warmupEpochs(warmupEpochs)
                .layerDecay(layerDecay)
                .probeEpochs(probeEpochs)
                .ema(ema)
                .patience(patience)
                .sampling(sampling)
                .build();
    }
}
