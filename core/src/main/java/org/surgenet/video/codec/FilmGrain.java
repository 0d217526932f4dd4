package org.surgenet.video.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AV1;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.javacpp.BytePointer;

/**
 * Lets one decoder at a time add film grain to AV1. libaom, which decodes it here, draws the grain
 * with a generator and tables that all decoders of a process share (grain_synthesis.c): two at once
 * give wrong pixels, other ones in each run. Streams without grain do not wait. One object for each
 * decoder.
 */
public final class FilmGrain {
    private static final ReentrantLock LOCK = new ReentrantLock();

    private final boolean possible;
    private boolean announced;

    public FilmGrain(int codec, byte[] head) {
        possible = codec == AV_CODEC_ID_AV1;
        if (possible && head.length > 0) {
            look(Av1Unit.inHead(ByteBuffer.wrap(head)));
        }
    }

    /** To be called before a packet is decoded, or null at the end; then {@link #leave}. */
    public void enter(AVPacket packet) {
        if (possible && !announced && packet != null && packet.data() != null) {
            look(new BytePointer(packet.data()).capacity(packet.size()).asByteBuffer());
        }
        if (announced) {
            LOCK.lock();
        }
    }

    /** Afterwards. */
    public void leave() {
        if (announced) {
            LOCK.unlock();
        }
    }

    private void look(ByteBuffer data) {
        try {
            for (Av1Unit unit : Av1Unit.of(data)) {
                announced |= unit.announcesGrain(data);
            }
        } catch (UnclearStreamException | IndexOutOfBoundsException e) {
            // What cannot be read may have grain.
            announced = true;
        }
    }
}
