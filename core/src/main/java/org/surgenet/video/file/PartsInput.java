package org.surgenet.video.file;

import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FORCE;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_SIZE;
import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avio_context_free;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EINVAL;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EIO;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EXIT;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.ffmpeg.FfmpegException;

/** Gives FFmpeg the parts of a file as the file that it reads and seeks in. */
public final class PartsInput implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final int WHENCE_START = 0;
    private static final int WHENCE_HERE = 1;
    private static final int WHENCE_END = 2;

    // One for every file, since the presets can make ten of a kind: see StallGuard.
    private static final Map<Long, PartsInput> INPUTS = new ConcurrentHashMap<>();
    private static final Read READ = new Read();
    private static final Seek SEEK = new Seek();

    private final BytePointer key = new BytePointer(1L);
    private final FileParts parts;
    private final StallGuard guard;
    private final AVIOContext context;
    private long at;

    /**
     * @param guard asked before each reading
     */
    public PartsInput(FileParts parts, StallGuard guard) throws FfmpegException {
        this.parts = parts;
        this.guard = guard;
        BytePointer buffer =
                new BytePointer(Ffmpeg.notNull(av_malloc(BUFFER), "reading its parts"));
        this.context =
                Ffmpeg.notNull(
                        avio_alloc_context(buffer, BUFFER, 0, key, READ, null, SEEK),
                        "reading its parts");
        INPUTS.put(key.address(), this);
    }

    /** Must come before the format is opened. */
    public void readBy(AVFormatContext format) {
        format.pb(context);
    }

    private int read(BytePointer into, int length) {
        if (guard.mustStop()) {
            return AVERROR_EXIT();
        }
        try {
            ByteBuffer bytes = new BytePointer(into).capacity(length).asByteBuffer();
            int n = parts.read(bytes, at);
            if (n < 0) {
                return AVERROR_EOF();
            }
            at += n;
            return n;
        } catch (IOException e) {
            return AVERROR_EIO();
        }
    }

    private long seek(long offset, int whence) {
        if ((whence & AVSEEK_SIZE) != 0) {
            return parts.size();
        }
        long target =
                switch (whence & ~AVSEEK_FORCE) {
                    case WHENCE_START -> offset;
                    case WHENCE_HERE -> at + offset;
                    case WHENCE_END -> parts.size() + offset;
                    default -> -1;
                };
        if (target < 0) {
            return AVERROR_EINVAL();
        }
        at = target;
        return at;
    }

    /** The format must have been closed; the parts stay open. */
    @Override
    public void close() {
        INPUTS.remove(key.address());
        // FFmpeg may have put another buffer in the place of the first one.
        av_free(context.buffer());
        avio_context_free(context);
        key.close();
    }

    private static PartsInput of(Pointer opaque) {
        return opaque == null ? null : INPUTS.get(opaque.address());
    }

    /** The C function that reads. */
    private static final class Read extends Read_packet_Pointer_BytePointer_int {
        @Override
        public int call(Pointer opaque, BytePointer into, int length) {
            PartsInput input = of(opaque);
            return input == null ? AVERROR_EIO() : input.read(into, length);
        }
    }

    /** The C function that seeks, and tells the size. */
    private static final class Seek extends Seek_Pointer_long_int {
        @Override
        public long call(Pointer opaque, long offset, int whence) {
            PartsInput input = of(opaque);
            return input == null ? AVERROR_EIO() : input.seek(offset, whence);
        }
    }
}
