package org.surgenet.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Arranges the real pairs of image and mask as the format {@code folders} wants them. */
public final class SegPairs {
    /** Those whose names do not tell which belong together. */
    private static final Map<String, String> RENAMED =
            Map.of("luiscarlosgph__exemplary_seg.png", "luiscarlosgph__demo_seg.png");

    private SegPairs() {}

    /** Copies the pairs in {@code from} and writes what their mask values mean. */
    public static void arrange(Path from, Path root) throws IOException {
        Files.createDirectories(root.resolve("images"));
        Files.createDirectories(root.resolve("masks"));
        try (var files = Files.list(from)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                String name = file.getFileName().toString();
                boolean mask = name.matches(".*_(mask\\d*|seg)\\.png");
                Files.copy(
                        file,
                        root.resolve(mask ? "masks" : "images")
                                .resolve(RENAMED.getOrDefault(name, name)));
            }
        }
        // EndoVis 2017 counts the parts of an instrument in tens; the others know but one class.
        Files.writeString(
                root.resolve("classes.csv"),
                "value,name\n0,background\n1,instrument\n10,instrument\n20,instrument\n"
                        + "30,instrument\n255,instrument\n");
    }
}
