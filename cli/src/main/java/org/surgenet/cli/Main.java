package org.surgenet.cli;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The program {@code surgenet} with all its subcommands. */
@Command(
        name = "surgenet",
        description = "Build, fine-tune and compare surgical vision foundation models.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "'surgenet COMMAND --help' shows a command's options and an example.",
            "Exit codes: 0 done; 1 an error in input or settings; 2 bad usage; 3 done, but some"
                    + " inputs were skipped; 70 a fault of the program; 130 interrupted, state"
                    + " saved."
        })
public final class Main {
    private Main() {}

    static void main(String[] args) {
        StandardOutput out = new StandardOutput();
        PrintWriter text = writer(out);
        int code = run(Commands.ALL, args, text, writer(System.err));
        text.flush();
        System.exit(out.exitCode(code));
    }

    static PrintWriter writer(OutputStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    /** Runs a command line and returns its {@link ExitCode}. */
    static int run(List<Subcommand> commands, String[] args, PrintWriter out, PrintWriter err) {
        if (args.length == 0) {
            int columns = HelpPage.columns(HelpPage.STDERR_COLUMNS);
            err.print(HelpPage.wrap(layout(commandLine(commands, args)), columns));
            err.flush();
            return ExitCode.BAD_USAGE;
        }
        if (args[0].equals("help")) {
            // "help pretrain" is "pretrain --help".
            String[] rest = Arrays.copyOfRange(args, 1, args.length + 1);
            rest[rest.length - 1] = "--help";
            return run(commands, rest, out, err);
        }
        return new Invocation(() -> commandLine(commands, args), args).execute(out, err);
    }

    /** The whole program, every subcommand included. */
    static CommandLine commandLine() {
        return commandLine(Commands.ALL, new String[0]);
    }

    /**
     * The program as far as a command line needs it: reading the annotations of one subcommand is
     * quick, of all of them it is not.
     */
    static CommandLine commandLine(List<Subcommand> commands, String[] args) {
        Subcommand only = null;
        for (Subcommand command : commands) {
            if (args.length > 0 && command.name().equals(args[0])) {
                only = command;
            }
        }
        CommandLine program = new CommandLine(new Main());
        for (Subcommand command : only == null ? commands : List.of(only)) {
            program.addSubcommand(command.name(), command.maker().get());
        }
        return completed(program);
    }

    /** One command as a program of its own, called {@code name}. */
    static CommandLine alone(Class<?> command, String name) {
        CommandLine program = completed(new CommandLine(command).setCommandName(name));
        UsageMessageSpec usage = program.getCommandSpec().usageMessage();
        usage.footer(
                Arrays.stream(usage.footer())
                        .map(
                                line ->
                                        line.replace(
                                                "surgenet " + Subcommand.of(command).name(), name))
                        .toArray(String[]::new));
        return program;
    }

    /** What holds for every command alike, so that none has to say it. */
    private static CommandLine completed(CommandLine program) {
        // '@LIST' is a list of videos, to be read by the command, not arguments for the parser.
        program.setExpandAtFiles(false)
                .registerConverter(Path.class, PathText::path)
                .setCaseInsensitiveEnumValuesAllowed(true)
                // '-video.mp4' is a file that wants another spelling, not '-v' and a rest.
                .setPosixClusteredShortOptionsAllowed(false)
                .setUsageHelpWidth(HelpPage.DEFAULT_WIDTH)
                .setUsageHelpLongOptionsMaxWidth(30)
                .setParameterExceptionHandler(new UsageErrors());
        complete(program.getCommandSpec());
        return program;
    }

    /** A command's help page, to be fitted to a terminal by {@link HelpPage#wrap}. */
    static String layout(CommandLine command) {
        command.setUsageHelpWidth(HelpPage.LAYOUT_WIDTH);
        String page = command.getUsageMessage(Ansi.OFF);
        command.setUsageHelpWidth(HelpPage.DEFAULT_WIDTH);
        return page;
    }

    private static void complete(CommandSpec spec) {
        if (!spec.mixinStandardHelpOptions()) {
            spec.mixinStandardHelpOptions(true);
        }
        spec.versionProvider(new Version());
        spec.usageMessage()
                .sortOptions(false)
                .optionListHeading("%nOptions:%n")
                .synopsisHeading("Usage: ")
                .commandListHeading("%nCommands:%n");
        if (!spec.positionalParameters().isEmpty()) {
            spec.usageMessage().parameterListHeading("%nArguments:%n");
        }
        for (CommandLine child : spec.subcommands().values()) {
            complete(child.getCommandSpec());
        }
    }
}
