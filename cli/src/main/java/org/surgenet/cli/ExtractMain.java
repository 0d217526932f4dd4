package org.surgenet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the native executable {@code surgenet-extract} starts: the command {@code extract-frames}
 * without the rest of the program. {@code surgenet-extract ...} is {@code surgenet extract-frames
 * ...}.
 */
public final class ExtractMain {
    private ExtractMain() {}

    public static void main(String[] args) {
        // Decimal commas would ruin every CSV file.
        Locale.setDefault(Locale.ROOT);
        executable().ifPresent(ExtractMain::useLibrariesOf);
        String[] all = new String[args.length + 1];
        all[0] = Main.nameOf(ExtractFramesCommand.class);
        System.arraycopy(args, 0, all, 1, args.length);
        System.exit(Main.run(List.of(ExtractFramesCommand.class), all));
    }

    /** The file of this program. */
    private static Optional<Path> executable() {
        Path self = Path.of("/proc/self/exe");
        try {
            return Optional.of(
                    Files.exists(self)
                            ? self.toRealPath()
                            : Path.of(ProcessHandle.current().info().command().orElseThrow())
                                    .toRealPath());
        } catch (IOException | java.util.NoSuchElementException e) {
            // Where the system does not tell, java.library.path has to.
            return Optional.empty();
        }
    }

    /** FFmpeg's libraries lie in {@code lib} beside the executable's {@code bin}. */
    private static void useLibrariesOf(Path executable) {
        Path folder = executable.getParent().resolveSibling("lib");
        if (Files.isDirectory(folder)) {
            System.setProperty("java.library.path", folder.toString());
        }
    }
}
