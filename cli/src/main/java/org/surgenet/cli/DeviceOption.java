package org.surgenet.cli;

import picocli.CommandLine.Option;

/** Where the network runs; {@link Devices} makes a device of it. */
final class DeviceOption {
    @Option(
            names = "--device",
            defaultValue = "auto",
            paramLabel = "auto|cpu|gpu|gpuN",
            description =
                    "Where the network runs: cpu, gpu (the first), gpu1 (the second) and so on, or"
                        + " auto: a GPU if the engine sees one, under mpirun or srun one for each"
                        + " process of a node (default: ${DEFAULT-VALUE}).")
    String device;
}
