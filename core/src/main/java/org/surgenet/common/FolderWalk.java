package org.surgenet.common;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.function.Consumer;

/** The files that a user means by naming a folder. */
public final class FolderWalk {
    private FolderWalk() {}

    /**
     * Gives every file of a folder and of those below it, in no order. Links are followed; what is
     * hidden by a name that begins with a dot is left out, but for the folder itself.
     *
     * @throws UserException if a folder or a link cannot be read
     */
    public static void visible(Path folder, Consumer<Path> action) {
        visible(folder, action, file -> {});
    }

    /**
     * As {@link #visible(Path, Consumer)}.
     *
     * @param hidden gets the files that are left out by their own names, not those in folders that
     *     are
     */
    public static void visible(Path folder, Consumer<Path> action, Consumer<Path> hidden) {
        try {
            Files.walkFileTree(
                    folder,
                    EnumSet.of(FileVisitOption.FOLLOW_LINKS),
                    Integer.MAX_VALUE,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path visited, BasicFileAttributes attributes) {
                            return !visited.equals(folder) && hidden(visited)
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            (hidden(file) ? hidden : action).accept(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e)
                                throws IOException {
                            // A link to a folder above: its files are visited on another way.
                            if (e instanceof FileSystemLoopException) {
                                return FileVisitResult.CONTINUE;
                            }
                            throw e;
                        }
                    });
        } catch (IOException e) {
            throw new UserException(folder + ": cannot be searched: " + e.getMessage(), e);
        }
    }

    private static boolean hidden(Path file) {
        return file.getFileName().toString().startsWith(".");
    }
}
