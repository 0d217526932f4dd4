package org.surgenet.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.surgenet.weights.KnownWeights;
import picocli.CommandLine.Command;

/** {@code surgenet weights list}. */
@Command(
        name = "list",
        description = "List public weights by the names that --weights takes, and where they are.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  surgenet weights list"})
final class WeightsListCommand extends SurgenetCommand {
    @Override
    protected List<String> results() {
        return List.of();
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.empty();
    }

    @Override
    protected int dryRun(Context context) {
        return execute(context);
    }

    @Override
    protected int execute(Context context) {
        for (KnownWeights known : KnownWeights.all()) {
            context.out().println(known.name());
            context.out().println("  for      --backbone=" + known.backbone());
            context.out().println("  licence  " + known.licence());
            context.out().println("  at       " + known.address());
        }
        return ExitCode.DONE;
    }
}
