package org.surgenet.cli;

import picocli.CommandLine.Command;

/** {@code surgenet weights}: the two commands about weight files. */
@Command(
        name = "weights",
        description = "Look into weight files, and convert them.",
        mixinStandardHelpOptions = true,
        subcommands = {WeightsInspectCommand.class, WeightsConvertCommand.class},
        footer = {
            "",
            "Examples:",
            "  surgenet weights inspect backbone.safetensors",
            "  surgenet weights convert backbone.safetensors backbone.pth"
        })
final class WeightsCommand {}
