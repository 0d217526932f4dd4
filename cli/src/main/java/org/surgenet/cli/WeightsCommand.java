package org.surgenet.cli;

import picocli.CommandLine.Command;

/** {@code surgenet weights}: the commands about weight files. */
@Command(
        name = "weights",
        description = "Look into weight files, convert them, list public ones.",
        mixinStandardHelpOptions = true,
        subcommands = {
            WeightsInspectCommand.class,
            WeightsConvertCommand.class,
            WeightsListCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  surgenet weights inspect backbone.safetensors",
            "  surgenet weights convert backbone.safetensors backbone.pth"
        })
final class WeightsCommand {}
