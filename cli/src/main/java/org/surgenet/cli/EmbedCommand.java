package org.surgenet.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.features.FeatureFormat;
import org.surgenet.features.FeatureMap;
import org.surgenet.features.FeatureTable;
import org.surgenet.frames.FrameLists;
import org.surgenet.image.Resampling;
import org.surgenet.pretrain.EmbeddedFrames;
import org.surgenet.pretrain.Embedding;
import org.surgenet.probe.LabelledFrames;
import org.surgenet.probe.Probe;
import org.surgenet.task.InputSize;
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
            "Each whole frame is resized to --size, whatever its shape, and normalised with"
                    + " ImageNet's mean and standard deviation. Resampling equals Pillow's"
                    + " antialiased bicubic, which timm and DINO use for evaluation; their central"
                    + " crop is not applied.",
            "",
            "Frames come from --frames, or with their labels from --data and --format. Each frame"
                    + " has its path, video and time; from --frames also its procedure; from"
                    + " --data also its patient, part of the split and label (votes_NAME for"
                    + " criteria). These are columns of features.csv, before those of the"
                    + " features (f0, f1 and so on). safetensors (tensor 'features') and npy hold"
                    + " the features alone, and rows.csv beside them has the columns, row by row.",
            "",
            "--map draws the frames in the plane of their first two principal components."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example:",
            "  surgenet embed --weights run1/backbone.safetensors --frames frames --output"
                    + " features",
            "  surgenet embed --weights run1/backbone.safetensors --data cholec80 --format cholec80"
                    + " --map label,patient --output features"
        })
final class EmbedCommand extends SurgenetCommand {
    private static final Logger LOG = LoggerFactory.getLogger(EmbedCommand.class);

    /** The setting of labelled data that is an option of this command anyway. */
    private static final String FRAMES = "frames";

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
            paramLabel = "FRAMES",
            description =
                    "Frames: a folder, frames.csv, curated.csv (its kept rows) or a text list; with"
                            + " --data, the frames of its videos, for phases (default then:"
                            + " frames/ below --data).")
    Path frames;

    @Mixin EvaluationDataOptions data;

    @Mixin
    final SettingOptions settings =
            new SettingOptions(
                    Probe.settings().stream().filter(s -> !s.key().equals(FRAMES)).toList());

    @Option(
            names = "--output-format",
            defaultValue = "csv",
            paramLabel = "csv|safetensors|npy",
            description = "File format of the features (default: ${DEFAULT-VALUE}).")
    FeatureFormat outputFormat;

    @Option(
            names = "--map",
            paramLabel = "COLUMN",
            split = ",",
            description =
                    "Also draw the frames in the plane of the features' first two principal"
                            + " components, as map-COLUMN.png, coloured by this column: label,"
                            + " patient, procedure, video or split. Several are separated by"
                            + " commas. Default: no map.")
    List<String> map = List.of();

    @Option(
            names = "--size",
            defaultValue = "224",
            paramLabel = "PX|WxH",
            description =
                    "Size of the network's input in pixels: a side, or width x height such as"
                            + " 448x256 (default: ${DEFAULT-VALUE}).")
    String size;

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

    @Override
    protected Optional<String> misuse() {
        if (frames == null && data.data == null) {
            return Optional.of(
                    "give the frames: --frames FRAMES, or --data DIR with --format FORMAT");
        }
        if (data.data != null && data.format == null) {
            return Optional.of("--data needs --format, the layout of the data");
        }
        if (data.data == null && data.format != null) {
            return Optional.of(
                    "--format is the layout of --data, which is not given; the file format of the"
                            + " features is --output-format");
        }
        return Optional.empty();
    }

    private EmbeddedFrames frames() {
        if (data.data == null) {
            return EmbeddedFrames.of(FrameLists.read(frames));
        }
        LabelledFrames labelled =
                LabelledFrames.read(
                        data.data,
                        data.format,
                        settings.values(),
                        Optional.ofNullable(frames),
                        data.split,
                        data.splitSeed);
        labelled.notes().forEach(note -> LOG.warn("{}: {}", data.data, note));
        return labelled.frames();
    }

    private Embedding request() {
        InputSize input = InputSize.parse(size.matches("\\d+") ? size + "x" + size : size);
        return new Embedding(
                frames(),
                backbone,
                new WeightsSource(weightsDir.resolve(weights), weightsPart.part(), allowPartial),
                input.width(),
                input.height(),
                resize,
                batchSize,
                outputFormat,
                output.output,
                output.overwrite,
                workers.count(),
                Devices.resolve(device));
    }

    @Override
    protected List<String> results() {
        return Stream.concat(
                        Stream.of(
                                "features.csv",
                                "features.safetensors",
                                "features.npy",
                                "rows.csv",
                                "features.json",
                                "failures.csv"),
                        map.stream().map(FeatureMap::fileName))
                .toList();
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.of(output.output);
    }

    @Override
    protected int dryRun(Context context) {
        context.out().print(request().plan());
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        Embedding request = request();
        context.record().input(data.data == null ? frames : data.data);
        Embedding.Outcome outcome =
                request.run(context.progress(), context.cancellation(), context.record());
        if (!map.isEmpty()) {
            FeatureMap.write(
                    FeatureTable.read(outcome.file()),
                    map,
                    "Features of " + outcome.written() + " frames",
                    output.output);
        }
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s: %sfeatures of %d frames; %d could not be read%n",
                        outcome.file(),
                        outcome.alreadyComplete() ? ended(outcome) + "; " : "",
                        outcome.written(),
                        outcome.skipped());
        return outcome.skipped() == 0 ? ExitCode.DONE : ExitCode.DONE_WITH_SKIPPED;
    }
}
