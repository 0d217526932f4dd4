package org.surgenet.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private final Path folder;
    private Crop crop;

    VideoExtraction(
            VideoInput input,
            ExtractionRequest request,
            DecodeSlots slots,
            Cancellation cancellation,
            GroupExtraction.ByteCount count) {
        this.input = input;
        this.request = request;
        this.slots = slots;
        this.cancellation = cancellation;
        this.count = count;
        this.folder = request.output().resolve(input.folder());
    }

    /**
     * The outcome of an earlier run, or null if the video is not complete.
     *
     * @throws UserException if the folder holds something else's frames
     */
    VideoOutcome earlier() {
        Path about = folder.resolve(FrameStore.ABOUT);
        if (request.overwrite()
                || !Files.exists(folder.resolve(FramesCsv.FILE_NAME))
                || !Files.exists(about)) {
            return null;
        }
        JsonNode node = Json.read(about);
        String was = node.path("settings").asText();
        if (!was.equals(settings())) {
            throw new UserException(
                    folder
                            + ": holds frames made with other settings ("
                            + was
                            + "; now "
                            + settings()
                            + "); give another --output, or --overwrite to make them again");
        }
        if (!node.path("source").asText().equals(source())) {
            throw new UserException(
                    folder
                            + ": holds the frames of another file ("
                            + node.path("source").asText()
                            + "; now "
                            + source()
                            + "); give another --output, or --overwrite to make them again");
        }
        return new VideoOutcome(
                input,
                VideoOutcome.State.ALREADY_COMPLETE,
                node.path("frames").asLong(),
                node.path("seconds").asDouble(),
                node.path("damage").asText());
    }

    private String source() {
        return Path.of(input.shown()).getFileName() + ", " + input.bytes() + " bytes";
    }

    private String settings() {
        PictureRequest p = request.picture();
        return request.sampling().fingerprint()
                + " size="
                + p.size()
                + (p.cropBorders() ? " without borders" : "")
                + (p.upscale() ? " upscale" : "")
                + " format="
                + p.format().suffix()
                + (p.format() == ImageFormat.PNG ? "" : " quality=" + p.quality())
                + (p.format() == ImageFormat.JPG ? " colours=" + p.colours() : "");
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
        VideoFile file;
        try {
            file = VideoFile.open(input.file(), request.stallLimit(), cancellation);
        } catch (IOException e) {
            return new VideoOutcome(
                    input, VideoOutcome.State.FAILED, 0, Double.NaN, e.getMessage());
        }
        try (FrameStore store = store()) {
            return extract(file, store);
        } finally {
            file.close();
        }
    }

    private FrameStore store() throws IOException {
        try {
            return new FrameStore(
                    folder,
                    input.name(),
                    input.procedure(),
                    request.picture().format().suffix(),
                    source() + "\n" + settings(),
                    request.overwrite());
        } catch (IOException e) {
            throw new UserException(folder + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private VideoOutcome extract(VideoFile file, FrameStore store) throws IOException {
        String fatal = "";
        VideoFile read = file;
        String method = "groups of pictures";
        try {
            try {
                if (request.picture().cropBorders()) {
                    findBorders();
                }
                if (store.decodesEverything()) {
                    throw new NeedsFullDecodeException("as an earlier run found out");
                }
                byGroups(file, store);
            } catch (NeedsFullDecodeException e) {
                LOG.debug("{}: decoding everything: {}", input.name(), e.getMessage());
                method = "every frame";
                read = VideoFile.open(input.file(), request.stallLimit(), cancellation);
                everything(read, store);
            }
        } catch (IOException e) {
            cancellation.check();
            fatal = e.getMessage();
        }
        try {
            String damage = read.damage() == null ? fatal : read.damage();
            if (store.size() == 0 && !damage.isEmpty()) {
                store.abandon();
                return new VideoOutcome(
                        input, VideoOutcome.State.FAILED, 0, read.secondsRead(), damage);
            }
            store.finish(about(read, store, method, damage));
            return new VideoOutcome(
                    input,
                    damage.isEmpty() ? VideoOutcome.State.COMPLETE : VideoOutcome.State.DAMAGED,
                    store.size(),
                    read.secondsRead(),
                    damage);
        } finally {
            if (read != file) {
                read.close();
            }
        }
    }

    /** On a file of its own, since it reads from many places. */
    private void findBorders() throws IOException {
        try (VideoFile file = VideoFile.open(input.file(), request.stallLimit(), cancellation)) {
            crop = Crop.find(file, cancellation);
        }
    }

    private Sampler sampler(VideoFile file) {
        return new Sampler(request.sampling(), file.timeBase(), file.start());
    }

    private void byGroups(VideoFile file, FrameStore store)
            throws IOException, NeedsFullDecodeException {
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
        slots.run(
                () ->
                        new FullExtraction(
                                        file,
                                        request.picture(),
                                        crop,
                                        sampler(file),
                                        store,
                                        cancellation)
                                .run(bytes -> {}));
    }

    private ObjectNode about(VideoFile file, FrameStore store, String method, String damage) {
        ObjectNode node = Json.object();
        node.put("source", source());
        node.put("settings", settings());
        node.put("frames", store.size());
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
        return node;
    }
}
