package org.surgenet.curate;

import java.nio.file.Path;

/**
 * How paths are written into a list: relative to the list's folder where both lie below a common
 * folder, so that they can be moved together; absolute otherwise.
 */
final class ListedPaths {
    private final Path folder;

    ListedPaths(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    String text(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        boolean related =
                absolute.getNameCount() > 0
                        && folder.getNameCount() > 0
                        && absolute.getName(0).equals(folder.getName(0));
        Path written = related ? folder.relativize(absolute) : absolute;
        return written.toString().replace('\\', '/');
    }
}
