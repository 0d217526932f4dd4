package org.surgenet.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.surgenet.common.SettingException;
import org.surgenet.common.Suggestions;
import org.surgenet.common.UserException;
import org.surgenet.finetune.Tasks;
import org.surgenet.study.Cell;
import org.surgenet.study.CellCommands;
import org.surgenet.study.CellCost;
import org.surgenet.study.CellProgram;
import org.surgenet.study.Plan;
import org.surgenet.study.StudyData;
import org.surgenet.task.Task;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Makes a study's cells with this program's own commands, in this process. */
final class StudyProgram implements CellProgram {
    /** What the commands of a data set with these weights share, whatever the cell. */
    private record Pair(Plan.LabelledData data, Plan.Arm arm) {}

    private final Plan plan;
    private final Runnable afterwards;
    private final Map<Pair, FineTuneCommand<?, ?>> read = new HashMap<>();

    /**
     * Checks every option of a plan.
     *
     * @param afterwards called after each command, which has changed where log lines go
     * @throws UserException naming the plan's line
     */
    StudyProgram(Plan plan, Runnable afterwards) {
        this.plan = plan;
        this.afterwards = afterwards;
        for (Plan.LabelledData data : plan.datasets()) {
            task(data);
            for (Plan.Arm arm : plan.arms()) {
                checkOptions("finetune-" + data.task(), data.options(), Set.of());
                checkOptions("finetune-" + data.task(), arm.options(), Set.of());
                checkOptions("evaluate", data.scoring(), dataKeys(data));
                fineTuning(data, arm);
            }
            parse(data.scoring(), data.line(), scoring(data, plan.arms().get(0), Path.of("cell")));
        }
    }

    private Task<?, ?> task(Plan.LabelledData data) {
        return Tasks.find(data.task())
                .orElseThrow(
                        () -> {
                            List<String> ids = Tasks.ALL.stream().map(Task::id).toList();
                            return plan.error(
                                    data.line(),
                                    "'"
                                            + data.name()
                                            + "': the task '"
                                            + data.task()
                                            + "' is none of "
                                            + String.join(", ", ids)
                                            + Suggestions.hint(data.task(), ids));
                        });
    }

    private Set<String> dataKeys(Plan.LabelledData data) {
        return task(data).dataSettings().stream().map(s -> s.key()).collect(Collectors.toSet());
    }

    private void checkOptions(String command, List<Plan.Option> options, Set<String> elsewhere) {
        CommandSpec spec = spec(command);
        Set<String> keys = new LinkedHashSet<>(Invocation.keys(spec).keySet());
        for (Plan.Option option : options) {
            if (elsewhere.contains(option.key())) {
                throw plan.error(
                        option.line(),
                        "'" + option.key() + "' belongs below 'options' of the data set");
            }
            if (!keys.contains(option.key())) {
                throw plan.error(
                        option.line(),
                        "unknown option '"
                                + option.key()
                                + "' of "
                                + command
                                + Suggestions.hint(option.key(), keys));
            }
        }
    }

    private static CommandSpec spec(String command) {
        return Main.commandLine(Commands.ALL, new String[] {command})
                .getSubcommands()
                .get(command)
                .getCommandSpec();
    }

    private FineTuneCommand<?, ?> fineTuning(Plan.LabelledData data, Plan.Arm arm) {
        return read.computeIfAbsent(
                new Pair(data, arm),
                pair -> {
                    List<String> words = training(data, arm, Path.of("cell"));
                    addSplit(words, data);
                    return (FineTuneCommand<?, ?>) parse(options(data, arm), data.line(), words);
                });
    }

    private void requireSense(Plan.LabelledData data, Plan.Arm arm) {
        weights(data, arm);
        try {
            fineTuning(data, arm).requireSense();
        } catch (SettingException e) {
            String key = e.getMessage().replaceFirst("\\W*([\\w-]+).*", "$1");
            throw plan.error(lineOf(options(data, arm), key, data.line()), e.getMessage());
        }
    }

    /** Of both; those of the weights win. */
    private static List<Plan.Option> options(Plan.LabelledData data, Plan.Arm arm) {
        List<Plan.Option> options = new ArrayList<>(arm.options());
        options.addAll(data.options());
        return options;
    }

    /** Reads a command line, saying of a wrong value where the plan has it. */
    private SurgenetCommand parse(List<Plan.Option> options, int line, List<String> words) {
        try {
            return invocation(words).read();
        } catch (ParameterException e) {
            String key = e.getArgSpec() == null ? "" : Invocation.key(e.getArgSpec());
            throw plan.error(lineOf(options, key, line), asKeys(UsageErrors.firstLine(e)));
        } catch (UserException e) {
            throw plan.error(line, asKeys(Failures.message(e)));
        }
    }

    private static int lineOf(List<Plan.Option> options, String key, int otherwise) {
        return options.stream()
                .filter(option -> option.key().equals(key))
                .mapToInt(Plan.Option::line)
                .findFirst()
                .orElse(otherwise);
    }

    /** A message about an option, in the words of a plan: {@code 'lr'} for {@code --lr}. */
    static String asKeys(String message) {
        return message.replace("option '--", "'--").replaceAll("(?<![\\w-])--(?=[a-z])", "");
    }

