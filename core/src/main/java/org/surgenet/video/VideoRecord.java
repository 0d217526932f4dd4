package org.surgenet.video;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.surgenet.common.Json;
import org.surgenet.common.Words;
import org.surgenet.video.container.TimeLine;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.picture.Crop;
import org.surgenet.video.sampling.Sampler;
import org.surgenet.video.sampling.Sampling;
import org.surgenet.video.store.FrameStore;

/** What {@code video.json} says of a video and its frames; some of it is logged as well. */
final class VideoRecord {
    static final String MODIFIED = "source_modified";
    static final String PRINT = "source_print";
    static final String SIZES = "sizes";
    static final String LEFT_OUT = "static_left_out";

    /** How a video was decoded in full. */
    static final String EVERY_FRAME = "every frame";

    private static final org.slf4j.Logger LOG =
            org.slf4j.LoggerFactory.getLogger(VideoRecord.class);

    private final VideoInput input;
    private final ExtractionRequest request;
    private final VideoFile file;
    private final FrameStore store;
    private final Sampler sampler;

    /**
     * How the frames were made.
     *
     * @param modified time of the file's last change
     * @param print of its content
     * @param taken how many frames the sampling has taken
     * @param seconds of video that were read
     * @param crop of the borders; null for none
     * @param device that was asked for; null for software
     * @param software whether software has decoded in spite of that
     * @param method of decoding
     * @param damage empty if there is none
     * @param position of the damage, empty if unknown
     */
    record Made(
            String modified,
            String print,
            long taken,
            double seconds,
            Crop crop,
            String device,
            boolean software,
            String method,
            VideoOutcome.Comparison comparison,
            String damage,
            String position) {}

    /**
     * @param sampler null if decoding has not begun
     */
    VideoRecord(
            VideoInput input,
            ExtractionRequest request,
            VideoFile file,
            FrameStore store,
            Sampler sampler) {
        this.input = input;
        this.request = request;
        this.file = file;
        this.store = store;
        this.sampler = sampler;
    }

    /** The record, to be written as {@code video.json}. */
    ObjectNode node(Made made) {
        ObjectNode node = Json.object();
        node.put("source", EarlierRun.source(input));
        node.put(MODIFIED, made.modified());
        node.put(PRINT, made.print());
        node.put("settings", request.settings());
        node.put("frames", store.size());
        node.put("taken", made.taken());
        if (request.skipStatic()) {
            node.put(LEFT_OUT, store.leftOut());
        }
        node.put("seconds", Math.round(made.seconds() * 1e6) / 1e6);
        noteStream(node);
        noteSizes(node);
        if (made.crop() != null) {
            node.put("crop", made.crop().toString());
        }
        noteTimes(node);
        if (request.sampling().kind() == Sampling.Kind.SCENES) {
            node.set("scenes", scenes());
        }
        if (made.device() != null) {
            node.put("hwaccel", made.device());
            node.put("decoded_on", made.software() ? "software" : "device");
        }
        if (sampler != null && !sampler.without().isEmpty()) {
            ArrayNode times = node.putArray("times_without_frame");
            sampler.without().forEach(time -> times.add(time.toDouble()));
        }
        node.put("decoded", made.method());
        noteErrors(node);
        ObjectNode check = node.putObject("self_check");
        check.put("share", request.selfCheck());
        check.put("differed", made.comparison().differed());
        node.put("damage", made.damage());
        node.put("damage_position", made.position());
        if (!file.signs().isEmpty()) {
            file.signs().record(node.putArray("damage_kinds"));
        }
        return node;
    }

    private void noteStream(ObjectNode node) {
        node.put("container", file.containerName());
        node.put("codec", file.codecName());
        node.put("width", file.codec().width());
        node.put("height", file.codec().height());
        node.put("time_base", file.timeBase().toString());
        node.put("start_ticks", file.start());
        node.put("frame_rate", file.frameRate().toString());
        noteOtherStreams(node);
        if (file.dicom() != null) {
            node.set("dicom", DicomRecord.of(file, input.name()));
        }
    }

    private void noteTimes(ObjectNode node) {
        if (file.line().joinCount() > 0) {
            node.set("joins", joins());
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
    }

    /** What the decoder made up for may be seen in frames that nothing else calls damaged. */
    private void noteErrors(ObjectNode node) {
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
    private void noteSizes(ObjectNode node) {
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
    private ObjectNode scenes() {
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

    private void noteOtherStreams(ObjectNode node) {
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

    /** Where the time stamps start again, on the continuous line, and by how much they jump. */
    private ObjectNode joins() {
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
