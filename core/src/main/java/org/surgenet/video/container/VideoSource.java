package org.surgenet.video.container;

import static org.bytedeco.ffmpeg.global.avformat.AVFMT_NOTIMESTAMPS;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.surgenet.video.dicom.DicomVideo;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.file.FileParts;
import org.surgenet.video.file.PartsInput;
import org.surgenet.video.file.StallGuard;

/** What FFmpeg reads as a video's file: the file itself, or the parts of a DICOM file. */
final class VideoSource implements AutoCloseable {
    private final Path file;
    private final DicomVideo dicom;
    private final PartsInput input;

    private VideoSource(Path file, DicomVideo dicom, PartsInput input) {
        this.file = file;
        this.dicom = dicom;
        this.input = input;
    }

    /**
     * @param guard asked when parts are read
     * @throws IOException if it is a DICOM file without a video that can be read
     */
    static VideoSource open(Path file, StallGuard guard) throws IOException {
        DicomVideo dicom = DicomVideo.open(file);
        if (dicom == null) {
            return new VideoSource(file, null, null);
        }
        boolean opened = false;
        try {
            VideoSource source = new VideoSource(file, dicom, new PartsInput(dicom.parts(), guard));
            opened = true;
            return source;
        } finally {
            if (!opened) {
                dicom.close();
            }
        }
    }

    /**
     * Readies a format to open the video.
     *
     * @return what to open, to be closed by the caller; null where {@code format} knows it now
     */
    BytePointer prepare(AVFormatContext format, AVDictionary options) {
        if (dicom == null) {
            return Ffmpeg.url(file);
        }
        input.readBy(format);
        if (dicom.frameRate().num() > 0) {
            // Taken by readers of streams as such alone, and only where these do not say it.
            av_dict_set(options, "framerate", dicom.frameRate().toString(), 0);
        }
        return null;
    }

    /**
     * Has a stream without times go by the frame rate in its own header, where that has one, in all
     * that is told of it: its packets go by it as well.
     */
    void settleRate(AVFormatContext format, AVStream stream) {
        AVRational own = stream.codecpar().framerate();
        boolean timeless = (format.iformat().flags() & AVFMT_NOTIMESTAMPS) != 0;
        if (dicom != null && timeless && own.num() > 0 && own.den() > 0) {
            stream.avg_frame_rate(own);
            stream.r_frame_rate(own);
        }
    }

    /** What may be the cause if the kind of video is not found, behind that message. */
    String hint() {
        if (dicom != null) {
            return " in its DICOM pixel data";
        }
        return DicomVideo.isCalledDicom(file)
                ? "; a DICOM file has the mark DICM at byte 128"
                : " (is it cut off?)";
    }

    /** As {@link AppendedFile#find}. */
    AppendedFile.Found appended(String container, long readTo) throws IOException {
        if (dicom != null) {
            return AppendedFile.find(dicom.parts(), container, readTo);
        }
        try (FileParts whole = FileParts.whole(file)) {
            return AppendedFile.find(whole, container, readTo);
        }
    }

    /** Where in the file a byte lies that FFmpeg has read. */
    long inFile(long at) {
        return dicom == null ? at : dicom.parts().inFile(at);
    }

    /** The DICOM file; null if it is none. */
    DicomVideo dicom() {
        return dicom;
    }

    /** The format must have been closed. */
    @Override
    public void close() {
        if (dicom != null) {
            input.close();
            dicom.close();
        }
    }
}
