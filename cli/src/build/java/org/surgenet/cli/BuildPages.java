package org.surgenet.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * Makes, when the program is built, what is made from the commands themselves: help pages and the
 * version for the jar, man pages and the completion script for the distribution. Not used at run
 * time.
 */
public final class BuildPages {
    private BuildPages() {}

    /**
     * @param args the folder of the compiled classes, the one for man pages and completion, the
     *     version, and the folder for those of {@code surgenet-extract}
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        Path resources =
                Path.of(args[0]).resolve(BuildPages.class.getPackageName().replace('.', '/'));
        Files.createDirectories(resources.resolve("help"));

        String commit = commit();
        Files.writeString(
                resources.resolve(Version.FILE),
                commit.isEmpty() ? args[2] : args[2] + " (" + commit + ")");
        CommandLine program = Main.commandLine();
        for (CommandLine command : withSubcommands(program)) {
            Files.writeString(
                    resources.resolve("help/" + name(command) + ".txt"), Main.layout(command));
        }
        writePages(program, Path.of(args[1]));
        writePages(ExtractMain.commandLine(), Path.of(args[3]));
    }

    private static void writePages(CommandLine program, Path pages) throws IOException {
        Files.createDirectories(pages.resolve("man/man1"));
        Files.createDirectories(pages.resolve("completion"));
        for (CommandLine command : withSubcommands(program)) {
            Files.writeString(
                    pages.resolve("man/man1/" + name(command) + ".1"),
                    ManPage.of(command.getCommandSpec()));
        }
        // The script serves zsh too, through its emulation of bash's completion.
        String name = name(program);
        Files.writeString(
                pages.resolve("completion/" + name + ".bash"), AutoComplete.bash(name, program));
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    private static List<CommandLine> withSubcommands(CommandLine command) {
        List<CommandLine> all = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(c -> all.addAll(withSubcommands(c)));
        return all;
    }

    /**
     * The commit's short name, with "-dirty" if files differ from it; empty where git knows none.
     */
    private static String commit() throws InterruptedException {
        try {
            Process git =
                    new ProcessBuilder(
                                    "git",
                                    "describe",
                                    "--always",
                                    "--dirty",
                                    "--abbrev=12",
                                    "--exclude=*")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String name =
                    new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(1, TimeUnit.MINUTES) && git.exitValue() == 0 ? name : "";
        } catch (IOException e) {
            // No git on this machine: the version alone has to do.
            System.err.println("commit unknown: " + e.getMessage());
            return "";
        }
    }
}
