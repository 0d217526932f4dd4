package org.surgenet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private ExtractMain() {}

    public static void main(String[] args) {
        // Decimal commas would ruin every CSV file.
        Locale.setDefault(Locale.ROOT);
        executable().ifPresent(ExtractMain::useLibrariesOf);
        System.setProperty("surgenet.terminal", Boolean.toString(writesToTerminal()));
        System.exit(
                new Invocation(ExtractMain::commandLine, args)
                        .execute(Main.writer(System.out), Main.writer(System.err)));
    }

    static CommandLine commandLine() {
        return Main.alone(ExtractFramesCommand.class, NAME);
    }

    /** Whether standard error is a terminal; false where the system does not tell. */
    private static boolean writesToTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
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
