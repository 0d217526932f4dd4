package org.surgenet.video;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/** The list of the videos that gave fewer frames than they should have, or none, and why. */
final class FailureList {
    private static final List<String> HEADER =
            List.of("path", "folder", "frames", "position", "cause");

    private FailureList() {}

    /**
     * Refuses to replace a list that is not one of failures.
     *
     * @throws UserException naming it, unless the request says to overwrite
     */
    static void requireOwn(ExtractionRequest request) throws IOException {
        Path file = request.output().resolve(request.failuresFile());
        if (!request.overwrite() && Files.exists(file) && !isOwn(file)) {
            throw new UserException(
                    file
                            + ": is there, but not a list of failures made by extract-frames; move"
                            + " it away or use another output");
        }
    }

    private static boolean isOwn(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            return String.join(",", HEADER).equals(reader.readLine());
        }
    }

    /** Writes the list, or deletes an earlier one of ours if nothing has failed. */
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
            if (isOwn(file)) {
                Files.delete(file);
            }
        } else {
            CsvTable.write(file, HEADER, rows);
        }
    }

    /** The folders of the videos in a list; none if there is no list. */
    static Set<String> folders(Path file) throws IOException {
        Set<String> folders = new HashSet<>();
        if (Files.exists(file) && isOwn(file)) {
            CsvTable.scan(file, row -> folders.add(row.get("folder")), "folder");
        }
        return folders;
    }
}
