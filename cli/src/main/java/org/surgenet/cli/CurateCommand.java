package org.surgenet.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.surgenet.curate.CurateRequest;
import org.surgenet.curate.Curation;
import org.surgenet.curate.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code surgenet curate}. */
@Command(
        name = "curate",
        description = {
            "Choose the frames that are fit for pretraining: in the body, lit, sharp, not twice.",
            "",
            "The directory gets curated.csv (every frame with its scores, keep and, if dropped, the"
                    + " first reason: {reasons}) and report.html with examples of each."
                    + " No image is deleted or changed. The same command again measures nothing"
                    + " twice, with other thresholds too."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example:",
            "  surgenet curate frames --output curated --near-duplicates 4 --exclude test.txt"
        })
final class CurateCommand extends SurgenetCommand {
    @Parameters(
            arity = "1..*",
            paramLabel = "FRAMES",
            description =
                    "Frames: folders, frames.csv files, other CSV files with a column path, or text"
                            + " lists.")
    List<Path> frames;

    @Mixin ThresholdOptions thresholds;

    @Option(
            names = "--exclude",
            paramLabel = "LIST",
            description =
                    "Drop the frames of these videos, such as those of a test split: a text file"
                            + " with a name on each line, or a CSV file with a column video.")
    Path exclude;

    @Mixin WorkersOption workers;

    @Mixin OutputOptions output;

    @Spec
    void nameReasons(CommandSpec spec) {
        String reasons =
                Curation.REASONS.stream().map(Reason::id).collect(Collectors.joining(", "));
        spec.usageMessage()
                .description(
                        Arrays.stream(spec.usageMessage().description())
                                .map(line -> line.replace("{reasons}", reasons))
                                .toArray(String[]::new));
    }

    private CurateRequest request() {
        return CurateRequest.builder(frames, output.output)
                .thresholds(thresholds.thresholds())
                .duplicates(thresholds.duplicates())
                .exclude(Optional.ofNullable(exclude))
                .workers(workers.count())
                .overwrite(output.overwrite)
                .build();
    }

    @Override
    protected boolean goesOn() {
        return true;
    }

    @Override
    protected List<String> results() {
        return List.of(Curation.CURATED, Curation.FAILURES, Curation.REPORT);
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.of(output.output);
    }

    @Override
    protected int dryRun(Context context) {
        context.out().print(new Curation(request()).plan());
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        CurateRequest request = request();
        for (Path source : frames) {
            context.record().input(source);
        }
        if (exclude != null) {
            context.record().input(exclude);
        }
        Curation.Outcome outcome =
                new Curation(request)
                        .run(context.progress(), context.cancellation(), context.record());
        String reasons =
                outcome.dropped().entrySet().stream()
                        .map(e -> e.getKey().id() + " " + e.getValue())
                        .collect(Collectors.joining(", "));
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s: kept %d of %d frames%s; %d were measured before%n",
                        output.output.resolve(Curation.CURATED),
                        outcome.kept(),
                        outcome.frames(),
                        reasons.isEmpty() ? "" : " (dropped: " + reasons + ")",
                        outcome.reused());
        if (outcome.completed() > 0) {
            context.out()
                    .printf(
                            Locale.ROOT,
                            "%d of them were measured again, only for scores that are new in this"
                                    + " version%n",
                            outcome.completed());
        }
        if (outcome.excludedFound() < outcome.excludedNames()) {
            context.out()
                    .printf(
                            Locale.ROOT,
                            "%d of the %d videos to exclude have no frame here%n",
                            outcome.excludedNames() - outcome.excludedFound(),
                            outcome.excludedNames());
        }
        if (outcome.unreadable() == 0) {
            return ExitCode.DONE;
        }
        context.out()
                .printf(
                        Locale.ROOT,
                        "%d files could not be read; see %s%n",
                        outcome.unreadable(),
                        output.output.resolve(Curation.FAILURES));
        return ExitCode.DONE_WITH_SKIPPED;
    }
}
