package org.surgenet.video;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.Rational;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.codec.GroupStarts;
import org.surgenet.video.container.TimeLine;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.decode.BorderFinder;
import org.surgenet.video.decode.DecodeSlots;
import org.surgenet.video.decode.Decoder;
import org.surgenet.video.decode.FullDecode;
import org.surgenet.video.decode.FullExtraction;
import org.surgenet.video.decode.GroupExtraction;
import org.surgenet.video.decode.SelfCheck;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.ffmpeg.Hardware;
import org.surgenet.video.file.ReadWatch;
import org.surgenet.video.file.SourcePrint;
import org.surgenet.video.file.StalledException;
import org.surgenet.video.naming.SurgenetNames;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.picture.Crop;
import org.surgenet.video.picture.FrameSink;
import org.surgenet.video.sampling.Sampler;
import org.surgenet.video.sampling.Sampling;
import org.surgenet.video.store.FramePacker;
import org.surgenet.video.store.FrameStore;
import org.surgenet.video.store.OwnFiles;
import org.surgenet.video.store.StillFilter;

/** The extraction of one video, from looking whether it is done to its {@code frames.csv}. */
final class VideoExtraction {
    /** Packets after which a device has shown whether it decodes. */
    private static final int TRIAL_PACKETS = 100;

    private static final org.slf4j.Logger LOG =
            org.slf4j.LoggerFactory.getLogger(VideoExtraction.class);

    private static final String ASK =
            "%s; the whole video was decoded in full, and its frames are right. This is a fault of"
                    + " surgenet: please report it with the codec's settings%s";
    private static final String EVERY_FRAME = "every frame";
    private static final int TIMES_SHOWN = 10;
    private static final String MODIFIED = "source_modified";
    private static final String PRINT = "source_print";
    private static final String SIZES = "sizes";
    private static final String LEFT_OUT = "static_left_out";

    private final VideoInput input;
    private final ExtractionRequest request;
    private final DecodeSlots slots;
    private final Hardware hardware;
    private final Cancellation cancellation;
    private final GroupExtraction.ByteCount count;
    private final UnaryOperator<GroupStarts> fault;
    private final ReadWatch watch;
    private final Path folder;
    private final SelfCheck selfCheck;
    private volatile VideoFile reading;
    private volatile FrameStore writing;
    private volatile boolean readsInSlot;
    private volatile boolean abandoned;
    private volatile boolean software;

    /** Whether the device decodes this stream; null as long as it was not tried. */
    private Boolean onDevice;

    private boolean reopening;
    private FileTime timeAtOpen;
    private String print;
    private Crop crop;
    private Sampler sampler;

    /**
     * @param fault what a test makes of the reader of the codec's headers
     */
    VideoExtraction(
            VideoInput input,
            ExtractionRequest request,
            DecodeSlots slots,
            Hardware hardware,
            Cancellation cancellation,
            GroupExtraction.ByteCount count,
            UnaryOperator<GroupStarts> fault) {
        this.input = input;
        this.request = request;
        this.slots = slots;
        this.hardware = hardware;
        this.cancellation = () -> abandoned || cancellation.requested();
        this.count = count;
        this.fault = fault;
        this.selfCheck = new SelfCheck(request.selfCheck());
        this.watch = new ReadWatch(request.stallLimit(), this.cancellation);
        this.folder = request.output().resolve(input.folder());
    }

