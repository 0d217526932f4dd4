package org.surgenet.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.UserException;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.store.FrameStore;
import org.surgenet.video.store.OwnFiles;

/**
 * The folder of a procedure with the names that SurgeNet's script gives: {@code Batch} folders of
 * frames, {@code procedure.json} that tells how they were made, and {@code frames.csv}, written
 * last, which marks the folder as complete.
 */
final class ProcedureFolder {
    private static final Logger LOG = LoggerFactory.getLogger(ProcedureFolder.class);

    static final String ABOUT = "procedure.json";
    static final String JOURNAL = "procedure.journal";

    /** First line of the journal; the others are paths of frames, each written before its file. */
    private static final String PICTURE_SIZES = "picture_sizes";

    private static final String JOURNAL_HEADING = OwnFiles.JOURNAL_MARK + "of a procedure 1";

    private static final Pattern FRAME =
            Pattern.compile("Batch\\d+/[^/]*_frame_\\d+_Sample\\d+\\.jpg");

    private final Path folder;
    private final String settings;
    private final List<FrameRecord> records = new ArrayList<>();
    private final ArrayNode videos = Json.object().arrayNode();
    private final boolean replace;
    private Set<String> claimed;

    /**
     * @param settings all that the frames depend on, besides the videos
     * @param replace files that are not ours where they have the names of new ones
     */
    ProcedureFolder(Path folder, String settings, boolean replace) {
        this.replace = replace;
        this.folder = folder;
        this.settings = settings;
    }

    /** Makes the folder incomplete; its files stay ours. */
    void open() throws IOException {
        Path list = folder.resolve(FramesCsv.FILE_NAME);
        if (!Files.exists(list)) {
            return;
        }
        Set<String> own = own();
        StringBuilder text = new StringBuilder(JOURNAL_HEADING).append('\n');
        own.forEach(path -> text.append(path).append('\n'));
        AtomicFiles.writeString(folder.resolve(JOURNAL), text.toString());
        Files.delete(list);
    }

    /** The paths of the frames that our records name: the journal, and a complete folder's list. */
    private Set<String> own() throws IOException {
        Set<String> own = new HashSet<>();
        Path journal = folder.resolve(JOURNAL);
        if (Files.exists(journal)) {
            List<String> lines = Files.readAllLines(journal);
            if (!lines.isEmpty() && lines.get(0).equals(JOURNAL_HEADING)) {
                own.addAll(lines.subList(1, lines.size()));
            }
        }
        Path list = folder.resolve(FramesCsv.FILE_NAME);
        if (Files.exists(list) && Files.exists(folder.resolve(ABOUT))) {
            try {
                FramesCsv.read(list).forEach(record -> own.add(record.path()));
            } catch (UserException e) {
                LOG.warn("{}; the frames that it listed are left where they are", e.getMessage());
            }
        }
        own.removeIf(path -> !FRAME.matcher(path).matches());
        return own;
    }

    /**
     * What an earlier run that completed the folder said of the videos; null if none did, or frames
     * are missing by now.
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
            same = video.path("source").asText().equals(EarlierRun.source(of.get(i)));
            outcomes.add(
                    new VideoOutcome(
                            of.get(i),
                            VideoOutcome.State.ALREADY_COMPLETE,
                            video.path("frames").asLong(),
                            video.path("taken").asLong(),
                            video.path("seconds").asDouble(),
                            video.path("damage").asText(),
                            video.path("damage_position").asText(),
                            VideoOutcome.Comparison.NONE,
                            0,
                            video.path("joins").asLong(),
                            video.path(PICTURE_SIZES).asInt(1)));
        }
        if (!same) {
            throw new UserException(
                    folder
                            + ": holds frames made with other settings, in another order or from"
                            + " other videos; give another output, or set overwrite to make them"
                            + " again");
        }
        FrameStore.Differences differences = FrameStore.differences(folder, made);
        if (!differences.missing().isEmpty()) {
            String shown = Missing.shown(differences.missing());
            LOG.warn("{}: {}; extracting the videos again", folder, shown);
            return null;
        }
        if (!differences.altered().isEmpty()) {
            String first = differences.altered().get(0);
            LOG.warn("{}: {} changed since; extracting the videos again", folder, first);
            return null;
        }
        return outcomes;
    }

    private Set<String> claimed() throws IOException {
        if (claimed == null) {
            claimed = own();
        }
        return claimed;
    }

    /** Notes that a file is ours, before it is there. */
    private void claim(String path) throws IOException {
        if (claimed().add(path)) {
            Path file = folder.resolve(JOURNAL);
            if (!Files.exists(file)) {
                AtomicFiles.writeString(file, JOURNAL_HEADING + "\n");
            }
            Files.writeString(file, path + "\n", StandardOpenOption.APPEND);
        }
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
            if (!replace && !claimed().contains(record.path()) && Files.exists(target)) {
                throw new UserException(
                        target
                                + ": is there, but not made by this extraction; move it away, then"
                                + " run the same command again");
            }
            Files.createDirectories(target.getParent());
            claim(record.path());
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
        node.put("source", EarlierRun.source(outcome.input()));
        node.put("first_sample", first);
        node.put("taken", outcome.taken());
        node.put("frames", outcome.frames());
        node.put("seconds", Math.round(outcome.seconds() * 1e6) / 1e6);
        node.put("joins", outcome.joins());
        if (outcome.sizes() > 1) {
            node.put(PICTURE_SIZES, outcome.sizes());
        }
        node.put("damage", outcome.cause());
        node.put("damage_position", outcome.position());
    }

    /** Deletes what is not among its frames, and marks it as complete. */
    void complete() throws IOException {
        sweep();
        ObjectNode about = Json.object();
        about.put("settings", settings);
        about.set("videos", videos);
        about.put(FrameStore.LIST_HASH, FramesCsv.hash(records));
        Json.write(folder.resolve(ABOUT), about);
        FramesCsv.write(folder.resolve(FramesCsv.FILE_NAME), records);
        Files.deleteIfExists(folder.resolve(JOURNAL));
    }

    /** Deletes frames that an earlier run has left in the batches. */
    private void sweep() throws IOException {
        Set<String> keep = new HashSet<>();
        records.forEach(record -> keep.add(record.path()));
        Files.createDirectories(folder);
        for (String path : claimed()) {
            if (!keep.contains(path)) {
                Files.deleteIfExists(folder.resolve(path));
            }
        }
    }
}
