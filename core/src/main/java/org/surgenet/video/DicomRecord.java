package org.surgenet.video;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.surgenet.common.Json;
import org.surgenet.common.Rational;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.dicom.DicomVideo;
import org.surgenet.video.ffmpeg.Ffmpeg;

/** What a video's record says of the DICOM file that it was in: nothing that tells who it shows. */
final class DicomRecord {
    private static final org.slf4j.Logger LOG =
            org.slf4j.LoggerFactory.getLogger(DicomRecord.class);

    /** Rates differ by more than rounding. */
    private static final double SAME_RATE = 0.002;

    private final VideoFile file;
    private final DicomVideo dicom;
    private final Rational own;

    private DicomRecord(VideoFile file) {
        this.file = file;
        this.dicom = file.dicom();
        AVRational rate = file.codec().framerate();
        this.own = rate.num() <= 0 || rate.den() <= 0 ? Rational.ZERO : Ffmpeg.rational(rate);
    }

    /**
     * The record of a video in a DICOM file that has been read; its notes are logged as well.
     *
     * @param name what messages call the video
     */
    static ObjectNode of(VideoFile file, String name) {
        DicomRecord record = new DicomRecord(file);
        ObjectNode node = record.node();
        List<String> notes = record.notes();
        ArrayNode list = node.putArray("notes");
        for (String note : notes) {
            LOG.warn("{}: {}", name, note);
            list.add(note);
        }
        return node;
    }

    private ObjectNode node() {
        ObjectNode node = Json.object();
        node.put("transfer_syntax", dicom.syntax().words());
        node.put("fragments", dicom.parts().count());
        if (dicom.frames() > 0) {
            node.put("frames_in_header", dicom.frames());
        }
        if (file.readToEnd()) {
            node.put("frames_in_stream", file.packets());
        }
        if (dicom.frameRate().num() > 0) {
            node.put("frame_rate_in_header", dicom.frameRate().toString());
            node.put("frame_rate_attribute", dicom.frameRateAttribute());
        }
        node.put("times_from", timesFrom());
        return node;
    }

    private String timesFrom() {
        if (file.storesTimes()) {
            return "time stamps";
        }
        if (file.listsTimes()) {
            return DicomVideo.VECTOR;
        }
        if (own.num() > 0) {
            return "frame rate of the stream";
        }
        return dicom.frameRate().num() > 0 ? dicom.frameRateAttribute() : "assumption";
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (dicom.syntax().views() > 1) {
            notes.add(
                    "the pictures for one eye are extracted; those for the other are not decoded");
        }
        String codec = dicom.syntax().codec();
        if (!codec.isEmpty() && !codec.equals(file.codecName())) {
            notes.add(
                    "the stream is "
                            + file.codecName()
                            + ", the transfer syntax says "
                            + dicom.syntax().words());
        }
        if (timesFrom().equals("assumption")) {
            notes.add(
                    "neither the stream nor the DICOM header says the frame rate; "
                            + rate(file.averageRate())
                            + " is assumed");
        }
        if (ratesDiffer()) {
            notes.add(
                    "the stream's frame rate is "
                            + rate(file.frameRate())
                            + ", the DICOM header's "
                            + dicom.frameRateAttribute()
                            + " gives "
                            + rate(dicom.frameRate())
                            + "; times are those of the stream");
        }
        if (file.readToEnd() && dicom.frames() > 0 && file.packets() > mostPackets()) {
            notes.add(
                    "the DICOM header says "
                            + dicom.frames()
                            + " frames, the stream has "
                            + file.packets()
                            + "; all of them were read");
        }
        return notes;
    }

    private boolean ratesDiffer() {
        double header = dicom.frameRate().toDouble();
        double stream = file.frameRate().toDouble();
        return !file.listsTimes()
                && header > 0
                && stream > 0
                && Math.abs(header / stream - 1) > SAME_RATE;
    }

    /** A frame of two fields may be two packets. */
    private long mostPackets() {
        int order = file.codec().field_order();
        boolean fields = order != avcodec.AV_FIELD_UNKNOWN && order != avcodec.AV_FIELD_PROGRESSIVE;
        return fields ? 2 * dicom.frames() : dicom.frames();
    }

    private static String rate(Rational rate) {
        return String.format(Locale.ROOT, "%.5g frames/s", rate.toDouble());
    }
}
