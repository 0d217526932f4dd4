package org.surgenet.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.naming.FileNames;
import org.surgenet.video.naming.SurgenetNames;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.naming.VideoOrder;
import org.surgenet.video.sampling.Sampling;

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
     * Makes procedures incomplete whose frames or lists are damaged, so that {@link #run} makes
     * them again as a whole: a frame's name depends on all before it.
     *
     * @param folders of the damaged ones, relative to the output: {@link Verification#damaged}
     * @throws UserException if one holds frames made with other settings, order or videos
     */
    public void reopen(Set<String> folders) throws IOException {
        Map<String, List<VideoInput>> procedures = new TreeMap<>();
        for (VideoInput video : request.videos()) {
            procedures.computeIfAbsent(folder(video), p -> new ArrayList<>()).add(video);
        }
        for (Map.Entry<String, List<VideoInput>> procedure : procedures.entrySet()) {
            ProcedureFolder place = place(procedure.getKey());
            if (folders.contains(procedure.getKey())
                    && place.outcomes(order.sort(procedure.getKey(), procedure.getValue()))
                            != null) {
                place.open();
            }
        }
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
        FailureList.requireOwn(request);
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
                            + " cannot be counted; run again when it can, or set order to list");
        }
        return result;
    }

    private ProcedureFolder place(String procedure) {
        return new ProcedureFolder(
                request.output().resolve(procedure),
                request.settings() + " order=" + order,
                request.overwrite());
    }

    /** Takes the outcomes of a procedure that is complete; false if it is not. */
    private boolean earlier(
            String procedure, List<VideoInput> videos, Map<VideoInput, VideoOutcome> outcomes)
            throws IOException {
        ProcedureFolder place = place(procedure);
        if (request.overwrite()) {
            place.open();
        }
        List<VideoOutcome> earlier = place.outcomes(videos);
        if (earlier == null) {
            return false;
        }
        for (VideoOutcome outcome : earlier) {
            outcomes.put(outcome.input(), outcome);
            clear(outcome.input());
        }
        return true;
    }

    /** A video that hides how many frames it has, where later ones need to know; otherwise null. */
    private VideoInput unreadable(List<VideoInput> videos, Map<VideoInput, VideoOutcome> outcomes) {
        if (order.kind() == VideoOrder.Kind.LIST) {
            return null;
        }
        for (VideoInput video : videos) {
            VideoOutcome.State state = outcomes.get(video).state();
            // Of those that were read nothing is asked: their file system may be gone by now.
            if (state == VideoOutcome.State.STALLED
                    || state == VideoOutcome.State.FAILED && !Files.isReadable(video.file())) {
                return video;
            }
        }
        return null;
    }

    private void number(
            String procedure, List<VideoInput> videos, Map<VideoInput, VideoOutcome> outcomes) {
        ProcedureFolder place = place(procedure);
        try {
            long next = 0;
            for (VideoInput video : videos) {
                Long first = next;
                if (order.kind() == VideoOrder.Kind.LIST) {
                    first = first(video, outcomes);
                }
                int before = place.size();
                if (first != null) {
                    move(video, place, first);
                }
                VideoOutcome outcome = outcomes.get(video);
                VideoOutcome kept =
                        new VideoOutcome(
                                video,
                                outcome.state(),
                                place.size() - before,
                                outcome.taken(),
                                outcome.seconds(),
                                outcome.cause(),
                                outcome.position(),
                                outcome.selfCheck(),
                                outcome.leftOut(),
                                outcome.joins(),
                                outcome.sizes());
                outcomes.put(video, kept);
                next += outcome.taken();
                place.note(kept, first);
            }
            place.complete();
            for (VideoInput video : videos) {
                clear(video);
            }
            LOG.info(
                    "{} numbered{}",
                    Words.counted(place.size(), "frame"),
                    procedure.isEmpty() ? "" : " in " + procedure);
        } catch (IOException e) {
            throw new UserException(
                    request.output().resolve(procedure)
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
                            + "; name a file as order that says which it is";
            outcomes.put(video, VideoOutcome.failed(video, outcome.seconds(), cause, ""));
        }
        return null;
    }

    private void move(VideoInput video, ProcedureFolder place, long first) throws IOException {
        Path from = staging.resolve(video.folder());
        if (!Files.exists(from.resolve(FramesCsv.FILE_NAME))) {
            return;
        }
        String name = SurgenetNames.video(video.file());
        for (FrameRecord record : FramesCsv.read(from.resolve(FramesCsv.FILE_NAME))) {
            cancellation.check();
            long sample = first + record.frame();
            if (request.published() == null
                    || request.published().contains(name, record.frame(), sample)) {
                String path = SurgenetNames.path(name, record.frame(), sample);
                place.take(
                        from.resolve(record.path()), record.movedTo(path, video.procedure(), name));
            }
        }
    }

    /** Deletes what is left of a video in the hidden folder, and that folder once it is empty. */
    private void clear(VideoInput video) throws IOException {
        Path folder = staging.resolve(video.folder());
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
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
