package org.surgenet.video;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.Rational;
import org.surgenet.common.UserException;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.file.SourcePrint;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.sampling.Sampling;
import org.surgenet.video.store.FramePacker;
import org.surgenet.video.store.FrameStore;
import org.surgenet.video.store.OwnFiles;

/** What an earlier run has left in a video's folder, and whether it is what is asked for now. */
final class EarlierRun {
    private static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(EarlierRun.class);

    private final VideoInput input;
    private final ExtractionRequest request;
    private final Path folder;

    EarlierRun(VideoInput input, ExtractionRequest request) {
        this.input = input;
        this.request = request;
        this.folder = request.output().resolve(input.folder());
    }

    /** What tells a file from another one without reading it. */
    static String source(VideoInput input) {
        return Path.of(input.shown()).getFileName() + ", " + input.bytes() + " bytes";
    }

    /**
     * The outcome of an earlier run, or null if the video is not complete. It is refused if the
     * folder holds what is not of this video, or on no record.
     *
     * @throws UserException if the folder holds frames made with other settings
     */
    VideoOutcome outcome() throws IOException {
        return outcome(false);
    }

    /**
     * @param reopening what is missing is no matter
     */
    private VideoOutcome outcome(boolean reopening) throws IOException {
        Path about = folder.resolve(FrameStore.ABOUT);
        if (request.overwrite()) {
            return null;
        }
        if (!Files.exists(folder.resolve(FramesCsv.FILE_NAME)) || !OwnFiles.isAbout(about)) {
            return OwnFiles.of(folder, input.name())
                    .refusal()
                    .map(cause -> VideoOutcome.refused(input, cause))
                    .orElse(null);
        }
        JsonNode node = Json.read(about);
        String was = node.path("settings").asText();
        if (!was.equals(request.settings())) {
            throw new UserException(
                    folder
                            + ": holds frames made with other settings ("
                            + was
                            + "; now "
                            + request.settings()
                            + "); give another output, or set overwrite to make them again");
        }
        Optional<String> otherSource = otherSource(node);
        if (otherSource.isPresent()) {
            return VideoOutcome.refused(input, otherSource.get());
        }
        String altered = altered(node, reopening);
        if (altered == null) {
            return null;
        }
        if (!altered.isEmpty()) {
            return VideoOutcome.altered(input, node.path("frames").asLong(), altered);
        }
        return complete(node);
    }

    private VideoOutcome complete(JsonNode node) {
        return new VideoOutcome(
                input,
                VideoOutcome.State.ALREADY_COMPLETE,
                node.path("frames").asLong(),
                node.path("taken").asLong(),
                node.path("seconds").asDouble(),
                node.path("damage").asText(),
                node.path("damage_position").asText(),
                new VideoOutcome.Comparison(
                        // Told of the run that checks; a resumed one checks what it decodes.
                        0, node.path("self_check").path("differed").asBoolean()),
                node.path(VideoRecord.LEFT_OUT).asLong(),
                node.path("joins").path("count").asLong(),
                Math.max(1, node.path(VideoRecord.SIZES).size()));
    }

    /**
     * Compares the folder's files with their records, without reading them.
     *
     * @return what is not as it was made; null if files are missing alone, which are made again
     */
    private String altered(JsonNode about, boolean reopening) throws IOException {
        boolean untouched = OwnFiles.isUntouched(folder.resolve(FramesCsv.FILE_NAME), about);
        if (!untouched) {
            return reopening ? "" : notAsListed(FramesCsv.FILE_NAME);
        }
        FrameStore.Differences differences;
        try {
            FrameStore.tidy(folder, input.name());
            // SurgeNet's frames move on from here to their procedure's folder, checked itself.
            if (reopening || request.sampling().kind() == Sampling.Kind.SURGENET) {
                return "";
            }
            differences = FrameStore.differences(folder, about);
        } catch (UserException e) {
            return notAsListed(FramesCsv.FILE_NAME);
        }
        List<String> altered = differences.altered();
        if (!altered.isEmpty()) {
            int others = altered.size() - 1;
            return notAsListed(altered.get(0) + (others == 0 ? "" : " and " + others + " more"));
        }
        List<String> missing = differences.missing();
        if (!missing.isEmpty()) {
            LOG.warn("{}: {}; extracting the video again", folder, Missing.shown(missing));
            return null;
        }
        return "";
    }

