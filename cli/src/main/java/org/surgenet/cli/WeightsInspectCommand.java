package org.surgenet.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.UserException;
import org.surgenet.weights.Inspection;
import org.surgenet.weights.Tensor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code surgenet weights inspect}. */
@Command(
        name = "inspect",
        description = {
            "Say what weight files are: format, dialect of the names, network that fits, coverage.",
            "",
            "PyTorch checkpoints (.pth, .pt, .bin), safetensors and the .index.json of shards are"
                    + " read without running anything that they hold."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  surgenet weights inspect backbone.safetensors --tensors"})
final class WeightsInspectCommand extends SurgenetCommand {
    private static final Logger LOG = LoggerFactory.getLogger(WeightsInspectCommand.class);

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Weight files.")
    List<Path> files;

    @Mixin WeightsPartOption weightsPart;

    @Option(names = "--tensors", description = "List every tensor with its type and shape, too.")
    boolean tensors;

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
        files.forEach(file -> context.out().println("would inspect " + file));
        return ExitCode.DONE;
    }

    /** A file that cannot be read is told with its cause; the others are shown all the same. */
    @Override
    protected int execute(Context context) {
        UserException last = null;
        int shown = 0;
        for (Path file : files) {
            try {
                print(Inspection.of(file, weightsPart.part()), context.out());
                shown++;
            } catch (UserException e) {
                if (last != null) {
                    LOG.warn(last.getMessage());
                }
                last = e;
            }
        }
        if (last == null) {
            return ExitCode.DONE;
        }
        if (shown == 0) {
            throw last;
        }
        LOG.warn(last.getMessage());
        return ExitCode.DONE_WITH_SKIPPED;
    }

    private void print(Inspection inspection, PrintWriter out) {
        out.println(inspection.weights().file());
        line(out, "format", inspection.weights().format().toString());
        line(out, "tensors", inspection.tensors());
        inspection.parts().forEach((part, count) -> line(out, "part", part + " (" + count + ")"));
        if (!inspection.values().isEmpty()) {
            line(out, "values", inspection.values());
        }
        String broken = inspection.broken();
        if (!broken.isEmpty()) {
            line(out, "broken", broken);
        }
        line(out, "network", inspection.network());
        inspection
                .fit()
                .ifPresent(
                        fit -> {
                            line(out, "names", inspection.names());
                            line(out, "coverage", fit.coverage().count());
                            fit.coverage()
                                    .gaps()
                                    .forEach((what, keys) -> line(out, "", what + " " + keys));
                            if (!fit.coverage().remarks().isEmpty()) {
                                line(out, "", fit.coverage().remarks());
                            }
                        });
        line(out, "licence", inspection.licence());
        if (tensors) {
            for (Map.Entry<String, Tensor> entry : inspection.weights().tensors().entrySet()) {
                out.printf("    %s  %s%n", entry.getKey(), entry.getValue());
            }
        }
    }

    private static void line(PrintWriter out, String word, String text) {
        out.printf(Locale.ROOT, "  %-9s %s%n", word, text);
    }
}
