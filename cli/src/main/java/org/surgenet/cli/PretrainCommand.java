package org.surgenet.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Informing;
import org.surgenet.common.Preset;
import org.surgenet.common.Progress;
import org.surgenet.frames.Frame;
import org.surgenet.frames.FrameLists;
import org.surgenet.frames.FrameSubset;
import org.surgenet.pretrain.CropPreview;
import org.surgenet.pretrain.PretrainRequest;
import org.surgenet.pretrain.Pretraining;
import org.surgenet.pretrain.dino.DinoMethod;
import org.surgenet.train.EventLog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code surgenet pretrain}. */
@Command(
        name = "pretrain",
        description = {
            "Pretrain a backbone with DINO on frames without labels.",
            "",
            "The directory gets backbone.safetensors (the teacher's backbone), log.jsonl,"
                + " curves.png, event files for TensorBoard and checkpoints. The same command again"
                + " goes on from the last checkpoint; on a CPU the result is the same to the bit."
                + " Not tested on CUDA devices.",
            "",
            "Started several times by mpirun or srun (Open MPI, or MPICH and its relatives), the"
                    + " processes share each batch; losses are those of one process."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example:",
            "  surgenet pretrain --frames curated/curated.csv --preset small-data --output run1",
            "  mpirun -n 4 surgenet pretrain --frames curated/curated.csv --output run2"
        })
final class PretrainCommand extends TrainingCommand {
    private static final Logger LOG = LoggerFactory.getLogger(PretrainCommand.class);

    @Option(
            names = "--frames",
            required = true,
            paramLabel = "FRAMES",
            description =
                    "Frames: a folder, frames.csv, curated.csv (its kept rows) or a text list; may"
                            + " be given more than once.")
    List<Path> frames;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            completionCandidates = PresetNames.class,
            description =
                    "Preset: ${COMPLETION-CANDIDATES}. Options given here or in the configuration"
                            + " file win.")
    String preset;

    @Mixin FrameSubsetOptions subset;

    @Mixin DinoModelOptions model;

    @Mixin DinoOptions dino;

    @Mixin CropOptions crops;

    @Mixin PretrainRunOptions running;

    @Mixin OutputOptions output;

    /** For the help page and shells. */
    private static final class PresetNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return DinoMethod.PRESETS.stream().map(Preset::name).iterator();
        }
    }

    private List<Frame> selected;

    @Override
    protected List<Preset> presets() {
        return DinoMethod.PRESETS;
    }

    @Override
    protected boolean adaptsDefaults() {
        return true;
    }

    @Override
    protected Map<String, Adapted> adapted(Predicate<String> free) {
        return dino.epochs < 1 ? Map.of() : dino.adapted(free);
    }

    private List<Frame> selected() {
        if (selected == null) {
            List<Frame> all = new ArrayList<>();
            for (Path source : frames) {
                all.addAll(FrameLists.read(source));
            }
            selected = subset.subset().of(all);
        }
        return selected;
    }

    private PretrainRequest request() {
        invocation.notes().forEach(LOG::info);
        return PretrainRequest.builder(selected().stream().map(Frame::path).toList(), output.output)
                .overwrite(output.overwrite)
                .model(model.model())
                .crops(crops.crops())
                .optimisation(dino.optimisation())
                .distillation(dino.distillation())
                .running(running.running())
                .build();
    }

    @Override
    protected Path output() {
        return output.output;
    }

    @Override
    protected List<String> results() {
        return List.of(
                "log.jsonl",
                EventLog.FILE_NAME,
                "curves.png",
                "backbone.safetensors",
                "failures.csv");
    }

    @Override
    protected int dryRun(Context context) throws Exception {
        PretrainRequest request = request();
        String plan = new Pretraining(request, new DinoMethod(request)).plan();
        preview(context, request);
        context.out().print(plan);
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        PretrainRequest request = request();
        for (Path source : frames) {
            context.record().input(source);
        }
        context.record().put("seed", request.running().seed());
        context.record()
                .section("frames")
                .put("count", selected().size())
                .put("videos", FrameSubset.videos(selected()));
        boolean root = communicator().isRoot();
        if (root && preset == null && request.stepsPerEpoch() < Pretraining.FEW_STEPS) {
            LOG.info("--preset=small-data has settings for few frames");
        }
        if (root) {
            new Informing("--preview").run(() -> preview(context, request));
        }
        Pretraining.Outcome outcome =
                together(
                        () ->
                                new Pretraining(request, new DinoMethod(request), communicator())
                                        .run(
                                                root ? context.progress() : Progress.NONE,
                                                context.cancellation(),
                                                context.record()));
        if (root) {
            context.out().println(text(outcome));
        }
        return outcome.skipped() == 0 ? ExitCode.DONE : ExitCode.DONE_WITH_SKIPPED;
    }

    private void preview(Context context, PretrainRequest request) throws IOException {
        if (running.preview != null) {
            int shown = new CropPreview(request).write(running.preview);
            context.out().println(running.preview + ": " + shown + " frames and their views");
        }
    }

    private String text(Pretraining.Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "%s: %s, %d steps, mean loss of the last epoch %.4f; %d frames skipped; backbone in"
                        + " %s",
                output.output,
                ended(outcome),
                outcome.steps(),
                outcome.lastLoss(),
                outcome.skipped(),
                output.output.resolve("backbone.safetensors"));
    }
}