    private static Invocation invocation(List<String> words) {
        String[] args = words.toArray(String[]::new);
        return new Invocation(() -> Main.commandLine(Commands.ALL, args), args);
    }

    @Override
    public StudyData read(Plan.LabelledData data) {
        try {
            return fineTuning(data, plan.arms().get(0)).studyData(data.folds() == 0);
        } catch (UserException e) {
            throw plan.error(data.line(), "'" + data.name() + "': " + asKeys(Failures.message(e)));
        }
    }

    @Override
    public Optional<Path> weights(Plan.LabelledData data, Plan.Arm arm) {
        try {
            return fineTuning(data, arm).options.weights();
        } catch (UserException e) {
            throw plan.error(arm.line(), "'" + arm.name() + "': " + asKeys(Failures.message(e)));
        }
    }

    /** Finds out whether all settings make sense and all weights fit their networks. */
    void requireFit() {
        Set<List<Object>> done = new LinkedHashSet<>();
        for (Plan.LabelledData data : plan.datasets()) {
            for (Plan.Arm arm : plan.arms()) {
                requireSense(data, arm);
                FineTuneCommand<?, ?> command = fineTuning(data, arm);
                if (done.add(command.options.network())) {
                    try {
                        command.options.requireFit();
                    } catch (UserException e) {
                        throw plan.error(
                                arm.line(), "'" + arm.name() + "': " + asKeys(Failures.message(e)));
                    }
                }
            }
        }
    }

    @Override
    public CellCommands commands(Cell cell, Path folder, Optional<Path> split) {
        Plan.LabelledData data = plan.dataset(cell.dataset());
        Plan.Arm arm = plan.arm(cell.arm());
        List<String> train = training(data, arm, folder);
        List<String> score = scoring(data, arm, folder);
        split.ifPresent(
                file -> {
                    train.add("--split=" + file);
                    score.add("--split=" + file);
                });
        if (split.isEmpty()) {
            addSplit(train, data);
            addSplit(score, data);
        }
        train.add("--seed=" + cell.seed());
        return new CellCommands(train, score);
    }

    private static void addSplit(List<String> words, Plan.LabelledData data) {
        data.split().ifPresent(file -> words.add("--split=" + file));
        data.splitSeed().ifPresent(seed -> words.add("--split-seed=" + seed));
    }

    private List<String> training(Plan.LabelledData data, Plan.Arm arm, Path folder) {
        List<String> words = new ArrayList<>(List.of("finetune-" + data.task()));
        addData(words, data);
        data.preset().ifPresent(name -> words.add("--preset=" + name));
        words.add("--weights=" + arm.weights().orElse("none"));
        List<Plan.Option> own =
                data.options().stream()
                        .filter(o -> arm.options().stream().noneMatch(a -> a.key().equals(o.key())))
                        .toList();
        addOptions(words, own);
        addOptions(words, arm.options());
        words.add("--output=" + folder);
        return words;
    }

    private List<String> scoring(Plan.LabelledData data, Plan.Arm arm, Path folder) {
        List<String> words = new ArrayList<>(List.of("evaluate"));
        words.add("--model=" + folder);
        addData(words, data);
        words.add("--split-name=test");
        words.add("--model-name=" + arm.name());
        Set<String> keys = dataKeys(data);
        addOptions(words, data.options().stream().filter(o -> keys.contains(o.key())).toList());
        addOptions(words, data.scoring());
        words.add("--output=" + CellProgram.scores(folder));
        return words;
    }

    private static void addData(List<String> words, Plan.LabelledData data) {
        words.add("--data=" + data.data());
        words.add("--format=" + data.format());
    }

    /** Relative paths in a plan start from its folder, wherever the program is started. */
    private void addOptions(List<String> words, List<Plan.Option> options) {
        if (options.isEmpty()) {
            return;
        }
        Map<String, ArgSpec> specs = Invocation.keys(spec(words.get(0)));
        Path folder = plan.file().toAbsolutePath().getParent();
        for (Plan.Option option : options) {
            boolean path = PathText.isPath(specs.get(option.key()));
            for (String value : option.values()) {
                String resolved =
                        path
                                ? folder.resolve(new PathText().convert(value))
                                        .normalize()
                                        .toString()
                                : value;
                words.add("--" + option.key() + "=" + resolved);
            }
        }
    }

    @Override
    public CellCost measure(Plan.LabelledData data, Path scratch) {
        Plan.Arm arm = plan.arms().get(0);
        List<String> words = training(data, arm, scratch);
        addSplit(words, data);
        try {
            return ((FineTuneCommand<?, ?>) parse(List.of(), data.line(), words)).measure();
        } catch (IOException e) {
            throw plan.error(data.line(), Failures.describe(e));
        }
    }

    @Override
    public Ending run(List<String> command, Path log) throws IOException {
        try (CellLog out = new CellLog(log)) {
            out.println("surgenet " + String.join(" ", command));
            int code = Main.run(Commands.ALL, command.toArray(String[]::new), out, out);
            return switch (code) {
                case ExitCode.DONE -> Ending.DONE;
                case ExitCode.DONE_WITH_SKIPPED -> Ending.DONE_WITH_SKIPPED;
                case ExitCode.INTERRUPTED -> Ending.INTERRUPTED;
                default -> Ending.FAILED;
            };
        } finally {
            afterwards.run();
        }
    }
}
