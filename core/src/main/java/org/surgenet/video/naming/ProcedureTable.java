package org.surgenet.video.naming;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/**
 * Which kind of operation each video shows, from a CSV file with the columns {@code video} and
 * {@code procedure}, in place of the names of folders.
 *
 * <p>A video is named by its place below the searched folder with or without its suffix ({@code
 * site1/op7.mp4}), or, if no other video has the same, by its file name with or without its suffix.
 */
public final class ProcedureTable {
    private final Path file;
    private final Map<String, CsvTable.Row> rows = new HashMap<>();

    private ProcedureTable(Path file) {
        this.file = file;
    }

    /**
     * Reads a table.
     *
     * @throws UserException if it cannot be read, a column is missing or a video is there twice
     */
    public static ProcedureTable read(Path file) {
        ProcedureTable table = new ProcedureTable(file);
        CsvTable.scan(
                file,
                row -> {
                    if (table.rows.put(row.get("video"), row) != null) {
                        throw row.error("video", "is there twice");
                    }
                },
                "video",
                "procedure");
        return table;
    }

    /**
     * The same videos with their procedures.
     *
     * @throws UserException if a video is not in the table, or one of its names there stands for
     *     several videos
     */
    public List<VideoInput> apply(List<VideoInput> videos) {
        Map<String, Integer> uses = new HashMap<>();
        videos.forEach(video -> names(video).forEach(name -> uses.merge(name, 1, Integer::sum)));
        List<VideoInput> result = new ArrayList<>();
        for (VideoInput video : videos) {
            CsvTable.Row row =
                    names(video).stream()
                            .map(rows::get)
                            .filter(found -> found != null)
                            .findFirst()
                            .orElseThrow(() -> missing(video));
            if (uses.get(row.get("video")) > 1) {
                throw row.error("video", "is the name of several videos; give their paths");
            }
            result.add(
                    new VideoInput(
                            video.file(),
                            video.shown(),
                            video.folder(),
                            video.name(),
                            row.get("procedure"),
                            video.bytes()));
        }
        return result;
    }

    private UserException missing(VideoInput video) {
        return new UserException(
                file
                        + ": has no row for video '"
                        + names(video).get(0)
                        + "'; every video needs one, its procedure may be empty");
    }

    /** What a video may be called, the most exact first; none twice. */
    private static List<String> names(VideoInput video) {
        String name = video.file().getFileName().toString();
        int dot = name.lastIndexOf('.');
        String stem = dot <= 0 ? name : name.substring(0, dot);
        Path place = Path.of(video.folder());
        String beside = place.resolveSibling(name).toString().replace('\\', '/');
        return List.of(beside, video.folder(), name, stem).stream().distinct().toList();
    }
}
