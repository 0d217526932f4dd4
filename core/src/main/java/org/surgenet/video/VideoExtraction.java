package org.surgenet.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.frames.FramesCsv;

/** The extraction of one video, from looking whether it is done to its {@code frames.csv}. */
final class VideoExtraction {
    private static final org.slf4j.Logger LOG =
            org.slf4j.LoggerFactory.getLogger(VideoExtraction.class);

    private final VideoInput input;
    private final ExtractionRequest request;
    private final DecodeSlots slots;
    private final Cancellation cancellation;
    private final GroupExtraction.ByteCount count;
    private final ReadWatch watch;
    private final Path folder;
    private volatile VideoFile reading;
    private volatile FrameStore writing;
    private volatile boolean readsInSlot;
    private volatile boolean abandoned;
    private Crop crop;
    private Sampler sampler;

    VideoExtraction(
            VideoInput input,
            ExtractionRequest request,
            DecodeSlots slots,
            Cancellation cancellation,
            GroupExtraction.ByteCount count) {
        this.input = input;
        this.request = request;
        this.slots = slots;
        this.cancellation = () -> abandoned || cancellation.requested();
        this.count = count;
        this.watch = new ReadWatch(request.stallLimit(), this.cancellation);
        this.folder = request.output().resolve(input.folder());
    }

    /**
     * The outcome of an earlier run, or null if the video is not complete.
     *
     * @throws UserException if the folder holds something else's frames
     */
    VideoOutcome earlier() throws IOException {
        Path about = folder.resolve(FrameStore.ABOUT);
        if (request.overwrite()
                || !Files.exists(folder.resolve(FramesCsv.FILE_NAME))
                || !Files.exists(about)) {
            return null;
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
                            + "); give another --output, or --overwrite to make them again");
        }
        if (!node.path("source").asText().equals(source(input))) {
            throw new UserException(
                    folder
                            + ": holds the frames of another file ("
                            + node.path("source").asText()
                            + "; now "
                            + source(input)
                            + "); give another --output, or --overwrite to make them again");
        }
        FrameStore.tidy(folder, input.name(), request.picture().format().suffix());
        return new VideoOutcome(
                input,
                VideoOutcome.State.ALREADY_COMPLETE,
                node.path("frames").asLong(),
                node.path("taken").asLong(),
                node.path("seconds").asDouble(),
                node.path("damage").asText(),
                node.path("damage_position").asText());
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
            Files.deleteIfExists(folder.resolve(FramesCsv.FILE_NAME));
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

    private VideoFile open() throws IOException {
        VideoFile opened =
                VideoFile.open(
                        input.file(),
                        request.sampling().kind() == Sampling.Kind.SURGENET
                                ? VideoFile.Choice.FIRST
                                : VideoFile.Choice.BEST,
                        watch);
        reading = opened;
        return opened;
    }

    /** Whether the file does not answer a call, so that nothing but giving it up helps. */
    boolean stuck() {
        return watch.stuck();
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
                new StalledException(watch.limit()).getMessage());
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

    private FrameStore store() throws IOException {
        try {
            return new FrameStore(
                    folder,
                    input.name(),
                    input.procedure(),
                    request.picture().format().suffix(),
                    source(input) + "\n" + request.settings(),
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
                try {
                    byGroups(file, store);
                } catch (NeedsFullDecodeException e) {
                    LOG.debug("{}: decoding everything: {}", input.name(), e.getMessage());
                    method = "every frame";
                    file = open();
                    everything(file, store);
                }
            } catch (StalledException e) {
                cancellation.check();
                return VideoOutcome.stalled(
                        input, store.size(), file.secondsRead(), e.getMessage());
            } catch (IOException e) {
                cancellation.check();
                fatal = e.getMessage();
            }
            return finish(file, store, method, file.damage() == null ? fatal : file.damage());
        } finally {
            if (file != first) {
                file.close();
            }
        }
    }

    private VideoOutcome finish(VideoFile file, FrameStore store, String method, String damage)
            throws IOException {
        // A reader that was given up does not complete what was said to be open.
        cancellation.check();
        double seconds = file.secondsRead();
        String position = file.damagePosition();
        if (!damage.isEmpty() && position.isEmpty()) {
            position = String.format(Locale.ROOT, "%.3f s", seconds);
        }
        boolean nothing = request.published() == null ? store.size() == 0 : taken() == 0;
        if (nothing && !damage.isEmpty()) {
            store.abandon();
            return VideoOutcome.failed(input, seconds, damage, position);
        }
        store.finish(about(file, store, method, damage, position));
        return new VideoOutcome(
                input,
                damage.isEmpty() ? VideoOutcome.State.COMPLETE : VideoOutcome.State.DAMAGED,
                store.size(),
                taken(),
                seconds,
                damage,
                position);
    }

    /** How many frames the sampling has taken, wanted or not. */
    private long taken() {
        return sampler == null ? 0 : sampler.taken();
    }

    /** On a file of its own, since it reads from many places. */
    private void findBorders() throws IOException {
        VideoFile main = reading;
        try (VideoFile other = open()) {
            crop = Crop.find(other, cancellation);
        } finally {
            reading = main;
        }
    }

    private Sampler sampler(VideoFile file) throws IOException {
        Sampling sampling = request.sampling().at(file.averageRate());
        sampler = new Sampler(sampling, file.timeBase(), file.start());
        return sampler;
    }

    private void byGroups(VideoFile file, FrameStore store)
            throws IOException, NeedsFullDecodeException {
        if (store.decodesEverything()) {
            throw new NeedsFullDecodeException("as an earlier run found out");
        }
        if (request.sampling().kind() == Sampling.Kind.SURGENET) {
            throw new NeedsFullDecodeException("frames that decode are counted");
        }
        if (!file.hasGroups()) {
            throw new NeedsFullDecodeException("codec " + file.codecName());
        }
        new GroupExtraction(
                        file, request.picture(), crop, sampler(file), store, slots, cancellation)
                .run(count);
    }

    private void everything(VideoFile file, FrameStore store) throws IOException {
        if (!store.decodesEverything()) {
            store.restart();
        }
        Sampler from = sampler(file);
        slots.run(
                () -> {
                    readsInSlot = true;
                    new FullExtraction(file, request.picture(), crop, from, store, cancellation)
                            .run(count);
                });
    }

    private ObjectNode about(
            VideoFile file, FrameStore store, String method, String damage, String position) {
        ObjectNode node = Json.object();
        node.put("source", source(input));
        node.put("settings", request.settings());
        node.put("frames", store.size());
        node.put("taken", taken());
        node.put("seconds", Math.round(file.secondsRead() * 1e6) / 1e6);
        node.put("container", file.containerName());
        node.put("codec", file.codecName());
        node.put("width", file.codec().width());
        node.put("height", file.codec().height());
        node.put("frame_rate", file.frameRate().toString());
        if (crop != null) {
            node.put("crop", crop.toString());
        }
        node.put("decoded", method);
        node.put("damage", damage);
        node.put("damage_position", position);
        return node;
    }
}
