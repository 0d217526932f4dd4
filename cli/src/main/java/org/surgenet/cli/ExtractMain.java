package org.surgenet.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import picocli.CommandLine;

/**
 * Where the native executable {@code surgenet-extract} starts: the command {@code extract-frames}
 * without the rest of the program. {@code surgenet-extract ...} is {@code surgenet extract-frames
 * ...}.
 */
public final class ExtractMain {
    private static final String NAME = "surgenet-extract";
    private static final String TTY = "/dev/tty";

    private ExtractMain() {}

    public static void main(String[] args) {
        // Decimal commas would ruin every CSV file.
        Locale.setDefault(Locale.ROOT);
        executable().ifPresent(ExtractMain::useLibrariesOf);
        System.setProperty("surgenet.terminal", Boolean.toString(writesToTerminal()));
        if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
            columns().ifPresent(n -> System.setProperty(HelpPage.STDOUT_COLUMNS, n));
        }
        StandardOutput out = new StandardOutput();
        PrintWriter text = Main.writer(out);
        int code =
                new Invocation(ExtractMain::commandLine, args)
                        .execute(text, Main.writer(System.err));
        text.flush();
        System.exit(out.exitCode(code));
    }

    static CommandLine commandLine() {
        return Main.alone(ExtractFramesCommand.class, NAME);
    }

    /** Whether standard error is a terminal; false where the system does not tell. */
    private static boolean writesToTerminal() {
        return terminal(2).isPresent();
    }

    /** The terminal behind a file descriptor. */
    private static Optional<Path> terminal(int descriptor) {
        try {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
            boolean terminal = target.startsWith("/dev/pts") || target.toString().startsWith(TTY);
            return terminal ? Optional.of(target) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What stty, which launchers ask too, says of standard output, if that is a terminal. */
    private static Optional<String> columns() {
        return terminal(1).flatMap(ExtractMain::columns);
    }

    private static Optional<String> columns(Path terminal) {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(ProcessBuilder.Redirect.from(terminal.toFile()))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String size =
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return Optional.of(size.strip().replaceFirst(".* ", ""));
        } catch (IOException e) {
            // Without stty the page has its usual width.
            return Optional.empty();
        }
    }

    /** The file of this program; empty where the system does not tell. */
    private static Optional<Path> executable() {
        Path self = Path.of("/proc/self/exe");
        try {
            return Optional.of(
                    Files.exists(self)
                            ? self.toRealPath()
                            : Path.of(ProcessHandle.current().info().command().orElseThrow())
                                    .toRealPath());
        } catch (IOException | NoSuchElementException e) {
            return Optional.empty();
        }
    }

    /**
     * FFmpeg's libraries lie in {@code lib} beside the executable's {@code bin}; where there is no
     * such folder, java.library.path has to tell.
     */
    private static void useLibrariesOf(Path executable) {
        Path folder = executable.getParent().resolveSibling("lib");
        if (Files.isDirectory(folder)) {
            System.setProperty("java.library.path", folder.toString());
        }
    }
}
