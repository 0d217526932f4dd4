package org.surgenet.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.common.UserException;
import org.surgenet.pretrain.dino.DinoCheckpoint;
import org.surgenet.weights.Converter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code surgenet weights convert}. */
@Command(
        name = "convert",
        description = {
            "Write weights in another format or under other names.",
            "",
            "A .pth file is one that torch.load(weights_only=True) accepts. Of a full DINO"
                    + " checkpoint, the teacher's backbone is taken, unless --weights-part or"
                    + " --names=keep says otherwise. Tensors get the shapes that the names' own"
                    + " code has; a file that it would refuse is not written.",
            "",
            "A pretraining run's state (RUN/checkpoints/last) becomes a full DINO checkpoint that"
                    + " the original code and pretrain --continue go on from."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example:",
            "  surgenet weights convert backbone.safetensors backbone-timm.pth --names timm"
        })
final class WeightsConvertCommand extends SurgenetCommand {
    @Parameters(
            index = "0",
            paramLabel = "IN",
            description = "Weight file, or folder of a pretraining run's state, to read.")
    Path in;

    @Parameters(
            index = "1",
            paramLabel = "OUT",
            description = "File to write; its ending is the format: .safetensors, .pth or .pt.")
    Path out;

    @Option(
            names = "--names",
            defaultValue = "surgenet",
            paramLabel = "surgenet|timm|transformers|keep",
            description =
                    "Whose names and shapes the tensors get: SurgeNet's and the original code's,"
                            + " timm's, those of Hugging Face's transformers, or the file's own"
                            + " with everything in it (default: ${DEFAULT-VALUE}).")
    Converter.Names names;

    @Mixin WeightsPartOption weightsPart;

    @Option(names = "--overwrite", description = "Replace OUT if it exists.")
    boolean overwrite;

    @Override
    protected List<String> results() {
        return List.of();
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.empty();
    }

    private void validate() {
        Converter.requireKnownEnding(out);
        if (Files.isDirectory(in)) {
            validateState();
        }
        if (Files.exists(out) && !overwrite) {
            throw new UserException(out + ": is there already; pass --overwrite to replace it");
        }
    }

    /** A run's state goes into a checkpoint of DINO's, as DINO's code has it. */
    private void validateState() {
        if (names != Converter.Names.SURGENET || weightsPart.part().isPresent()) {
            throw new UserException(
                    in
                            + ": a run's state becomes a full DINO checkpoint with DINO's names;"
                            + " leave out --names and --weights-part, or convert the run's"
                            + " backbone.safetensors");
        }
        if (!Converter.isPth(out)) {
            throw new UserException(
                    out + ": a full DINO checkpoint is a PyTorch file; it must end in .pth or .pt");
        }
    }

    @Override
    protected int dryRun(Context context) {
        validate();
        context.out().printf("would convert %s to %s%n", in, out);
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        validate();
        Converter.Outcome outcome =
                Files.isDirectory(in)
                        ? new Converter.Outcome(
                                DinoCheckpoint.write(in, out), "a full DINO checkpoint")
                        : Converter.convert(in, out, names, weightsPart.part());
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s: %d tensors (%s)%n",
                        out,
                        outcome.tensors(),
                        outcome.what());
        return ExitCode.DONE;
    }
}
