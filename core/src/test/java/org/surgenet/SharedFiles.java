package org.surgenet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where tests find files that the project does not ship, and its own copies of reference numbers.
 */
public final class SharedFiles {
    private SharedFiles() {}

    /**
     * The folder of real media: the system property {@code surgenet.media}, by default {@code
     * ../shared/media} beside the project's root. Empty, with a printed reason, where there is
     * none.
     */
    public static Optional<Path> media() {
        String given = System.getProperty("surgenet.media");
        Path folder =
                given != null
                        ? Path.of(given)
                        : Path.of(System.getProperty("surgenet.project", "."))
                                .toAbsolutePath()
                                .normalize()
                                .resolveSibling("shared")
                                .resolve("media");
        if (Files.isDirectory(folder)) {
            return Optional.of(folder);
        }
        System.out.println(
                "skipped: no real media at " + folder + " (system property surgenet.media)");
        return Optional.empty();
    }

    /**
     * The real videos, sound and broken ones; none, with a printed reason, where they are missing.
     */
    public static List<Path> videos() {
        List<Path> videos = new ArrayList<>();
        for (Path media : media().stream().toList()) {
            for (String name : List.of("video_codecs", "video_surgical")) {
                try (Stream<Path> files = Files.list(media.resolve(name))) {
                    files.sorted().forEach(videos::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return videos;
    }

    /**
     * A file of reference numbers: from the folder in the system property {@code
     * surgenet.reference} if given, otherwise the copy in the test resources.
     */
    public static byte[] reference(String name) {
        String given = System.getProperty("surgenet.reference");
        try {
            if (given != null) {
                return Files.readAllBytes(Path.of(given).resolve(name));
            }
            try (InputStream in = SharedFiles.class.getResourceAsStream("/reference/" + name)) {
                if (in == null) {
                    throw new IllegalArgumentException("no test resource reference/" + name);
                }
                return in.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
