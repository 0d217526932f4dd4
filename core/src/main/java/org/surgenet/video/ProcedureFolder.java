package org.surgenet.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;

/**
 * The folder of a procedure with the names that SurgeNet's script gives: {@code Batch} folders of
 * frames, {@code procedure.json} that tells how they were made, and {@code frames.csv}, written
 * last, which marks the folder as complete.
 */
final class ProcedureFolder {
    static final String ABOUT = "procedure.json";
    private static final Pattern BATCH = Pattern.compile("Batch\\d+");
    private static final Pattern FRAME = Pattern.compile(".*_frame_\\d+_Sample\\d+\\.jpg");

    private final Path folder;
    private final String settings;
    private final List<FrameRecord> records = new ArrayList<>();
    private final ArrayNode videos = Json.object().arrayNode();

    /**
     * @param settings all that the frames depend on, besides the videos
     */
    ProcedureFolder(Path folder, String settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /** Makes the folder incomplete. */
    void open() throws IOException {
        Files.deleteIfExists(folder.resolve(FramesCsv.FILE_NAME));
    }

    /**
     * What an earlier run that completed the folder said of the videos; null if none did.
     *
     * @throws UserException if the folder is complete with other settings, another order or other
     *     videos
     */
    List<VideoOutcome> outcomes(List<VideoInput> of) throws IOException {
        if (!Files.exists(folder.resolve(FramesCsv.FILE_NAME))) {
            return null;
        }
        Path file = folder.resolve(ABOUT);
        JsonNode made = Files.exists(file) ? Json.read(file) : Json.object();
        boolean same =
                made.path("settings").asText().equals(settings)
                        && made.path("videos").size() == of.size();
        List<VideoOutcome> outcomes = new ArrayList<>();
        for (int i = 0; same && i < of.size(); i++) {
            JsonNode video = made.path("videos").get(i);
            same = video.path("source").asText().equals(VideoExtraction.source(of.get(i)));
            outcomes.add(
                    new VideoOutcome(
                            of.get(i),
                            VideoOutcome.State.ALREADY_COMPLETE,
                            video.path("frames").asLong(),
                            video.path("taken").asLong(),
                            video.path("seconds").asDouble(),
                            video.path("damage").asText(),
                            video.path("damage_position").asText()));
        }
        if (!same) {
            throw new UserException(
                    folder
                            + ": holds frames made with other settings, in another order or from"
                            + " other videos; give another --output, or --overwrite to make them"
                            + " again");
        }
        return outcomes;
    }

    /** How many frames it has by now. */
    int size() {
        return records.size();
    }

    /**
     * Takes a frame in; where its file is gone, an earlier run that was cut off has moved it.
     *
     * @param record with its new place, below this folder
     */
    void take(Path source, FrameRecord record) throws IOException {
        if (Files.exists(source)) {
            Path target = folder.resolve(record.path());
            Files.createDirectories(target.getParent());
            Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
        }
        records.add(record);
    }

    /**
     * Notes what became of the next video.
     *
     * @param first the count of its first frame; null if it is not known
     */
    void note(VideoOutcome outcome, Long first) {
        ObjectNode node = videos.addObject();
        node.put("source", VideoExtraction.source(outcome.input()));
        node.put("first_sample", first);
        node.put("taken", outcome.taken());
        node.put("frames", outcome.frames());
        node.put("seconds", Math.round(outcome.seconds() * 1e6) / 1e6);
        node.put("damage", outcome.cause());
        node.put("damage_position", outcome.position());
    }

    /** Deletes what is not among its frames, and marks it as complete. */
    void complete() throws IOException {
        sweep();
        ObjectNode about = Json.object();
        about.put("settings", settings);
        about.set("videos", videos);
        Json.write(folder.resolve(ABOUT), about);
        FramesCsv.write(folder.resolve(FramesCsv.FILE_NAME), records);
    }

    /** Deletes frames that an earlier run has left in the batches. */
    private void sweep() throws IOException {
        Set<Path> keep = new HashSet<>();
        records.forEach(record -> keep.add(folder.resolve(record.path())));
        Files.createDirectories(folder);
        try (Stream<Path> batches = Files.list(folder)) {
            for (Path batch : batches.filter(ProcedureFolder::isBatch).toList()) {
                try (Stream<Path> files = Files.list(batch)) {
                    for (Path file : files.toList()) {
                        boolean ours = FRAME.matcher(file.getFileName().toString()).matches();
                        if (ours && !keep.contains(file)) {
                            Files.delete(file);
                        }
                    }
                }
            }
        }
    }

    private static boolean isBatch(Path folder) {
        return BATCH.matcher(folder.getFileName().toString()).matches()
                && Files.isDirectory(folder);
    }
}