    /**
     * The outcome of an earlier run, or null if the video is not complete. It is refused if the
     * folder holds what is not of this video, or on no record.
     *
     * @throws UserException if the folder holds frames made with other settings
     */
    VideoOutcome earlier() throws IOException {
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
        if (!node.path("source").asText().equals(source(input))) {
            return VideoOutcome.refused(
                    input,
                    folder
                            + ": holds the frames of another file ("
                            + node.path("source").asText()
                            + "; now "
                            + source(input)
                            + "); give another output, or set overwrite to make them again");
        }
        Optional<String> otherSource = otherSource(node);
        if (otherSource.isPresent()) {
            return VideoOutcome.refused(input, otherSource.get());
        }
        String altered = altered(node);
        if (altered == null) {
            return null;
        }
        if (!altered.isEmpty()) {
            return VideoOutcome.altered(input, node.path("frames").asLong(), altered);
        }
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
                node.path(LEFT_OUT).asLong(),
                node.path("joins").path("count").asLong(),
                Math.max(1, node.path(SIZES).size()));
    }

    /**
     * Compares the folder's files with their records, without reading them.
     *
     * @return what is not as it was made; null if files are missing alone, which are made again
     */
    private String altered(JsonNode about) throws IOException {
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
        if (!about.has(MODIFIED) || !Files.isReadable(input.file())) {
            return Optional.empty();
        }
        String modified = Files.getLastModifiedTime(input.file()).toString();
        if (!modified.equals(about.path(MODIFIED).asText())
                && !SourcePrint.of(input.file()).equals(about.path(PRINT).asText())) {
            return Optional.of(
                    folder
                            + ": holds the frames of another file ("
                            + source(input)
                            + " as now, but of other content, modified "
                            + about.path(MODIFIED).asText()
                            + "; now "
                            + modified
                            + "); give another output, or set overwrite to make them again");
        }
        return Optional.empty();
    }

    /**
     * Makes a complete but damaged video incomplete, so that {@link #run} makes again what is
     * missing or altered. Frames whose files are as listed stay, if the list is as it was written
     * and they are single files; otherwise all are made again. A folder that holds what is not of
     * this video, or on no record, is left alone.
     *
     * @throws UserException if the folder holds frames made with other settings
     */
    void reopen() throws IOException {
        // What is missing is what it is called for; the frames beside it stay.
        reopening = true;
        VideoOutcome earlier = earlier();
        reopening = false;
        if (earlier != null && earlier.state() == VideoOutcome.State.REFUSED) {
            LOG.debug("{}: left alone, which is told when it is extracted", earlier.cause());
        }
        if (earlier == null || earlier.state() == VideoOutcome.State.REFUSED) {
            return;
        }
        print = print();
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
        long start = about.path("start_ticks").asLong();
        // A tick that rounding has changed does not match its frame, which is then made again.
        FrameStore.reopen(
                folder,
                own,
                fingerprint(),
                about.path("decoded").asText().equals(EVERY_FRAME),
                intact,
                record -> start + Math.round(record.timeSeconds() / timeBase.toDouble()));
    }

    private static Rational timeBase(JsonNode about) {
        try {
            return Rational.parse(about.path("time_base").asText(), "time base");
        } catch (UserException e) {
            return null;
        }
    }

    /** What tells a file from another one without reading it. */
    static String source(VideoInput input) {
        return Path.of(input.shown()).getFileName() + ", " + input.bytes() + " bytes";
    }

    /**
     * Extracts the video, or goes on where an earlier run stopped.
     *
     * @throws UserException if the output cannot be written
     * @throws org.surgenet.common.InterruptedRunException if a stop has been asked for
     */
    VideoOutcome run() throws IOException {
        if (request.overwrite()) {
            // Not complete from here on, whatever happens.
            FrameStore.reopen(folder, OwnFiles.of(folder, input.name()));
        }
        VideoFile opened;
        try {
            opened = open();
        } catch (StalledException e) {
            return VideoOutcome.stalled(input, 0, 0, e.getMessage());
        } catch (IOException e) {
            return VideoOutcome.failed(input, Double.NaN, e.getMessage(), firstByte());
        }
        try (FrameStore frames = store()) {
            writing = frames;
            return extract(opened, frames);
        } finally {
            opened.close();
        }
    }

    private VideoFile openFile() throws IOException {
        return VideoFile.open(
                input.file(),
                request.sampling().kind() == Sampling.Kind.SURGENET
                        ? VideoFile.Choice.FIRST
                        : VideoFile.Choice.BEST,
                watch);
    }

    private VideoFile open() throws IOException {
        VideoFile opened = openFile();
        if (timeAtOpen == null) {
            timeAtOpen = Files.getLastModifiedTime(input.file());
            print = print();
        }
        if (hardware.name() != null) {
            opened.decodeOn(device(opened));
            software |= opened.device() == null;
        }
        reading = opened;
        return opened;
    }

    /** The device that decodes this stream; null for software. */
    private AVBufferRef device(VideoFile file) throws IOException {
        AVBufferRef device = hardware.device(avcodec_find_decoder(file.codec().codec_id()));
        if (device == null) {
            return null;
        }
        if (onDevice == null) {
            onDevice = decodes(device);
            if (!onDevice) {
                hardware.noteUnable(file.codecName());
            }
        }
        return onDevice ? device : null;
    }

    /**
     * Whether a device that can be opened decodes this stream: some cannot, such as a graphics
     * driver without a video engine, and FFmpeg then goes over to software after a few errors.
     */
    private boolean decodes(AVBufferRef device) throws IOException {
        AVPacket packet = Ffmpeg.notNull(av_packet_alloc(), "packet");
        boolean[] seen = {false};
        try (VideoFile trial = openFile()) {
            trial.decodeOn(device);
            try (Decoder decoder = new Decoder(trial)) {
                for (int i = 0; i < TRIAL_PACKETS && !seen[0] && trial.read(packet); i++) {
                    decoder.send(packet, false, frame -> seen[0] = true);
                    av_packet_unref(packet);
                }
            }
            return !trial.softwareSeen();
        } finally {
            av_packet_free(packet);
        }
    }

    /** Whether the file does not answer a call, so that nothing but giving it up helps. */
    boolean stuck() {
        return watch.stuck();
    }

    /** Whether software has decoded although a device was asked for. */
    boolean inSoftware() {
        return software;
    }

    /** Whether it was given up. */
    boolean abandoned() {
        return abandoned;
    }

    /** Whether a thread of the decoders reads the file. */
    boolean readsInSlot() {
        return readsInSlot;
    }

    /**
     * Gives up a video whose reader is stuck; called by another thread. Should its call come back
     * after all, the reader stops there and leaves the video for the next run.
     *
     * @return what there is to say of it
     */
    VideoOutcome giveUp() {
        abandoned = true;
        FrameStore store = writing;
        VideoFile file = reading;
        return VideoOutcome.stalled(
                input,
                store == null ? 0 : store.size(),
                file == null ? 0 : file.secondsRead(),
                StalledException.message(watch.limit()));
    }

    /** The position of what is wrong with a file that does not open; none if it is not there. */
    private String firstByte() {
        watch.begin();
        try {
            return Files.isReadable(input.file()) ? "byte 0" : "";
        } finally {
            watch.end();
        }
    }

    private String print() throws IOException {
        watch.begin();
        try {
            return SourcePrint.of(input.file());
        } finally {
            watch.end();
        }
    }

    /** All that the frames depend on. */
    private String fingerprint() {
        return source(input) + "\n" + print + "\n" + request.settings();
    }

    private FrameStore store() throws IOException {
        try {
            return new FrameStore(
                    folder,
                    input.name(),
                    input.procedure(),
                    request.picture().format().suffix(),
                    fingerprint(),
                    packer(),
                    this::wants,
                    request.overwrite());
        } catch (IOException e) {
            throw new UserException(folder + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private FramePacker packer() {
        return request.packing() == null
                ? null
                : new FramePacker(folder, input.folder(), input.name(), request.packing());
    }

    private boolean wants(long number) {
        return request.published() == null
                || request.published().contains(SurgenetNames.video(input.file()), number);
    }

    private VideoOutcome extract(VideoFile first, FrameStore store) throws IOException {
        VideoFile file = first;
        try {
            String fatal = "";
            String method = "groups of pictures";
            try {
                if (request.picture().cropBorders()) {
                    findBorders();
                }
                Optional<FullDecode> refusal = byGroups(file, store);
                if (refusal.isPresent()) {
                    FullDecode full = refusal.get();
                    LOG.debug("{}: decoding everything: {}", input.name(), full.reason());
                    method = EVERY_FRAME;
                    file = open();
                    everything(file, store, full.differs() ? full.reason() : "");
                }
            } catch (StalledException e) {
                cancellation.check();
                return VideoOutcome.stalled(
                        input, store.size(), file.secondsRead(), e.getMessage());
            } catch (IOException e) {
                cancellation.check();
                fatal = e.getMessage();
            }
            String damage = file.damage() == null ? fatal : file.damage();
            if (!store.difference().isEmpty()) {
                damage = ASK.formatted(store.difference(), damage.isEmpty() ? "" : "; " + damage);
            }
            return finish(file, store, method, damage);
        } finally {
            if (file != first) {
                file.close();
            }
        }
    }

    private VideoOutcome finish(VideoFile file, FrameStore store, String method, String cause)
            throws IOException {
        // A reader that was given up does not complete what was said to be open.
        cancellation.check();
        software |= file.softwareSeen();
        String changed = changed();
        String damage =
                changed.isEmpty() || cause.isEmpty() ? changed + cause : changed + "; " + cause;
        double seconds = secondsWanted(file);
        String position = file.damagePosition();
        if (!damage.isEmpty() && position.isEmpty()) {
            position = String.format(Locale.ROOT, "%.3f s", seconds);
        }
        boolean nothing = request.published() == null ? store.size() == 0 : taken() == 0;
        if (nothing && !damage.isEmpty()) {
            store.abandon();
            return VideoOutcome.failed(input, seconds, damage, position);
        }
        String missing = nothing ? noFrame(file) : timesWithout();
        String told =
                damage.isEmpty() ? missing : missing.isEmpty() ? damage : damage + "; " + missing;
        store.finish(about(file, store, method, told, position));
        return new VideoOutcome(
                input,
                state(damage, told, nothing),
                store.size(),
                taken(),
                seconds,
                told,
                position,
                comparison(store),
                store.leftOut(),
                file.line().joinCount(),
                Math.max(1, store.sizes().size()));
    }

    private static VideoOutcome.State state(String damage, String told, boolean nothing) {
        if (told.isEmpty()) {
            return VideoOutcome.State.COMPLETE;
        }
        if (nothing) {
            return VideoOutcome.State.NO_FRAME;
        }
        return damage.isEmpty() ? VideoOutcome.State.FEWER : VideoOutcome.State.DAMAGED;
    }

    private VideoOutcome.Comparison comparison(FrameStore store) {
        return new VideoOutcome.Comparison(selfCheck.checked(), !store.difference().isEmpty());
    }

    /** What tells that the file is not the one that was found; empty if nothing does. */
    private String changed() throws IOException {
        long size;
        FileTime time;
        watch.begin();
        try {
            size = Files.size(input.file());
            time = Files.getLastModifiedTime(input.file());
        } catch (NoSuchFileException e) {
            return "the file was removed while it was read";
        } finally {
            watch.end();
        }
        if (size != input.bytes()) {
            return String.format(
                    Locale.ROOT,
                    "the file changed while it was read: it had %d bytes and has %d; when it is"
                            + " finished, extract it again with overwrite set",
                    input.bytes(),
                    size);
        }
        return time.equals(timeAtOpen)
                ? ""
                : "the file was written to while it was read; when it is finished, extract it again"
                        + " with overwrite set";
    }

    /** How far the video was read, not beyond the end, ahead of which a little is read. */
    private double secondsWanted(VideoFile file) {
        Rational end = request.sampling().end();
        double read = file.secondsRead();
        return end == null ? read : Math.min(read, end.toDouble());
    }

    /** Why the sampling takes no frame of a video that is whole. */
    private String noFrame(VideoFile file) {
        // A video is not read on behind the end; its length is then what the container says.
        double read = file.secondsRead();
        double length =
                sampler != null && !sampler.finished() ? read : Math.max(read, file.duration());
        return String.format(
                Locale.ROOT,
                "%s%s (the video has %.3f s)",
                VideoOutcome.NO_FRAME,
                noFrame(file, length),
                length);
    }

    private String noFrame(VideoFile file, double length) {
        Sampling sampling = request.sampling();
        if (sampling.start() != null && sampling.start().toDouble() >= length) {
            return "start " + sampling.start() + " s is beyond its end";
        }
        if (sampling.end() != null
                && sampling.start() != null
                && sampling.end().compareTo(sampling.start()) <= 0) {
            return "end is not after start";
        }
        boolean keyFrames = sampling.kind() == Sampling.Kind.KEYFRAMES;
        if (keyFrames && GroupStarts.of(file.codec()).isEmpty()) {
            return "the decoder of "
                    + file.codecName()
                    + " calls no frame a key frame, and its headers are not read; give every or fps"
                    + " instead";
        }
        String none =
                switch (sampling.kind()) {
                    case RATE -> "none is taken at fps " + sampling.fps();
                    case TIMES -> "none of the times is in it";
                    case KEYFRAMES -> "no key frame is in it";
                    case EVERY, SURGENET, SCENES -> "none decodes";
                };
        return none + beforeEnd(length);
    }

    /** Where the end that was asked for leaves out a part of the video. */
    private String beforeEnd(double length) {
        Rational end = request.sampling().end();
        return end == null || end.toDouble() >= length ? "" : " before end " + seconds(end);
    }

    /** Which of the times asked for have no frame; empty if all have. */
    private String timesWithout() {
        List<Rational> without = sampler == null ? List.of() : sampler.without();
        if (without.isEmpty()) {
            return "";
        }
        List<String> shown =
                without.stream().limit(TIMES_SHOWN).map(VideoExtraction::seconds).toList();
        return String.format(
                Locale.ROOT,
                "%s%d of %d times, %s%s",
                VideoOutcome.TIMES,
                without.size(),
                request.sampling().times().size(),
                String.join(", ", shown),
                without.size() > TIMES_SHOWN ? ", ..." : "");
    }

    private static String seconds(Rational time) {
        return String.format(Locale.ROOT, "%.3f s", time.toDouble());
    }

    /** How many frames the sampling has taken, wanted or not. */
    private long taken() {
        return sampler == null ? 0 : sampler.taken();
    }

    /** On a file of its own, since it reads from many places. */
    private void findBorders() throws IOException {
        VideoFile main = reading;
        try (VideoFile other = open()) {
            crop = BorderFinder.find(other, cancellation);
        } finally {
            reading = main;
        }
    }

    private Sampler sampler(VideoFile file) throws IOException {
        Sampling sampling = request.sampling().at(file.averageRate());
        sampler = new Sampler(sampling, file.timeBase(), file.start());
        return sampler;
    }

    /** What is known against decoding by groups before the first packet is read. */
    private Optional<FullDecode> obstacle(VideoFile file, FrameStore store) {
        if (store.decodesEverything()) {
            return FullDecode.because("as an earlier run found out");
        }
        if (request.sampling().needsEveryFrame()) {
            return FullDecode.because("the sampling looks at every frame");
        }
        if (file.device() != null) {
            return FullDecode.because("leaving packets out is not proven on hardware");
        }
        if (file.listsTimes()) {
            return FullDecode.because("frames must be counted to know their times");
        }
        return Optional.empty();
    }

    /**
     * @return why the whole video must be decoded instead; empty if the wanted frames are stored
     */
    private Optional<FullDecode> byGroups(VideoFile file, FrameStore store) throws IOException {
        Optional<FullDecode> obstacle = obstacle(file, store);
        if (obstacle.isPresent()) {
            return obstacle;
        }
        Optional<GroupStarts> starts = GroupStarts.of(file.codec());
        if (starts.isEmpty()) {
            return FullDecode.because("codec " + file.codecName());
        }
        return new GroupExtraction(
                        file,
                        request.picture(),
                        crop,
                        sampler(file),
                        sink(store),
                        slots,
                        fault.apply(starts.get()),
                        selfCheck,
                        cancellation)
                .run(count);
    }

    private void everything(VideoFile file, FrameStore store, String difference)
            throws IOException {
        if (!store.decodesEverything()) {
            store.restart(difference);
        }
        Sampler from = sampler(file);
        FrameSink sink = sink(store);
        slots.run(
                () -> {
                    readsInSlot = true;
                    new FullExtraction(file, request.picture(), crop, from, sink, cancellation)
                            .run(count);
                });
    }

    private FrameSink sink(FrameStore store) throws IOException {
        return request.skipStatic() ? new StillFilter(store) : store;
    }

    private ObjectNode about(
            VideoFile file, FrameStore store, String method, String damage, String position) {
        ObjectNode node = Json.object();
        node.put("source", source(input));
        node.put(MODIFIED, timeAtOpen.toString());
        node.put(PRINT, print);
        node.put("settings", request.settings());
        node.put("frames", store.size());
        node.put("taken", taken());
        if (request.skipStatic()) {
            node.put(LEFT_OUT, store.leftOut());
        }
        node.put("seconds", Math.round(secondsWanted(file) * 1e6) / 1e6);
        node.put("container", file.containerName());
        node.put("codec", file.codecName());
        node.put("width", file.codec().width());
        node.put("height", file.codec().height());
        node.put("time_base", file.timeBase().toString());
        node.put("start_ticks", file.start());
        node.put("frame_rate", file.frameRate().toString());
        noteOtherStreams(file, node);
        if (file.dicom() != null) {
            node.set("dicom", DicomRecord.of(file, input.name()));
        }
        noteSizes(store, node);
        if (crop != null) {
            node.put("crop", crop.toString());
        }
        if (file.line().joinCount() > 0) {
            node.set("joins", joins(file));
        }
        if (file.line().estimated() > 0) {
            node.put("times_estimated", file.line().estimated());
            LOG.info(
                    "{}: {} without a time in the file; theirs is estimated",
                    input.name(),
                    Words.counted(file.line().estimated(), "frame"));
        }
        if (file.line().corrected() > 0) {
            node.put("times_corrected", file.line().corrected());
        }
        if (request.sampling().kind() == Sampling.Kind.SCENES) {
            node.set("scenes", scenes(file));
        }
        if (hardware.name() != null) {
            node.put("hwaccel", hardware.name());
            node.put("decoded_on", software ? "software" : "device");
        }
        if (sampler != null && !sampler.without().isEmpty()) {
            ArrayNode times = node.putArray("times_without_frame");
            sampler.without().forEach(time -> times.add(time.toDouble()));
        }
        node.put("decoded", method);
        noteErrors(file, node);
        ObjectNode check = node.putObject("self_check");
        check.put("share", request.selfCheck());
        check.put("differed", comparison(store).differed());
        node.put("damage", damage);
        node.put("damage_position", position);
        if (!file.signs().isEmpty()) {
            file.signs().record(node.putArray("damage_kinds"));
        }
        return node;
    }

    /** What the decoder made up for may be seen in frames that nothing else calls damaged. */
    private void noteErrors(VideoFile file, ObjectNode node) {
        if (file.errors() == 0) {
            return;
        }
        ObjectNode errors = node.putObject("decoder_errors");
        errors.put("count", file.errors());
        errors.put("first", file.firstError());
        LOG.warn(
                "{}: the decoder logged {} that it may have made up for, the first: {}; look at its"
                        + " frames before use",
                input.name(),
                Words.counted(file.errors(), "error"),
                file.firstError());
    }

    /** Frames of several sizes come of a stream that changes its picture size on the way. */
    private void noteSizes(FrameStore store, ObjectNode node) {
        List<FrameStore.Size> sizes = store.sizes();
        if (sizes.size() < 2) {
            return;
        }
        ArrayNode list = node.putArray(SIZES);
        for (FrameStore.Size size : sizes) {
            ObjectNode each = list.addObject();
            each.put("width", size.width());
            each.put("height", size.height());
            each.put("frames", size.frames());
            each.put("from_s", Math.round(size.from() * 1e6) / 1e6);
        }
    }

    /** What counted as a cut, and the score of each frame taken; the first one has none. */
    private ObjectNode scenes(VideoFile file) {
        Sampling.Scenes asked = request.sampling().scenes();
        ObjectNode node = Json.object();
        node.put("threshold", asked.threshold());
        node.put("min_scene_s", asked.shortest().toDouble());
        node.put("cuts_passed_over", sampler.passedOver());
        ArrayNode list = node.putArray("at");
        for (Sampler.Cut cut : sampler.cuts()) {
            ObjectNode each = list.addObject();
            each.put("time_s", Math.round(file.seconds(cut.ticks()) * 1e6) / 1e6);
            if (Double.isNaN(cut.score())) {
                each.putNull("score");
            } else {
                each.put("score", Math.round(cut.score() * 1e3) / 1e3);
            }
        }
        return node;
    }

    /** Where the time stamps start again, on the continuous line, and by how much they jump. */
    private void noteOtherStreams(VideoFile file, ObjectNode node) {
        int streams = file.videoStreams();
        if (streams > 1) {
            node.put("video_streams", streams);
            LOG.warn(
                    "{}: has {} video streams, of which one is extracted, {} of {} x {}; take"
                            + " another out into a file of its own to extract it",
                    input.name(),
                    streams,
                    file.codecName(),
                    file.codec().width(),
                    file.codec().height());
        }
    }

    private static ObjectNode joins(VideoFile file) {
        ObjectNode node = Json.object();
        node.put("count", file.line().joinCount());
        ArrayNode list = node.putArray("at");
        for (TimeLine.Join join : file.line().joins()) {
            ObjectNode each = list.addObject();
            each.put("time_s", Math.round(file.seconds(join.at()) * 1e6) / 1e6);
            double jump = file.seconds(file.start() + join.jump());
            each.put("jump_s", Math.round(jump * 1e6) / 1e6);
        }
        return node;
    }
}
