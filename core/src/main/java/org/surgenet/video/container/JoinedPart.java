package org.surgenet.video.container;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.file.FileParts;
import org.surgenet.video.file.PartsInput;
import org.surgenet.video.file.StallGuard;

/**
 * A recording that is joined to another one in a Matroska file or a transport stream. FFmpeg's
 * reader takes its packets for packets of the first: with another codec, or with parameters that
 * lie in a head of its own, a decoder makes errors of them, or pictures that nobody has filmed. So
 * what it says of itself is read.
 */
final class JoinedPart {
    /** Bytes of it that are looked at; transport streams repeat their tables much sooner. */
    private static final long LOOK = 4L << 20;

    /** Kinds of streams in transport streams (ISO 13818-1, table 2-34) whose codec is certain. */
    private static final int[][] TYPES = {
        {0x01, AV_CODEC_ID_MPEG2VIDEO},
        {0x02, AV_CODEC_ID_MPEG2VIDEO},
        {0x10, AV_CODEC_ID_MPEG4},
        {0x1b, AV_CODEC_ID_H264},
        {0x24, AV_CODEC_ID_HEVC},
        {0x33, AV_CODEC_ID_VVC},
    };

    private final Path file;
    private final AVFormatContext format;
    private final AVStream stream;
    private final AVCodecParameters codec;
    private final StallGuard guard;
    private final String container;

    /**
     * @param format with the first part's reader
     * @param codec of the stream as its decoder is made; the format's own may change on the way
     */
    JoinedPart(
            Path file,
            AVFormatContext format,
            AVStream stream,
            AVCodecParameters codec,
            StallGuard guard) {
        this.file = file;
        this.format = format;
        this.stream = stream;
        this.codec = codec;
        this.guard = guard;
        this.container = format.iformat().name().getString();
    }

    /**
     * What the part at the beginning of the file is, if that is not what its decoder is made for:
     * of a short one FFmpeg knows the codec of the next part alone.
     *
     * @return in words; empty if it can be read
     */
    String atBeginning() throws IOException {
        return container.equals("mpegts")
                ? difference(TransportTable.first(file, stream.id(), 0, LOOK))
                : "";
    }

    /**
     * What a part is that begins on the way, if that is not what the decoder is made for.
     *
     * @param from end of the last packet before it
     * @param to its first packet
     * @return in words; empty if the reader may go on, also where the part does not tell
     */
    String between(long from, long to) throws IOException {
        if (container.equals("mpegts")) {
            long begin = Math.max(from, to - LOOK);
            int type = TransportTable.last(file, stream.id(), begin, to);
            return difference(
                    type >= 0 ? type : TransportTable.first(file, stream.id(), to, to + LOOK));
        }
        if (!container.startsWith("matroska")) {
            return "";
        }
        long head = AppendedFile.matroska(file, from, to);
        if (head < 0) {
            return "";
        }
        try (FileParts rest = new FileParts(FileChannel.open(file, StandardOpenOption.READ))) {
            rest.add(head, LOOK);
            return difference(rest);
        }
    }

    private String difference(int type) {
        for (int[] each : TYPES) {
            boolean mpeg1 = codec.codec_id() == AV_CODEC_ID_MPEG1VIDEO;
            int own = mpeg1 ? AV_CODEC_ID_MPEG2VIDEO : codec.codec_id();
            if (each[0] == type && each[1] != own) {
                return other(each[1]);
            }
        }
        return "";
    }

    private String other(int id) {
        return avcodec_get_name(id).getString()
                + " beside "
                + avcodec_get_name(codec.codec_id()).getString();
    }

    private String difference(FileParts rest) throws IOException {
        AVFormatContext part = avformat_alloc_context();
        guard.watch(part);
        try (PartsInput input = new PartsInput(rest, guard)) {
            input.readBy(part);
            try {
                int code =
                        avformat_open_input(
                                part, (BytePointer) null, format.iformat(), (AVDictionary) null);
                boolean known =
                        code >= 0
                                && avformat_find_stream_info(part, (PointerPointer<?>) null) >= 0
                                && part.nb_streams() > stream.index();
                return known ? difference(part.streams(stream.index()).codecpar()) : "";
            } finally {
                avformat_close_input(part);
            }
        }
    }

    private String difference(AVCodecParameters other) {
        if (other.codec_id() == AV_CODEC_ID_NONE) {
            return "";
        }
        if (other.codec_id() != codec.codec_id()) {
            return other(other.codec_id());
        }
        return Arrays.equals(Ffmpeg.head(other), Ffmpeg.head(codec))
                ? ""
                : avcodec_get_name(codec.codec_id()).getString() + " with other parameters";
    }
}
