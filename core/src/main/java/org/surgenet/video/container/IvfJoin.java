package org.surgenet.video.container;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avformat.avio_seek;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.surgenet.video.file.FileParts;

/**
 * IVF files that are joined. Behind the last picture of the first FFmpeg takes the second one's
 * head for the head of a picture of a thousand megabytes, shown in thousands of years.
 */
final class IvfJoin {
    private static final int HEAD = 32;

    /** The letters DKIF. */
    private static final int MARK = 0x444B4946;

    /** Version, length, codec, size, and rate; then comes the number of pictures. */
    private static final int SAME = 24;

    /**
     * The mark as FFmpeg takes it for the size of a picture, which is mostly cut off by the end.
     */
    private static final int SIZE = 0x46494B44;

    private IvfJoin() {}

    private static boolean isIvf(AVFormatContext format) {
        return format.iformat().name().getString().equals("ivf");
    }

    /** What a packet is. */
    enum Found {
        PICTURE,
        /** The head of another file; reading goes on behind it. */
        GOES_ON,
        /** The head of a file with another codec, size or rate. */
        OTHER
    }

    /** Looks at a packet as FFmpeg has read it. */
    static Found look(Path file, AVFormatContext format, AVPacket packet) throws IOException {
        boolean cutOff = (packet.flags() & AV_PKT_FLAG_CORRUPT) != 0 || packet.size() == SIZE;
        if (!cutOff || packet.pos() < HEAD || !isIvf(format)) {
            return Found.PICTURE;
        }
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        ByteBuffer first = ByteBuffer.allocate(HEAD);
        try (FileParts whole = FileParts.whole(file)) {
            whole.read(head, packet.pos());
            if (head.position() < HEAD || head.getInt(0) != MARK) {
                return Found.PICTURE;
            }
            whole.read(first, 0);
        }
        boolean same = head.slice(0, SAME).equals(first.slice(0, SAME));
        return same && avio_seek(format.pb(), packet.pos() + HEAD, 0) >= 0
                ? Found.GOES_ON
                : Found.OTHER;
    }
}
