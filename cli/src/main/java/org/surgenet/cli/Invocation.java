package org.surgenet.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.surgenet.common.Suggestions;
import org.surgenet.common.UserException;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * One run of the program: the arguments as given, what a configuration file and a preset add to
 * them, and where each option's value comes from.
 *
 * <p>What a file or preset gives is put among the arguments as if it had been typed, for options
 * that were not typed; so it is checked and converted by the same rules.
 */
final class Invocation {
    /** Options that steer the program itself and have no place in a file. */
    private static final Set<String> NOT_IN_FILES =
            Set.of("config", "print-config", "dry-run", "help", "version");

    /** The source of a value that was typed: see {@link #source}. */
    static final String COMMAND_LINE = "command line";

    private static final String PRESET = "preset ";

    private final Supplier<CommandLine> parser;
    private final List<String> given;
    private final List<String> effective;

    /** Where the value of a key comes from, for keys that a file or preset gave. */
    private final Map<String, String> sources = new HashMap<>();

    private final List<String> notes = new ArrayList<>();

    /**
     * @param parser makes the program's parser, which keeps what it has read: each reading of the
     *     arguments takes a new one
     */
    Invocation(Supplier<CommandLine> parser, String... args) {
        this.parser = parser;
        this.given = List.of(args);
        this.effective = new ArrayList<>(given);
    }

    /** The arguments as they were typed. */
    List<String> given() {
        return given;
    }

    /**
     * The arguments as they were typed, with {@code withheld} for the values of some.
     *
     * @param confidential their keys
     */
    List<String> recorded(CommandSpec leaf, Set<String> confidential) {
        Set<String> values = new HashSet<>();
        keys(leaf)
                .forEach(
                        (key, arg) -> {
                            if (confidential.contains(key)) {
                                values.addAll(arg.originalStringValues());
                            }
                        });
        return given.stream()
                .map(
                        word -> {
                            int value = word.startsWith("--") ? word.indexOf('=') + 1 : 0;
                            return values.contains(word.substring(value))
                                    ? word.substring(0, value) + "withheld"
                                    : word;
                        })
                .toList();
    }

    /**
     * The source of an argument's value, as printed: "command line", a file with its line, a
     * preset, or "default".
     */
    String source(ArgSpec arg) {
        String source = sources.get(key(arg));
        if (source != null) {
            return source;
        }
        return arg.stringValues().isEmpty() ? "default" : COMMAND_LINE;
    }

    int execute(PrintWriter out, PrintWriter err) {
        try {
            CommandLine program = parser.get();
            program.setOut(out).setErr(err);
            // The parser's own handling would call every failure 1.
            program.setExecutionExceptionHandler(
                    (e, ignored, parsed) -> Failures.report(e, err, false));
            addConfiguration(program);
            String[] args = effective.toArray(new String[0]);
            program.setExecutionStrategy(this::executeParsed);
            if (asksFor("--print-config")) {
                // Required options may still be missing: the point is to see what there is.
                collectErrors(program, true);
                ParseResult parsed = program.parseArgs(args);
                for (Exception error : errors(parsed)) {
                    if (!(error instanceof MissingParameterException)) {
                        return reportUsage((ParameterException) error, args);
                    }
                }
                if (!parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
                    CommandSpec leaf = leaf(parsed);
                    out.print(Configuration.commented(leaf, this));
                    out.flush();
                    return ExitCode.DONE;
                }
                collectErrors(program, false);
            }
            program.setParameterExceptionHandler((e, ignored) -> reportUsage(e, args));
            return program.execute(args);
        } catch (Exception | Error e) {
            return Failures.report(e, err, false);
        }
    }

    /**
     * Reads the arguments as {@link #execute} does, and runs nothing.
     *
     * @throws ParameterException for bad usage
     * @throws UserException for a file or a preset that cannot be read
     */
    SurgenetCommand read() {
        CommandLine program = parser.get();
        addConfiguration(program);
        CommandSpec leaf = leaf(program.parseArgs(effective.toArray(new String[0])));
        SurgenetCommand command = (SurgenetCommand) leaf.userObject();
        command.invocation = this;
        return command;
    }

