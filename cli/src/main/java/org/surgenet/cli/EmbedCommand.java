package org.surgenet.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.frames.Frame;
import org.surgenet.frames.FrameLists;
import org.surgenet.image.Resampling;
import org.surgenet.pretrain.Embedding;
import org.surgenet.weights.WeightsSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code surgenet embed}. */
@Command(
        name = "embed",
        description = {
            "Write the pooled features of frames.",
            "",
            "Each whole frame is resized to a square, whatever its shape, and normalised with"
                    + " ImageNet's mean and standard deviation. Resampling equals Pillow's"
                    + " antialiased bicubic, which timm and DINO use for evaluation; their central"
                    + " crop is not applied. The directory gets features.csv (path, then a column"
                    + " per feature) or features.safetensors (tensor 'features'; paths and"
                    + " preprocessing in its metadata); run.json has the preprocessing, too."
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
            converter = PathText.class,
            description = "Weights of the backbone: a file, or public weights by name.")
    String weights;

    @Mixin WeightsDirOption weightsDir;

    @Mixin WeightsPartOption weightsPart;

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
            description =
                    "Frames: a folder, frames.csv, curated.csv (its kept rows) or a text list.")
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
            description = "Side of the network's input, in pixels (default: ${DEFAULT-VALUE}).")
    int size;

    @Option(
            names = "--resize",
            defaultValue = "bicubic",
            paramLabel = "bicubic|bilinear|area",
            description =
                    "Resampling of frames: bicubic or bilinear as Pillow's, antialiased; area as"
                        + " earlier versions of this program, from JPEGs decoded at reduced size"
                        + " (default: ${DEFAULT-VALUE}).")
    Resampling resize;

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
                new WeightsSource(weightsDir.resolve(weights), weightsPart.part(), allowPartial),
                size,
                resize,
                batchSize,
                format,
                output.output,
                output.overwrite,
                workers.count(),
                Devices.resolve(device));
    }

    @Override
    protected List<String> results() {
        return List.of("features.csv", "features.safetensors", "features.json", "failures.csv");
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
                        "would write the features of %d frames to %s; %s%n",
                        request.frames().size(),
                        request.file(),
                        request.preprocessing());
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        Embedding request = request();
        context.record().input(frames);
        Embedding.Outcome outcome =
                request.run(context.progress(), context.cancellation(), context.record());
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s: %sfeatures of %d frames; %d could not be read%n",
                        outcome.file(),
                        outcome.alreadyThere() ? "was complete already; " : "",
                        outcome.written(),
                        outcome.skipped());
        return outcome.skipped() == 0 ? ExitCode.DONE : ExitCode.DONE_WITH_SKIPPED;
    }
}
