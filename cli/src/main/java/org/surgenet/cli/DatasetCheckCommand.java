package org.surgenet.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.surgenet.common.Progress;
import org.surgenet.common.SettingValues;
import org.surgenet.common.Words;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.finetune.DatasetCheck;
import org.surgenet.finetune.Tasks;
import org.surgenet.frames.FrameLists;
import org.surgenet.task.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code surgenet dataset check}. */
@Command(
        name = "check",
        description = {
            "Open every image and every label of a labelled data set, and say what would spoil a"
                    + " training or a test.",
            "",
            "Finds files that cannot be read, masks of another size or with unknown values, empty"
                    + " parts, classes and criteria that a part does not have, parts that can have"
                    + " no score, equal images in two parts, and, with --pretraining, test videos"
                    + " that a backbone has seen. Prints counts per part and class. Exit code 1 if"
                    + " something must be mended."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example:",
            "  surgenet dataset check seg CholecSeg8k --format cholecseg8k --pretraining"
                    + " curated/curated.csv"
        })
final class DatasetCheckCommand extends SurgenetCommand {
    @Parameters(
            index = "0",
            paramLabel = "TASK",
            description = "What the data are for: seg, phase or cvs.")
    String task;

    @Parameters(index = "1", paramLabel = "DIR", description = "Folder of the labelled data.")
    Path data;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            description = LabelledDataOptions.FORMAT)
    String format;

    @Option(names = "--split", paramLabel = "FILE", description = LabelledDataOptions.SPLIT)
    Path split;

    @Option(
            names = "--split-seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of a drawn split (default: ${DEFAULT-VALUE}).")
    long splitSeed;

    @Mixin final SettingOptions settings = new SettingOptions(Tasks.settings(Task::dataSettings));

    @Option(
            names = "--pretraining",
            paramLabel = "FRAMES",
            description =
                    "Frames that the backbone is pretrained on: a folder, frames.csv, curated.csv"
                            + " or a list. Validation and test are compared with them by video and"
                            + " path.")
    Path pretraining;

    @Mixin WorkersOption workers;

    @Spec
    void describe(CommandSpec command) {
        List<String> footer = new ArrayList<>(List.of("", "Formats:"));
        Tasks.readers().forEach(reader -> footer.add("  " + reader.layout()));
        footer.addAll(List.of(command.usageMessage().footer()));
        command.usageMessage().footer(footer.toArray(String[]::new));
    }

    @Override
    protected List<String> results() {
        return List.of();
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.empty();
    }

    /** The first argument is a word of the command line, like an option. */
    @Override
    protected Optional<String> misuse() {
        return Tasks.find(task).isPresent()
                ? Optional.empty()
                : Optional.of(
                        "unknown task '"
                                + task
                                + "'; the tasks are "
                                + Tasks.ALL.stream()
                                        .map(Task::id)
                                        .collect(Collectors.joining(", ")));
    }

    private Task<?, ?> task() {
        return Tasks.find(task).orElseThrow();
    }

    @Override
    protected int dryRun(Context context) {
        context.out().println("would check " + data + " for " + task().title());
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) {
        return check(task(), context);
    }

    private <S extends Sample> int check(Task<S, ?> of, Context context) {
        SettingValues values = settings.values();
        values.requireRead(
                of.dataSettings(),
                key ->
                        "is for "
                                + Tasks.ALL.stream()
                                        .filter(other -> has(other, key))
                                        .map(Task::title)
                                        .collect(Collectors.joining(" and "))
                                + ", but this is "
                                + of.title());
        Dataset<S> dataset = of.read(format, data, values, Progress.NONE);
        Split parts = Split.of(dataset, split, splitSeed);
        DatasetCheck<S, ?> check =
                new DatasetCheck<>(
                        of,
                        dataset,
                        parts,
                        pretraining == null ? List.of() : FrameLists.read(pretraining));
        DatasetCheck.Result result =
                check.run(workers.count(), context.progress(), context.cancellation());
        print(dataset, parts, result, context.out());
        return result.errors().isEmpty() ? ExitCode.DONE : ExitCode.USER_ERROR;
    }

    private static boolean has(Task<?, ?> task, String key) {
        return task.dataSettings().stream().anyMatch(setting -> setting.key().equals(key));
    }

    private void print(
            Dataset<?> dataset, Split parts, DatasetCheck.Result result, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s (%s): %s of %s; split: %s%n",
                data,
                dataset.name(),
                Words.counted(dataset.samples().size(), "sample"),
                Words.counted(dataset.patients().size(), "patient"),
                parts.source());
        int width = dataset.classes().stream().mapToInt(String::length).max().orElse(0);
        out.printf(Locale.ROOT, "%-" + Math.max(width, 10) + "s", "");
        result.parts().forEach(p -> out.printf(Locale.ROOT, "%16s", p.name()));
        out.println();
        line(out, width, "patients", result, p -> Integer.toString(p.patients()));
        line(out, width, "samples", result, p -> Integer.toString(p.samples()));
        line(out, width, "unreadable", result, p -> Integer.toString(p.unreadable()));
        for (int c = 0; c < dataset.classes().size(); c++) {
            int index = c;
            line(
                    out,
                    width,
                    dataset.classes().get(c),
                    result,
                    p ->
                            p.samplesWith()[index] == 0
                                    ? "-"
                                    : String.format(
                                            Locale.ROOT,
                                            "%d (%.2f %%)",
                                            p.samplesWith()[index],
                                            100 * DatasetCheck.fractions(p.occurrences())[index]));
        }
        out.println(
                "Per class: samples that have it, and its part of all labelled pixels or frames.");
        result.warnings().forEach(text -> out.println("note: " + text));
        result.errors().forEach(text -> out.println("error: " + text));
        out.println(
                result.errors().isEmpty()
                        ? "nothing to mend"
                        : Words.counted(result.errors().size(), "error"));
    }

    private interface Cell {
        String of(DatasetCheck.Part part);
    }

    private static void line(
            PrintWriter out, int width, String name, DatasetCheck.Result result, Cell cell) {
        out.printf(Locale.ROOT, "%-" + Math.max(width, 10) + "s", name);
        result.parts().forEach(part -> out.printf(Locale.ROOT, "%16s", cell.of(part)));
        out.println();
    }
}
