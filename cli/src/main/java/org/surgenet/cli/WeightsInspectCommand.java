package org.surgenet.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.surgenet.weights.Inspection;
import org.surgenet.weights.Tensor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code surgenet weights inspect}. */
@Command(
        name = "inspect",
        description = {
            "Say what weight files are: format, dialect of the names, network that fits, coverage.",
            "",
            "PyTorch checkpoints (.pth, .pt) and safetensors are read without running anything that"
                    + " they hold."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  surgenet weights inspect backbone.safetensors --tensors"})
final class WeightsInspectCommand extends SurgenetCommand {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Weight files.")
    List<Path> files;

    @Option(names = "--tensors", description = "List every tensor with its type and shape, too.")
    boolean tensors;

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.empty();
    }

    @Override
    protected int dryRun(Context context) {
        files.forEach(file -> context.out().println("would inspect " + file));
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) {
        for (Path file : files) {
            print(Inspection.of(file), context.out());
        }
        return ExitCode.DONE;
    }

    private void print(Inspection inspection, PrintWriter out) {
        out.println(inspection.weights().file());
        out.printf("  format    %s%n", inspection.weights().format());
        out.printf(
                Locale.ROOT,
                "  tensors   %d of %s, %,d elements%n",
                inspection.weights().tensors().size(),
                inspection.types(),
                inspection.elements());
        inspection
                .parts()
                .forEach(
                        (part, count) ->
                                out.printf(
                                        Locale.ROOT, "  part      %s (%d tensors)%n", part, count));
        out.printf("  network   %s%n", inspection.network());
        inspection
                .fit()
                .ifPresent(
                        fit -> {
                            out.printf("  names     %s%n", inspection.names());
                            out.printf("  coverage  %s%n", fit.coverage());
                        });
        out.printf("  licence   %s%n", inspection.licence());
        if (tensors) {
            for (Map.Entry<String, Tensor> entry : inspection.weights().tensors().entrySet()) {
                out.printf("    %s  %s%n", entry.getKey(), entry.getValue());
            }
        }
    }
}
