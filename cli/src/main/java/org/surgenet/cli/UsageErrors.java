package org.surgenet.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.surgenet.common.Suggestions;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Bad usage in one line, with the nearest valid word, and where to read more. */
final class UsageErrors implements IParameterExceptionHandler {
    private static final Pattern CHOICE =
            Pattern.compile("expected one of \\[([^\\]]*)] \\(case-(?:in)?sensitive\\) but was ");

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine commandLine = e.getCommandLine();
        commandLine.getErr().println("surgenet: " + message(e, List.of(args)));
        commandLine.getErr().flush();
        return ExitCode.BAD_USAGE;
    }

    static String message(ParameterException e, List<String> args) {
        CommandSpec spec = e.getCommandLine().getCommandSpec();
        String seeHelp = "; see '" + spec.qualifiedName() + " --help'";
        // A misspelt option often shows as something else that is missing: name the cause.
        for (String arg : e instanceof MissingParameterException ? args : List.<String>of()) {
            if (arg.equals("--")) {
                break;
            }
            if (arg.length() > 1 && arg.startsWith("-") && spec.findOption(word(arg)) == null) {
                return unknown(arg, spec) + seeHelp;
            }
        }
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unknown(unmatched.getUnmatched().get(0), spec) + seeHelp;
        }
        if (e instanceof MissingParameterException missing) {
            String names =
                    missing.getMissing().stream()
                            .map(UsageErrors::display)
                            .collect(Collectors.joining(", "));
            if (!names.isEmpty()) {
                return spec.qualifiedName() + " needs " + names + seeHelp;
            }
        }
        String text = firstLine(e);
        if (text.startsWith("missing required subcommand")) {
            return spec.qualifiedName()
                    + " needs one of its commands: "
                    + String.join(", ", spec.subcommands().keySet())
                    + seeHelp;
        }
        return text + seeHelp;
    }

    /** The parser's message as a sentence within ours. */
    static String firstLine(ParameterException e) {
        String text = e.getMessage().lines().findFirst().orElse("bad usage");
        text = Character.toLowerCase(text.charAt(0)) + text.substring(1);
        return inWords(text);
    }

    /** The parser speaks of Java's types. */
    private static String inWords(String text) {
        Matcher choice = CHOICE.matcher(text);
        return choice.find()
                ? choice.replaceFirst(
                        "must be one of "
                                + choice.group(1).toLowerCase(Locale.ROOT).replace('_', '-')
                                + ", not ")
                : text.replaceFirst("is not an? (int|long)$", "is not a whole number")
                        .replaceFirst("is not a double$", "is not a number")
                        .replaceFirst("is not a boolean$", "must be true or false");
    }

    private static String unknown(String argument, CommandSpec spec) {
        String word = word(argument);
        if (word.startsWith("-")) {
            List<String> names = new ArrayList<>();
            spec.options().forEach(o -> names.addAll(List.of(o.names())));
            String hint = Suggestions.hint(word, names);
            return isFile(argument) || hint.isEmpty() && looksLikePath(word)
                    ? "'"
                            + argument
                            + "' begins with a dash and is read as an option; give a file of this"
                            + " name as ./"
                            + argument
                            + ", or last, after --"
                    : "unknown option '" + word + "'" + hint;
        }
        if (!spec.subcommands().isEmpty()) {
            return "unknown command '"
                    + word
                    + "'"
                    + Suggestions.hint(word, spec.subcommands().keySet());
        }
        return "unexpected argument '" + word + "'";
    }

    /** An option's name without its value; other words whole. */
    private static String word(String argument) {
        int value = argument.startsWith("-") ? argument.indexOf('=') : -1;
        return value < 0 ? argument : argument.substring(0, value);
    }

    private static boolean isFile(String argument) {
        try {
            return Files.exists(Path.of(argument));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** No option's name has a point, a slash or what patterns have in it. */
    private static boolean looksLikePath(String word) {
        return word.matches(".*[./*?\\[{].*");
    }

    private static String display(ArgSpec arg) {
        if (arg instanceof OptionSpec option) {
            return option.longestName() + " " + option.paramLabel();
        }
        return ((PositionalParamSpec) arg).paramLabel();
    }
}
