package org.surgenet.video;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Rational;
import org.surgenet.common.UserException;
import org.surgenet.video.codec.GroupStarts;
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

    private final VideoInput input;
    private final ExtractionRequest request;
    private final DecodeSlots slots;
    private final Hardware hardware;
    private final Cancellation cancellation;
    private final GroupExtraction.ByteCount count;
    private final UnaryOperator<GroupStarts> fault;
    private final ReadWatch watch;
    private final Path folder;
    private final EarlierRun past;
    private final SelfCheck selfCheck;
    private volatile VideoFile reading;
    private volatile FrameStore writing;
    private volatile boolean readsInSlot;
    private volatile boolean abandoned;
    private volatile boolean software;

    /** Whether the device decodes this stream; null as long as it was not tried. */
    private Boolean onDevice;

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
        this.past = new EarlierRun(input, request);
    }

    /** As {@link EarlierRun#outcome}. */
    VideoOutcome earlier() throws IOException {
        return past.outcome();
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
        if (past.mayReopen()) {
            print = print();
            past.reopen(fingerprint(), cancellation);
        }
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
        return EarlierRun.source(input) + "\n" + print + "\n" + request.settings();
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
                    method = VideoRecord.EVERY_FRAME;
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
        Shortfall shortfall = new Shortfall(request.sampling(), sampler, file);
        String missing = nothing ? shortfall.noFrame() : shortfall.timesWithout();
        String told =
                damage.isEmpty() ? missing : missing.isEmpty() ? damage : damage + "; " + missing;
        VideoRecord.Made made =
                new VideoRecord.Made(
                        timeAtOpen.toString(),
                        print,
                        taken(),
                        seconds,
                        crop,
                        hardware.name(),
                        software,
                        method,
                        comparison(store),
                        told,
                        position);
        store.finish(new VideoRecord(input, request, file, store, sampler).node(made));
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
}