    private int executeParsed(ParseResult parsed) {
        for (CommandLine command : parsed.asCommandLineList()) {
            if (command.isUsageHelpRequested()) {
                int columns = HelpPage.columns(HelpPage.STDOUT_COLUMNS);
                command.getOut().print(HelpPage.wrap(Main.layout(command), columns));
                command.getOut().flush();
                return ExitCode.DONE;
            }
        }
        requireValues(leaf(parsed));
        if (leaf(parsed).userObject() instanceof SurgenetCommand command) {
            command.invocation = this;
            command.misuse()
                    .ifPresent(
                            text -> {
                                throw new ParameterException(leaf(parsed).commandLine(), text);
                            });
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    /**
     * In {@code --output --overwrte} the second word is a misspelt option, not the name of a folder
     * to be made.
     */
    private void requireValues(CommandSpec leaf) {
        int end = given.contains("--") ? given.indexOf("--") : given.size();
        for (int i = positionAfter(leaf); i + 1 < end; i++) {
            OptionSpec option = leaf.findOption(given.get(i));
            String value = given.get(i + 1);
            if (option == null || option.arity().max() == 0) {
                continue;
            }
            if (value.startsWith("--") || PathText.isPath(option) && value.matches("-.+")) {
                List<String> names = new ArrayList<>();
                leaf.options().forEach(o -> names.addAll(List.of(o.names())));
                throw new ParameterException(
                        leaf.commandLine(),
                        String.format(
                                Locale.ROOT,
                                "'%s' stands where the value of %s should be%s; a value that"
                                        + " begins with a dash is given as %s=%s",
                                value,
                                given.get(i),
                                Suggestions.hint(value, names),
                                option.longestName(),
                                value));
            }
            // The value is no option, whatever it looks like.
            i++;
        }
    }

    private static void collectErrors(CommandLine commandLine, boolean collect) {
        commandLine.getCommandSpec().parser().collectErrors(collect);
        commandLine.getSubcommands().values().forEach(c -> collectErrors(c, collect));
    }

    private boolean asksFor(String option) {
        for (String arg : given) {
            if (arg.equals("--")) {
                return false;
            }
            if (arg.equals(option)) {
                return true;
            }
        }
        return false;
    }

    /** Puts what a file and a preset give among the arguments. */
    private void addConfiguration(CommandLine untyped) {
        boolean file =
                given.stream().anyMatch(a -> a.equals("--config") || a.startsWith("--config="));
        if (!file && !hasPresets(untyped)) {
            return;
        }
        CommandLine program = parser.get();
        // What was typed, whatever may be wrong with it: the second reading reports that.
        collectErrors(program, true);
        ParseResult typed = program.parseArgs(given.toArray(new String[0]));
        CommandSpec leaf = leaf(typed);
        if (!(leaf.userObject() instanceof SurgenetCommand command)) {
            return;
        }
        Map<String, ArgSpec> byKey = keys(leaf);
        Map<String, List<String>> added = new LinkedHashMap<>();
        if (command.common.config != null) {
            addFile(command.common.config, leaf, byKey, added);
        }
        addPreset(command, byKey, added);
        adapt(command, leaf, byKey, added);
        effective.clear();
        effective.addAll(with(leaf, byKey, added));
    }

    /** The arguments as typed, with what was added. */
    private List<String> with(
            CommandSpec leaf, Map<String, ArgSpec> byKey, Map<String, List<String>> added) {
        List<String> insert = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        added.forEach(
                (key, values) -> {
                    if (byKey.get(key) instanceof OptionSpec option) {
                        values.forEach(value -> insert.add(option.longestName() + "=" + value));
                    } else {
                        arguments.addAll(values);
                    }
                });
        List<String> all = new ArrayList<>(given);
        all.addAll(positionAfter(leaf), insert);
        // Behind what was typed, which comes first; and as arguments, even with a dash in front.
        if (!arguments.isEmpty()) {
            if (!given.contains("--")) {
                all.add("--");
            }
            all.addAll(arguments);
        }
        return all;
    }

    /** Replaces defaults and values of a preset that do not fit what else was asked for. */
    private void adapt(
            SurgenetCommand command,
            CommandSpec leaf,
            Map<String, ArgSpec> byKey,
            Map<String, List<String>> added) {
        if (!command.adaptsDefaults()) {
            return;
        }
        CommandLine program = parser.get();
        collectErrors(program, true);
        ParseResult parsed = program.parseArgs(with(leaf, byKey, added).toArray(new String[0]));
        if (!errors(parsed).isEmpty()) {
            return; // The last reading reports them.
        }
        SurgenetCommand read = (SurgenetCommand) leaf(parsed).userObject();
        read.adapted(key -> isFree(byKey.get(key), added))
                .forEach(
                        (key, value) -> {
                            String before =
                                    added.containsKey(key)
                                            ? added.get(key).get(0) + " of the " + sources.get(key)
                                            : "the default " + byKey.get(key).defaultValue();
                            added.put(key, List.of(value.value()));
                            sources.put(key, "not " + before + ": " + value.reason());
                            notes.add(
                                    "--"
                                            + key
                                            + " "
                                            + value.value()
                                            + " instead of "
                                            + before
                                            + ": "
                                            + value.reason());
                        });
    }

    private boolean isFree(ArgSpec arg, Map<String, List<String>> added) {
        String key = key(arg);
        return arg.stringValues().isEmpty()
                && (!added.containsKey(key) || sources.get(key).startsWith(PRESET));
    }

    /** What was changed of defaults and presets to fit what was asked for, a line each. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    private static boolean hasPresets(CommandLine program) {
        return program.getSubcommands().values().stream()
                .anyMatch(c -> c.getCommandSpec().findOption("--preset") != null);
    }

    private void addFile(
            Path file,
            CommandSpec leaf,
            Map<String, ArgSpec> byKey,
            Map<String, List<String>> added) {
        ConfigFile.read(file)
                .forEach(
                        (key, entry) -> {
                            String where = file + ":" + entry.line();
                            ArgSpec arg = byKey.get(key);
                            if (arg == null) {
                                throw new UserException(
                                        where
                                                + ": unknown key '"
                                                + key
                                                + "' for "
                                                + leaf.qualifiedName()
                                                + Suggestions.hint(key, byKey.keySet()));
                            }
                            add(key, entry, where, arg, added);
                        });
    }

    /** Adds what a file or preset gives, unless it was typed or a file has given it. */
    private void add(
            String key,
            ConfigFile.Entry entry,
            String where,
            ArgSpec arg,
            Map<String, List<String>> added) {
        if (entry.values().size() != 1 && !arg.isMultiValue()) {
            throw new UserException(
                    where
                            + ": '"
                            + key
                            + "' takes one value, not a list of "
                            + entry.values().size());
        }
        if (arg.stringValues().isEmpty() && !added.containsKey(key)) {
            added.put(key, entry.values());
            sources.put(key, where);
        }
    }

    private void addPreset(
            SurgenetCommand command, Map<String, ArgSpec> byKey, Map<String, List<String>> added) {
        ArgSpec option = byKey.get("preset");
        if (option == null) {
            return;
        }
        String name = option.defaultValue();
        if (added.containsKey("preset")) {
            name = added.get("preset").get(0);
        }
        if (!option.stringValues().isEmpty()) {
            name = option.stringValues().get(0);
        }
        if (name == null) {
            return;
        }
        String where = PRESET + name;
        ConfigFile.read(command.preset(name))
                .forEach(
                        (key, entry) -> {
                            ArgSpec arg = byKey.get(key);
                            if (arg == null) {
                                throw new IllegalStateException(
                                        where + " sets '" + key + "', which is no option");
                            }
                            add(key, entry, where, arg, added);
                        });
    }

    /** The index behind the name of the leaf command among the arguments. */
    private int positionAfter(CommandSpec leaf) {
        List<String> names = new ArrayList<>();
        for (CommandSpec s = leaf; s.parent() != null; s = s.parent()) {
            names.add(0, s.name());
        }
        int position = 0;
        for (String name : names) {
            position += given.subList(position, given.size()).indexOf(name) + 1;
        }
        return position;
    }

    /** Reports bad usage; about a value that a file gave, as an error of that file. */
    private int reportUsage(ParameterException e, String[] args) {
        String source = e.getArgSpec() == null ? null : sources.get(key(e.getArgSpec()));
        if (source == null) {
            return new UsageErrors().handleParseException(e, args);
        }
        String text = UsageErrors.firstLine(e);
        return Failures.report(
                new UserException(source + ": " + text, e), e.getCommandLine().getErr(), false);
    }

    private static List<Exception> errors(ParseResult parsed) {
        List<Exception> errors = new ArrayList<>(parsed.errors());
        if (parsed.hasSubcommand()) {
            errors.addAll(errors(parsed.subcommand()));
        }
        return errors;
    }

    private static CommandSpec leaf(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        return last.commandSpec();
    }

    /** What a file may set, by key: options by their long name, arguments by their field's. */
    static Map<String, ArgSpec> keys(CommandSpec leaf) {
        Map<String, ArgSpec> keys = new LinkedHashMap<>();
        for (PositionalParamSpec argument : leaf.positionalParameters()) {
            keys.put(key(argument), argument);
        }
        for (OptionSpec option : ordered(leaf)) {
            if (!NOT_IN_FILES.contains(key(option)) && !option.hidden()) {
                keys.put(key(option), option);
            }
        }
        return keys;
    }

    /** A command's options as its help page has them: its own first, the common ones last. */
    static List<OptionSpec> ordered(CommandSpec leaf) {
        List<OptionSpec> options = new ArrayList<>(leaf.options());
        options.sort(Comparator.comparingInt(OptionSpec::order));
        return options;
    }

    static String key(ArgSpec arg) {
        if (arg instanceof OptionSpec option) {
            return option.longestName().replaceFirst("^-+", "");
        }
        // Arguments have no name on the command line; their field's is the documented key.
        return ((java.lang.reflect.Member) arg.userObject()).getName();
    }
}
