package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.surgenet.common.UserPaths;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What the help and the options of all commands have in common. */
class CommandConventionsTest {
    private static final int ONE_LINE = 120;

    /** An option's default is shown where it has one that is not "off". */
    private static final Pattern SHOWS_DEFAULT = Pattern.compile(".*\\bdefaults?\\b.*");

    /** What options and arguments are called whose value is a path, or may be one. */
    private static final Pattern PATH_LABEL =
            Pattern.compile(".*\\b(CSV|DIR|FILE|FRAMES|IN|LIST|OUT|SCORES|TABLE|VIDEO)\\b.*");

    /** The commands that do something: those without subcommands of their own. */
    static Stream<CommandSpec> commands() {
        return leaves(Main.commandLine()).map(CommandLine::getCommandSpec);
    }

    private static Stream<CommandLine> leaves(CommandLine command) {
        return command.getSubcommands().isEmpty()
                ? Stream.of(command)
                : command.getSubcommands().values().stream()
                        .flatMap(CommandConventionsTest::leaves);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void saysInOneLineWhatItDoes(CommandSpec command) {
        String[] description = command.usageMessage().description();

        assertThat(description).isNotEmpty();
        assertThat(description[0]).endsWith(".").hasSizeLessThanOrEqualTo(ONE_LINE);
        if (description.length > 1) {
            assertThat(description[1]).as("the line after the summary").isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionIsDescribedAndSpeltAlike(CommandSpec command) {
        List<ArgSpec> all = new ArrayList<>(command.options());
        all.addAll(command.positionalParameters());
        for (ArgSpec arg : all) {
            assertThat(Configuration.description(arg)).as("description of %s", arg).isNotBlank();
        }
        for (OptionSpec option : command.options()) {
            assertThat(option.longestName()).matches("--[a-z][a-z0-9]*(-[a-z0-9]+)*");
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyPathMayBeginAtHome(CommandSpec command) {
        String home = UserPaths.of("~").toString();
        List<ArgSpec> all = new ArrayList<>(command.options());
        all.addAll(command.positionalParameters());
        for (ArgSpec arg : all) {
            String label =
                    arg instanceof OptionSpec option
                            ? option.paramLabel()
                            : ((PositionalParamSpec) arg).paramLabel();
            if (!PATH_LABEL.matcher(label).matches()) {
                assertThat(PathText.isPath(arg)).as("label of %s", arg).isFalse();
                continue;
            }
            List<String> words = new ArrayList<>();
            if (arg instanceof OptionSpec option) {
                words.add(option.longestName() + "=~/some/x");
            } else {
                int index = ((PositionalParamSpec) arg).index().min();
                words.addAll(Collections.nCopies(index + 1, "~/some/x"));
            }
            CommandLine program = Main.commandLine();
            CommandLine leaf = program;
            for (String name : command.qualifiedName().replaceFirst("surgenet ", "").split(" ")) {
                leaf = leaf.getSubcommands().get(name);
            }
            leaf.getCommandSpec().parser().collectErrors(true);
            List<String> line = new ArrayList<>(List.of(command.qualifiedName().split(" ")));
            line.remove(0);
            line.addAll(words);
            program.parseArgs(line.toArray(new String[0]));
            ArgSpec read = Invocation.keys(leaf.getCommandSpec()).get(Invocation.key(arg));

            assertThat(read == null ? leaf.getCommandSpec().findOption("--config") : read)
                    .extracting(a -> String.valueOf((Object) a.getValue()))
                    .asString()
                    .as("%s", arg)
                    .matches("\\[?" + Pattern.quote(home + "/some/x") + "\\]?");
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void defaultsAreShown(CommandSpec command) {
        String page = command.commandLine().getUsageMessage(Ansi.OFF);

        for (OptionSpec option : command.options()) {
            if (option.defaultValue() != null && option.arity().max() > 0 && !option.hidden()) {
                assertThat(Configuration.description(option).toLowerCase(Locale.ROOT))
                        .as("description of %s", option.longestName())
                        .matches(SHOWS_DEFAULT)
                        .contains(option.defaultValue().toLowerCase(Locale.ROOT));
            }
        }
        assertThat(page).as("variables that stand for nothing").doesNotContain("${");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void hasTheCommonOptions(CommandSpec command) {
        for (String option :
                List.of(
                        "--config",
                        "--print-config",
                        "--dry-run",
                        "--verbose",
                        "--quiet",
                        "--log-format",
                        "--help",
                        "--version")) {
            assertThat(command.findOption(option)).as(option).isNotNull();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpPageFitsItsWidth(CommandSpec command) {
        String page = command.commandLine().getUsageMessage(Ansi.OFF);

        assertThat(page.lines()).allMatch(line -> line.length() <= 100);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void exampleInTheFooterParses(CommandSpec command) {
        List<String> examples = examples(command);

        assertThat(examples).as("examples of %s", command.qualifiedName()).isNotEmpty();
        for (String example : examples) {
            List<String> words = new ArrayList<>(Arrays.asList(example.split("\\s+")));
            assertThat(words.remove(0)).isEqualTo("surgenet");
            CommandLine program = Main.commandLine();

            assertThatCode(() -> program.parseArgs(words.toArray(new String[0])))
                    .as(example)
                    .doesNotThrowAnyException();
            assertThat(example).startsWith(command.qualifiedName());
        }
    }

    /** The footer's command lines, each with the lines that a backslash continues it on. */
    private static List<String> examples(CommandSpec command) {
        String footer = String.join("\n", command.usageMessage().footer()).replace("%n", "\n");
        List<String> examples = new ArrayList<>();
        for (String line : footer.replaceAll("\\\\\\s*\\n\\s*", "").split("\n")) {
            if (line.strip().startsWith("surgenet ")) {
                examples.add(line.strip());
            }
        }
        return examples;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void printedConfigurationReadsBack(CommandSpec command, @TempDir Path folder)
            throws IOException {
        List<String> words = new ArrayList<>(List.of(examples(command).get(0).split("\\s+")));
        words.remove(0);
        words.add("--print-config");
        ProgramRun first = ProgramRun.of(words.toArray());
        assertThat(first.err()).isEmpty();
        assertThat(first.code()).isZero();
        Path file = Files.writeString(folder.resolve("printed.yaml"), first.out());

        List<Object> again = new ArrayList<>(List.of(command.qualifiedName().split(" ")));
        again.remove(0);
        again.addAll(List.of("--config", file, "--print-config"));
        ProgramRun second = ProgramRun.of(again.toArray());

        assertThat(second.err()).isEmpty();
        assertThat(values(second.out())).isEqualTo(values(first.out()));
    }

    private static List<String> values(String yaml) {
        return yaml.lines().filter(l -> !l.startsWith("#")).map(l -> l.split("  # ")[0]).toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void manPageHasEveryOption(CommandSpec command) {
        String page = ManPage.of(command);

        for (OptionSpec option : command.options()) {
            assertThat(page).contains(option.longestName().replace("-", "\\-"));
        }
        assertThat(page.lines().filter(l -> l.startsWith("'"))).isEmpty();
    }
}
