package org.surgenet.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.frames.Frame;
import org.surgenet.frames.FrameLists;
import org.surgenet.pretrain.Embedding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code surgenet embed}. */
@Command(
        name = "embed",
        description = {
            "Write the pooled features of frames.",
            "",
            "Each frame is resized to a square and normalised with ImageNet's statistics. The"
                    + " directory gets features.csv (path, then a column per feature) or"
                    + " features.safetensors (tensor 'features'; paths in its metadata)."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example:",
            "  surgenet embed --weights run1/backbone.safetensors --frames frames --output features"
        })
final class EmbedCommand extends SurgenetCommand {
    @Option(
            names = "--weights",
            required = true,
            paramLabel = "FILE|NAME",
            description = "The backbone's weights, a file or public ones by name.")
    String weights;

    @Mixin WeightsDirOption weightsDir;

    @Option(
            names = "--allow-partial",
            description = "Accept weights that lack some of the backbone's tensors.")
    boolean allowPartial;

    @Option(
            names = "--backbone",
            defaultValue = "caformer_s18",
            paramLabel = "NAME",
            description = "The network that the weights belong to (default: ${DEFAULT-VALUE}).")
    String backbone;

    @Option(
            names = "--frames",
            required = true,
            paramLabel = "FRAMES",
            description = "Frames: a folder, frames.csv, curated.csv (its kept rows) or a list.")
    Path frames;

    @Option(
            names = "--format",
            defaultValue = "csv",
            paramLabel = "csv|safetensors",
            description = "Format of the features (default: ${DEFAULT-VALUE}).")
    Embedding.Format format;

    @Option(
            names = "--size",
            defaultValue = "224",
            paramLabel = "PX",
            description = "Side of the network's input (default: ${DEFAULT-VALUE}).")
    int size;

    @Option(
            names = "--batch-size",
            defaultValue = "16",
            paramLabel = "N",
            description = "Frames per forward pass (default: ${DEFAULT-VALUE}).")
    int batchSize;

    @Mixin OutputOptions output;

    @Mixin WorkersOption workers;

    @Mixin DeviceOption device;

    private Embedding request() {
        return new Embedding(
                FrameLists.read(frames).stream().map(Frame::path).toList(),
                backbone,
                weightsDir.resolve(weights),
                allowPartial,
                size,
                batchSize,
                format,
                output.output,
                output.overwrite,
                workers.count(),
                Devices.resolve(device));
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.of(output.output);
    }

    @Override
    protected int dryRun(Context context) {
        Embedding request = request();
        request.validate();
        context.out()
                .printf(
                        Locale.ROOT,
                        "would write the features of %d frames to %s%n",
                        request.frames().size(),
                        request.file());
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        Embedding request = request();
        context.record().input(frames);
        Embedding.Outcome outcome =
                request.run(context.progress(), context.cancellation(), context.record());
        if (outcome.alreadyThere()) {
            context.out()
                    .printf("%s: was there already; --overwrite makes it again%n", outcome.file());
            return ExitCode.DONE;
        }
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s: features of %d frames; %d could not be read%n",
                        outcome.file(),
                        outcome.written(),
                        outcome.skipped());
        return outcome.skipped() == 0 ? ExitCode.DONE : ExitCode.DONE_WITH_SKIPPED;
    }
}
