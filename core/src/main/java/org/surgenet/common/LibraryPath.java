package org.surgenet.common;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the distribution keeps native libraries: in the folders of {@code java.library.path}. */
public final class LibraryPath {
    private LibraryPath() {}

    /** The file of this name in the first folder that has it, or null. */
    public static Path find(String name) {
        for (String folder :
                System.getProperty("java.library.path", "")
                        .split(System.getProperty("path.separator"))) {
            if (!folder.isEmpty() && Files.exists(Path.of(folder, name))) {
                return Path.of(folder, name).toAbsolutePath();
            }
        }
        return null;
    }
}
