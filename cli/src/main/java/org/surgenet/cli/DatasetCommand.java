package org.surgenet.cli;

import picocli.CommandLine.Command;

/** {@code surgenet dataset}: the commands about labelled data. */
@Command(
        name = "dataset",
        description = "Look at labelled data before training on them.",
        mixinStandardHelpOptions = true,
        subcommands = {DatasetCheckCommand.class},
        footer = {"", "Example:", "  surgenet dataset check seg CholecSeg8k --format cholecseg8k"})
final class DatasetCommand {}
