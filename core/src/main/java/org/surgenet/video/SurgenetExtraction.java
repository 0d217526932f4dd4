package org.surgenet.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;

/**
 * Extraction with the choice, the names and the folders of SurgeNet's {@code create_SurgeNetXL.py}.
 *
 * <p>The script takes every n-th frame that decodes, where n is the frame rate without its fraction
 * (29 for 29.97, so that "one frame a second" is 1.034 and drifts by two minutes in an hour), and
 * counts the frames of a procedure's videos on, one video after the other. A frame's name and its
 * {@code Batch} folder therefore depend on how many frames all videos before its own have, and on
 * the order of the videos.
 *
 * <p>Here videos are first extracted like any others, several at once, into a hidden folder of the
 * output. When all of a procedure are there, their frames are numbered and moved to their places,
 * and a {@code frames.csv} of the procedure, which marks it as complete, is written last. Every
 * frame is decoded: one that is miscounted would shift the names of all after it.
 */
public final class SurgenetExtraction {
    private static final Logger LOG = LoggerFactory.getLogger(SurgenetExtraction.class);
    private static final String STAGING = ".surgenet";
    static final String ABOUT = "procedure.json";
    private static final Pattern BATCH = Pattern.compile("Batch\\d+");
    private static final Pattern FRAME = Pattern.compile(".*_frame_\\d+_Sample\\d+\\.jpg");

    private final ExtractionRequest request;
    private final VideoOrder order;
    private final Progress progress;
    private final Cancellation cancellation;
    private final Path staging;

    /**
     * @param request with {@link Sampling#surgenet}, JPEG files and no packing
     */
    public SurgenetExtraction(
            ExtractionRequest request,
            VideoOrder order,
            Progress progress,
            Cancellation cancellation) {
        this.request = request;
        this.order = order;
        this.progress = progress;
        this.cancellation = cancellation;
        this.staging = request.output().resolve(STAGING);
    }

    /** The folders, relative to the output, that have a {@code frames.csv} in the end. */
    public static List<String> folders(List<VideoInput> videos) {
        return videos.stream().map(SurgenetExtraction::folder).distinct().sorted().toList();
    }

    private static String folder(VideoInput video) {
        return video.procedure().isEmpty() ? "" : FileNames.safe(video.procedure());
    }

    /**
     * Does the work and writes the list of failures, if there are any.
     *
     * @return the outcome of each video, procedure by procedure
     * @throws UserException if the output cannot be written or holds other frames, the order does
     *     not fit the videos, or frames cannot be numbered since a video before them cannot be read
     *     at present
     */
    public List<VideoOutcome> run() throws IOException {
        Map<String, List<VideoInput>> procedures = new TreeMap<>();
        for (VideoInput video : request.videos()) {
            procedures.computeIfAbsent(folder(video), p -> new ArrayList<>()).add(video);
        }
        procedures.replaceAll(order::sort);
        Map<VideoInput, VideoOutcome> outcomes = new HashMap<>();
        List<VideoInput> open = new ArrayList<>();
        for (Map.Entry<String, List<VideoInput>> procedure : procedures.entrySet()) {
            if (!earlier(procedure.getKey(), procedure.getValue(), outcomes)) {
                open.addAll(procedure.getValue());
            }
        }
        for (VideoOutcome outcome :
                new Extraction(request.with(open, staging), progress, cancellation).videos()) {
            outcomes.put(outcome.input(), outcome);
        }
        List<String> unnumbered = new ArrayList<>();
        for (Map.Entry<String, List<VideoInput>> procedure : procedures.entrySet()) {
            cancellation.check();
            List<VideoInput> videos = procedure.getValue();
            if (open.contains(videos.get(0))) {
                VideoInput hidden = unreadable(videos, outcomes);
                if (hidden == null) {
                    number(procedure.getKey(), videos, outcomes);
                } else {
                    unnumbered.add(hidden.shown());
                }
            }
        }
        List<VideoOutcome> result =
                procedures.values().stream().flatMap(List::stream).map(outcomes::get).toList();
        FailureList.write(request.output().resolve(request.failuresFile()), result);
        if (!unnumbered.isEmpty()) {
            throw new UserException(
                    unnumbered.get(0)
                            + ": cannot be read at present, so the frames of the videos with it"
                            + " cannot be counted; run again when it can, or give --order=list");
        }
        return result;
    }

    private String settings() {
        return request.settings() + " order=" + order;
    }

    /** Takes the outcomes of a procedure that is complete; false if it is not. */
    private boolean earlier(
            String procedure, List<VideoInput> videos, Map<VideoInput, VideoOutcome> outcomes)
            throws IOException {
        Path folder = request.output().resolve(procedure);
        Path list = folder.resolve(FramesCsv.FILE_NAME);
        Path about = folder.resolve(ABOUT);
        if (request.overwrite()) {
            Files.deleteIfExists(list);
        }
        if (!Files.exists(list)) {
            return false;
        }
        JsonNode node = Files.exists(about) ? Json.read(about) : Json.object();
        boolean same =
                node.path("settings").asText().equals(settings())
                        && node.path("videos").size() == videos.size();
        for (int i = 0; same && i < videos.size(); i++) {
            same = node.path("videos").get(i).path("source").asText().equals(source(videos.get(i)));
        }
        if (!same) {
            throw new UserException(
                    folder
                            + ": holds frames made with other settings, in another order or from"
                            + " other videos; give another --output, or --overwrite to make them"
                            + " again");
        }
        for (int i = 0; i < videos.size(); i++) {
            JsonNode video = node.path("videos").get(i);
            outcomes.put(
                    videos.get(i),
                    new VideoOutcome(
                            videos.get(i),
                            VideoOutcome.State.ALREADY_COMPLETE,
                            video.path("frames").asLong(),
                            video.path("taken").asLong(),
                            video.path("seconds").asDouble(),
                            video.path("damage").asText(),
                            video.path("damage_position").asText()));
        }
        for (VideoInput video : videos) {
            clear(video);
        }
        return true;
    }

