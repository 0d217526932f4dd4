package org.surgenet.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.dataset.SplitName;
import org.surgenet.image.Resampling;
import org.surgenet.probe.Probe;
import org.surgenet.weights.WeightsSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code surgenet probe}. */
@Command(
        name = "probe",
        description = {
            "Predict phases or criteria from a backbone's frozen features, without fine-tuning.",
            "",
            "knn weighs the nearest training frames as DINO's eval_knn.py does (k 10, 20, 100 or"
                    + " 200); linear trains one layer as eval_linear.py does (100 epochs, several"
                    + " learning rates), on features that are computed once, without augmentation."
                    + " Either is fitted on the training part; k or the rate is chosen on the"
                    + " validation part alone (by accuracy over frames, or mean AP).",
            "",
            "Writes predictions.csv with the targets; probe.json with the validation score of each"
                    + " setting; failures.csv if images cannot be read. 'surgenet evaluate"
                    + " --predictions=DIR/predictions.csv' makes scores.csv of it, which"
                    + " bootstrap-stats compares with those of the same --dataset-name."
        },
        footer = {
            "",
            "Example:",
            "  surgenet probe --weights run1/backbone.safetensors --data cholec80 --format cholec80"
                    + " --classifier knn --output probe1"
        })
final class ProbeCommand extends SurgenetCommand {
    @Option(
            names = "--classifier",
            defaultValue = "knn",
            paramLabel = "knn|linear",
            description = "Classifier to fit to the features (default: ${DEFAULT-VALUE}).")
    Probe.Kind classifier;

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

    @Mixin LabelledDataOptions data;

    @Mixin final SettingOptions settings = new SettingOptions(Probe.settings());

    @Option(
            names = "--split-name",
            paramLabel = "train|val|test",
            defaultValue = "test",
            description = "Part of the split to predict (default: ${DEFAULT-VALUE}).")
    SplitName splitName;

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

    @Mixin SeedOption seed;

    @Mixin OutputOptions output;

    @Mixin WorkersOption workers;

    @Mixin DeviceOption device;

    @Spec
    void describe(CommandSpec spec) {
        List<String> footer = new ArrayList<>(List.of("", "Formats of --data:"));
        Probe.readers().forEach(reader -> footer.add("  " + reader.layout()));
        footer.addAll(List.of(spec.usageMessage().footer()));
        spec.usageMessage().footer(footer.toArray(String[]::new));
    }

    private Probe probe() {
        return new Probe(
                new Probe.Request(
                        classifier,
                        backbone,
                        new WeightsSource(
                                weightsDir.resolve(weights), weightsPart.part(), allowPartial),
                        size,
                        resize,
                        batchSize,
                        data.data,
                        data.format,
                        settings.values(),
                        data.split,
                        data.splitSeed,
                        splitName,
                        seed.seed,
                        output.output,
                        output.overwrite,
                        workers.count(),
                        Devices.resolve(device)));
    }

    @Override
    protected List<String> results() {
        return List.of("predictions.csv", "probe.json", "failures.csv");
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.of(output.output);
    }

    @Override
    protected int dryRun(Context context) {
        context.out().print(probe().plan());
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        Probe probe = probe();
        context.record().input(data.data);
        context.record().put("preprocessing", probe.preprocessing());
        Probe.Outcome outcome =
                probe.run(context.progress(), context.cancellation(), context.record());
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s: %s; %s, at %.4f on the validation part; predictions of %d frames; %d"
                                + " could not be read%n",
                        output.output,
                        ended(outcome),
                        outcome.chosen(),
                        outcome.score(),
                        outcome.frames(),
                        outcome.skipped());
        return outcome.skipped() == 0 ? ExitCode.DONE : ExitCode.DONE_WITH_SKIPPED;
    }
}
