package org.surgenet.video.container;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.surgenet.common.OtherFiles;
import org.surgenet.video.ffmpeg.Ffmpeg;

/** Opens containers with FFmpeg, and chooses the stream to read. */
final class ContainerOpening {
    /** Containers of one file. Playlists (hls, dash, concat, imf) and image lists are not here. */
    private static final String FORMATS =
            "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,flv,live_flv,asf,asf_o,"
                + "ogg,h264,hevc,vvc,m4v,mjpeg,ivf,obu,mxf,dv,nut,rm,wtv,gxf,lxf,yuv4mpegpipe,"
                + "vc1,vc1test,av1,gif,mpjpeg,nuv,ty,pva,avs2,avs3,cavsvideo,dirac,h261,h263";

    private static final Set<String> BARE_JPEG = Set.of("mjpg", "mjpeg");

    private ContainerOpening() {}

    /**
     * @throws IOException in words for the user, if it is not a file that can be read
     */
    static void requireFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("no such file");
        }
        if (!Files.isRegularFile(file)) {
            // Opening a pipe would wait for a writer for ever.
            throw new IOException("not a regular file");
        }
        if (!Files.isReadable(file)) {
            throw new IOException("no permission to read it");
        }
        if (Files.size(file) == 0) {
            throw new IOException("is empty");
        }
    }

    /**
     * @throws IOException in words for the user, if it cannot be opened as a video
     */
    static void open(Path file, VideoSource source, AVFormatContext format) throws IOException {
        AVDictionary options = new AVDictionary(null);
        av_dict_set(options, "protocol_whitelist", "file", 0);
        av_dict_set(options, "format_whitelist", FORMATS, 0);
        // QuickTime files may name others that hold their pictures.
        av_dict_set(options, "enable_drefs", "0", 0);
        av_dict_set(options, "use_absolute_path", "0", 0);
        try (BytePointer url = source.prepare(format, options)) {
            int code = avformat_open_input(format, url, known(file), options);
            if (code == AVERROR_EINVAL()) {
                throw new IOException("not a video, or a playlist or script, which are not read");
            }
            if (code == AVERROR_INVALIDDATA) {
                throw new IOException(
                        "not a video that can be read: neither its kind nor its index was found"
                                + source.hint());
            }
            Ffmpeg.check(code, "cannot be opened");
        } finally {
            av_dict_free(options);
        }
        Ffmpeg.check(
                avformat_find_stream_info(format, (PointerPointer<?>) null),
                "its streams cannot be read");
    }

    /**
     * The kind of a file that FFmpeg takes for another: bare motion JPEG, which it may take for one
     * picture. Null for all that it recognises.
     */
    private static AVInputFormat known(Path file) throws IOException {
        if (!BARE_JPEG.contains(OtherFiles.suffix(file))) {
            return null;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(2);
            boolean jpeg = head.length == 2 && head[0] == (byte) 0xff && head[1] == (byte) 0xd8;
            return jpeg ? av_find_input_format("mjpeg") : null;
        }
    }

    /** The stream to read; the others are discarded. */
    static AVStream choose(AVFormatContext format, VideoFile.Choice choice) throws IOException {
        AVStream best = null;
        long bestScore = -1;
        for (int i = 0; i < format.nb_streams(); i++) {
            AVStream stream = format.streams(i);
            if (stream.codecpar().codec_type() != AVMEDIA_TYPE_VIDEO) {
                continue;
            }
            if ((stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0) {
                continue;
            }
            long score = score(stream);
            if (score > bestScore && (best == null || choice == VideoFile.Choice.BEST)) {
                best = stream;
                bestScore = score;
            }
        }
        if (best == null) {
            throw new IOException("has no video stream");
        }
        discardOthers(format, best);
        return best;
    }

    /** As the ffmpeg program weighs streams: those with packets, default ones, large ones. */
    private static long score(AVStream stream) {
        AVCodecParameters codec = stream.codecpar();
        long score = (long) codec.width() * codec.height();
        if ((stream.event_flags() & AVStream.AVSTREAM_EVENT_FLAG_NEW_PACKETS) != 0) {
            score += 100_000_000;
        }
        if ((stream.disposition() & AV_DISPOSITION_DEFAULT) != 0) {
            score += 5_000_000;
        }
        return score;
    }

    /** Leaves unread what is neither the chosen stream nor counted beside it. */
    private static void discardOthers(AVFormatContext format, AVStream chosen) {
        for (int i = 0; i < format.nb_streams(); i++) {
            boolean counted = clockJumps(format) && OtherStreams.isVideo(format.streams(i));
            if (i != chosen.index() && !counted) {
                format.streams(i).discard(AVDISCARD_ALL);
            }
        }
    }

    /** Whether recordings may be joined in the container, each with a clock of its own. */
    static boolean clockJumps(AVFormatContext format) {
        return (format.iformat().flags() & AVFMT_TS_DISCONT) != 0;
    }
}