    private static String notAsListed(String what) {
        return VideoOutcome.NOT_AS_MADE
                + what
                + " changed since; run the same command with repair set to make it again";
    }

    /** What tells that the frames are not those of this very file, if their record does. */
    private Optional<String> otherSource(JsonNode about) throws IOException {
        if (!about.path("source").asText().equals(source(input))) {
            return Optional.of(
                    folder
                            + ": holds the frames of another file ("
                            + about.path("source").asText()
                            + "; now "
                            + source(input)
                            + "); give another output, or set overwrite to make them again");
        }
        if (!about.has(VideoRecord.MODIFIED) || !Files.isReadable(input.file())) {
            return Optional.empty();
        }
        String modified = Files.getLastModifiedTime(input.file()).toString();
        if (!modified.equals(about.path(VideoRecord.MODIFIED).asText())
                && !SourcePrint.of(input.file()).equals(about.path(VideoRecord.PRINT).asText())) {
            return Optional.of(
                    folder
                            + ": holds the frames of another file ("
                            + source(input)
                            + " as now, but of other content, modified "
                            + about.path(VideoRecord.MODIFIED).asText()
                            + "; now "
                            + modified
                            + "); give another output, or set overwrite to make them again");
        }
        return Optional.empty();
    }

    /**
     * Whether the folder is complete, and may be made incomplete. One that holds what is not of
     * this video, or on no record, may not.
     *
     * @throws UserException if the folder holds frames made with other settings
     */
    boolean mayReopen() throws IOException {
        VideoOutcome earlier = outcome(true);
        boolean refused = earlier != null && earlier.state() == VideoOutcome.State.REFUSED;
        if (refused) {
            LOG.debug("{}: left alone, which is told when it is extracted", earlier.cause());
        }
        return earlier != null && !refused;
    }

    /**
     * Makes a complete folder incomplete. Frames whose files are as listed stay, if the list is as
     * it was written and they are single files; otherwise all are made again.
     *
     * @param fingerprint of the file and the settings, for the journal
     */
    void reopen(String fingerprint, Cancellation cancellation) throws IOException {
        Path list = folder.resolve(FramesCsv.FILE_NAME);
        JsonNode about = Json.read(folder.resolve(FrameStore.ABOUT));
        OwnFiles own = OwnFiles.of(folder, input.name());
        Rational timeBase = timeBase(about);
        if (timeBase == null
                || !about.has(FrameStore.LIST_HASH)
                || !OwnFiles.isUntouched(list, about)) {
            FrameStore.reopen(folder, own);
            return;
        }
        long start = about.path("start_ticks").asLong();
        // A tick that rounding has changed does not match its frame, which is then made again.
        FrameStore.reopen(
                folder,
                own,
                fingerprint,
                about.path("decoded").asText().equals(VideoRecord.EVERY_FRAME),
                intact(list, cancellation),
                record -> start + Math.round(record.timeSeconds() / timeBase.toDouble()));
    }

    /** The records whose files are as listed. */
    private List<FrameRecord> intact(Path list, Cancellation cancellation) throws IOException {
        List<FrameRecord> intact = new ArrayList<>();
        for (FrameRecord record : FramesCsv.read(list)) {
            cancellation.check();
            Path file = folder.resolve(record.path());
            if (!FramePacker.isPacked(record)
                    && Files.isRegularFile(file)
                    && Files.size(file) == record.bytes()
                    && Hashes.sha256(file).equals(record.sha256())) {
                intact.add(record);
            }
        }
        return intact;
    }

    private static Rational timeBase(JsonNode about) {
        try {
            return Rational.parse(about.path("time_base").asText(), "time base");
        } catch (UserException e) {
            return null;
        }
    }
}