    private static String source(VideoInput video) {
        return VideoExtraction.source(video);
    }

    /** A video that hides how many frames it has, where later ones need to know; otherwise null. */
    private VideoInput unreadable(List<VideoInput> videos, Map<VideoInput, VideoOutcome> outcomes) {
        for (VideoInput video : videos) {
            boolean hidden =
                    outcomes.get(video).state() == VideoOutcome.State.STALLED
                            || !Files.isReadable(video.file());
            if (hidden && order.kind() != VideoOrder.Kind.LIST) {
                return video;
            }
        }
        return null;
    }

    private void number(
            String procedure, List<VideoInput> videos, Map<VideoInput, VideoOutcome> outcomes) {
        Path folder = request.output().resolve(procedure);
        try {
            List<FrameRecord> records = new ArrayList<>();
            ObjectNode about = Json.object();
            about.put("settings", settings());
            ArrayNode list = about.putArray("videos");
            long next = 0;
            for (VideoInput video : videos) {
                Long first = next;
                if (order.kind() == VideoOrder.Kind.LIST) {
                    first = first(video, outcomes);
                }
                int before = records.size();
                if (first != null) {
                    move(video, procedure, first, records);
                }
                VideoOutcome outcome = outcomes.get(video);
                VideoOutcome kept =
                        new VideoOutcome(
                                video,
                                outcome.state(),
                                records.size() - before,
                                outcome.taken(),
                                outcome.seconds(),
                                outcome.cause(),
                                outcome.position());
                outcomes.put(video, kept);
                next += outcome.taken();
                list.add(describe(kept, first));
            }
            sweep(folder, records);
            Json.write(folder.resolve(ABOUT), about);
            FramesCsv.write(folder.resolve(FramesCsv.FILE_NAME), records);
            for (VideoInput video : videos) {
                clear(video);
            }
            LOG.info("{}: {} frames numbered", procedure, records.size());
        } catch (IOException e) {
            throw new UserException(
                    folder
                            + ": cannot be written: "
                            + e.getMessage()
                            + "; run the same command again to go on",
                    e);
        }
    }

    /** The count of the video's first frame by the list's names, or null if they do not tell. */
    private Long first(VideoInput video, Map<VideoInput, VideoOutcome> outcomes) {
        Set<Long> starts = request.published().starts(SurgenetNames.video(video.file()));
        if (starts.size() == 1) {
            return starts.iterator().next();
        }
        VideoOutcome outcome = outcomes.get(video);
        if (starts.size() > 1 && !outcome.failed()) {
            String cause =
                    "the list of frames has several videos of this name, whose counts begin at "
                            + starts
                            + "; give --order=FILE to say which it is";
            outcomes.put(video, VideoOutcome.failed(video, outcome.seconds(), cause, ""));
        }
        return null;
    }

    private void move(VideoInput video, String procedure, long first, List<FrameRecord> records)
            throws IOException {
        Path from = staging.resolve(video.folder());
        if (!Files.exists(from.resolve(FramesCsv.FILE_NAME))) {
            return;
        }
        String name = SurgenetNames.video(video.file());
        for (FrameRecord r : FramesCsv.read(from.resolve(FramesCsv.FILE_NAME))) {
            cancellation.check();
            long sample = first + r.frame();
            if (request.published() != null
                    && !request.published().contains(name, r.frame(), sample)) {
                continue;
            }
            String path = SurgenetNames.path(name, r.frame(), sample);
            Path source = from.resolve(r.path());
            Path target = request.output().resolve(procedure).resolve(path);
            // An earlier run may have been cut off behind this frame.
            if (Files.exists(source)) {
                Files.createDirectories(target.getParent());
                Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
            }
            records.add(
                    new FrameRecord(
                            path,
                            video.procedure(),
                            name,
                            r.frame(),
                            r.timeSeconds(),
                            r.width(),
                            r.height(),
                            r.bytes(),
                            r.sha256()));
        }
    }

    private static ObjectNode describe(VideoOutcome outcome, Long first) {
        ObjectNode node = Json.object();
        node.put("source", source(outcome.input()));
        node.put("first_sample", first);
        node.put("taken", outcome.taken());
        node.put("frames", outcome.frames());
        node.put("seconds", Math.round(outcome.seconds() * 1e6) / 1e6);
        node.put("damage", outcome.cause());
        node.put("damage_position", outcome.position());
        return node;
    }

    /** Deletes frames that an earlier run has left in the procedure's batches. */
    private static void sweep(Path folder, List<FrameRecord> records) throws IOException {
        Set<Path> keep = new HashSet<>();
        records.forEach(record -> keep.add(folder.resolve(record.path())));
        Files.createDirectories(folder);
        try (Stream<Path> batches = Files.list(folder)) {
            for (Path batch : batches.filter(SurgenetExtraction::isBatch).toList()) {
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

    /** Deletes what is left of a video in the hidden folder, and that folder once it is empty. */
    private void clear(VideoInput video) throws IOException {
        Path folder = staging.resolve(video.folder());
        if (Files.isDirectory(folder)) {
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes a)
                                throws IOException {
                            Files.delete(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(Path visited, IOException e)
                                throws IOException {
                            if (e != null) {
                                throw e;
                            }
                            Files.delete(visited);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        }
        for (Path up = folder.getParent();
                up != null && up.startsWith(staging) && Files.isDirectory(up);
                up = up.getParent()) {
            if (up.toFile().list().length > 0) {
                break;
            }
            Files.delete(up);
        }
    }
}
