package org.surgenet.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.surgenet.pretrain.PretrainRequest;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a pretraining run goes; on a CPU none of these but the seed changes its result. */
final class PretrainRunOptions {
    @Mixin KeepingOptions keeping;

    @Option(
            names = "--knn-probe",
            paramLabel = "CSV",
            description =
                    "CSV file of labelled images (columns path, label and optionally video) for a"
                            + " nearest-neighbour probe of the features during training.")
    Path knnProbe;

    @Option(
            names = "--knn-every-epochs",
            defaultValue = "1",
            paramLabel = "N",
            description = "Run the --knn-probe every N epochs (default: ${DEFAULT-VALUE}).")
    int knnEveryEpochs;

    @Option(
            names = "--preview",
            paramLabel = "FILE",
            description =
                    "Draw some frames beside their augmented views as a PNG file before the run;"
                            + " with --dry-run, only that and the estimate.")
    Path preview;

    @Mixin SeedOption seed;

    @Mixin WorkersOption workers;

    @Mixin DeviceOption device;

    PretrainRequest.Running running() {
        return PretrainRequest.Running.builder()
                .seed(seed.seed)
                .workers(workers.count())
                .device(Devices.resolve(device))
                .keeping(keeping.keeping())
                .knnProbe(Optional.ofNullable(knnProbe))
                .knnEveryEpochs(knnEveryEpochs)
                .build();
    }
}
