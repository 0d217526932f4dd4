package org.surgenet.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
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
            String name = arg.contains("=") ? arg.substring(0, arg.indexOf('=')) : arg;
            if (arg.equals("--")) {
                break;
            }
            if (name.startsWith("--") && spec.findOption(name) == null) {
                return unknown(name, spec) + seeHelp;
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
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    private static String unknown(String argument, CommandSpec spec) {
        String word =
                argument.startsWith("-") && argument.contains("=")
                        ? argument.substring(0, argument.indexOf('='))
                        : argument;
        if (word.startsWith("-")) {
            List<String> names = new ArrayList<>();
            spec.options().forEach(o -> names.addAll(List.of(o.names())));
            return "unknown option '" + word + "'" + Suggestions.hint(word, names);
        }
        if (!spec.subcommands().isEmpty()) {
            return "unknown command '"
                    + word
                    + "'"
                    + Suggestions.hint(word, spec.subcommands().keySet());
        }
        return "unexpected argument '" + word + "'";
    }

    private static String display(ArgSpec arg) {
        if (arg instanceof OptionSpec option) {
            return option.longestName() + " " + option.paramLabel();
        }
        return ((PositionalParamSpec) arg).paramLabel();
    }
}
