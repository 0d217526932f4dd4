package org.surgenet.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command's manual page in the macros of man(7). */
final class ManPage {
    private final StringBuilder roff = new StringBuilder();

    private ManPage() {}

    static String of(CommandSpec spec) {
        ManPage page = new ManPage();
        page.write(spec);
        return page.roff.toString();
    }

    private void write(CommandSpec spec) {
        String name = spec.qualifiedName("-");
        String title = name.toUpperCase(Locale.ROOT);
        macro("TH", quoted(title), "1", quoted(""), quoted("surgenet"), quoted("surgenet manual"));
        String[] description = spec.usageMessage().description();
        section("NAME");
        text(name + " \\- " + escaped(description.length == 0 ? "" : description[0]));
        section("SYNOPSIS");
        text("\\fB" + escaped(spec.qualifiedName()) + "\\fR " + synopsis(spec));
        section("DESCRIPTION");
        for (String line : description) {
            text(escaped(line));
        }
        if (!spec.positionalParameters().isEmpty()) {
            section("ARGUMENTS");
            for (PositionalParamSpec argument : spec.positionalParameters()) {
                entry("\\fI" + escaped(argument.paramLabel()) + "\\fR", argument);
            }
        }
        if (!spec.subcommands().isEmpty()) {
            section("COMMANDS");
            spec.subcommands()
                    .forEach(
                            (child, line) -> {
                                String[] about = line.getCommandSpec().usageMessage().description();
                                macro("TP");
                                text("\\fB" + escaped(child) + "\\fR");
                                text(escaped(about.length == 0 ? "" : about[0]));
                            });
        }
        section("OPTIONS");
        for (OptionSpec option : Invocation.ordered(spec)) {
            if (!option.hidden()) {
                String names =
                        List.of(option.names()).stream()
                                .map(n -> "\\fB" + escaped(n) + "\\fR")
                                .collect(Collectors.joining(", "));
                boolean valued = option.arity().max() > 0;
                entry(
                        names + (valued ? "=\\fI" + escaped(option.paramLabel()) + "\\fR" : ""),
                        option);
            }
        }
        footer(spec.usageMessage().footer());
        section("EXIT STATUS");
        text(
                "0 done; 1 an error in input or settings; 2 bad usage; 3 done, but some inputs were"
                        + " skipped, each listed with its cause; 70 a fault of the program; 130"
                        + " interrupted"
                        + (spec.userObject() instanceof SurgenetCommand command && command.goesOn()
                                ? ", state saved."
                                : "."));
        if (spec.parent() != null) {
            section("SEE ALSO");
            macro("BR", spec.parent().qualifiedName("\\-"), "(1)");
        }
    }

    private static String synopsis(CommandSpec spec) {
        StringBuilder line = new StringBuilder();
        if (!spec.subcommands().isEmpty()) {
            line.append("\\fICOMMAND\\fR ");
        }
        for (PositionalParamSpec argument : spec.positionalParameters()) {
            String label = "\\fI" + escaped(argument.paramLabel()) + "\\fR";
            line.append(argument.arity().min() > 0 ? label : "[" + label + "]");
            line.append(argument.arity().max() > 1 ? "... " : " ");
        }
        for (OptionSpec option : Invocation.ordered(spec)) {
            if (option.required()) {
                line.append("\\fB").append(escaped(option.longestName())).append("\\fR=\\fI");
                line.append(escaped(option.paramLabel())).append("\\fR ");
            }
        }
        return line + "[\\fIOPTIONS\\fR]";
    }

    private void entry(String head, ArgSpec arg) {
        macro("TP");
        text(head);
        text(escaped(Configuration.description(arg)));
    }

    /** The command's example, with its line breaks. */
    private void footer(String[] lines) {
        if (lines.length == 0) {
            return;
        }
        section("EXAMPLES");
        macro("nf");
        for (String line : lines) {
            for (String part : line.split("%n", -1)) {
                text(escaped(part));
            }
        }
        macro("fi");
    }

    private void section(String name) {
        macro("SH", quoted(name));
    }

    private void macro(String name, String... arguments) {
        roff.append('.').append(name);
        for (String argument : arguments) {
            roff.append(' ').append(argument);
        }
        roff.append('\n');
    }

    private void text(String line) {
        // A point or apostrophe at the start of a line would be a macro.
        roff.append(line.startsWith(".") || line.startsWith("'") ? "\\&" : "").append(line);
        roff.append('\n');
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static String escaped(String text) {
        return text.replace("%n", " ").replace("%%", "%").replace("\\", "\\e").replace("-", "\\-");
    }
}
