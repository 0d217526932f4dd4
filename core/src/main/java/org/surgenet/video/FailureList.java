package org.surgenet.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.surgenet.common.CsvTable;

/** The list of the videos that gave fewer frames than they should have, or none, and why. */
final class FailureList {
    private static final List<String> HEADER =
            List.of("path", "folder", "frames", "position", "cause");

    private FailureList() {}

    /** Writes the list, or deletes an earlier one if nothing has failed. */
    static void write(Path file, List<VideoOutcome> outcomes) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (VideoOutcome outcome : outcomes) {
            if (outcome.failed()) {
                rows.add(
                        List.of(
                                outcome.input().shown(),
                                outcome.input().folder(),
                                Long.toString(outcome.frames()),
                                outcome.position(),
                                outcome.cause()));
            }
        }
        if (rows.isEmpty()) {
            Files.deleteIfExists(file);
        } else {
            CsvTable.write(file, HEADER, rows);
        }
    }

    /** The folders of the videos in a list; none if there is no list. */
    static Set<String> folders(Path file) {
        Set<String> folders = new HashSet<>();
        if (Files.exists(file)) {
            CsvTable.scan(file, row -> folders.add(row.get("folder")), "folder");
        }
        return folders;
    }
}
