package org.surgenet.video.file;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Ends FFmpeg's reading of one file when a stop has been asked for or when nothing has come out of
 * the file for too long. FFmpeg asks it between calls of the system; one that does not come back is
 * left to {@link ReadWatch}.
 */
public final class StallGuard implements AutoCloseable {
    // The presets can make ten callbacks in all, so one serves every file and tells them apart by
    // the address that FFmpeg hands back.
    private static final Map<Long, StallGuard> GUARDS = new ConcurrentHashMap<>();
    private static final Callback CALLBACK = new Callback();

    private final BytePointer key = new BytePointer(1L);
    private final ReadWatch watch;
    private volatile long lastSign = System.nanoTime();
    private volatile boolean stalled;

    public StallGuard(ReadWatch watch) {
        this.watch = watch;
        GUARDS.put(key.address(), this);
    }

    public void watch(AVFormatContext format) {
        format.interrupt_callback().callback(CALLBACK);
        format.interrupt_callback().opaque(key);
    }

    /** Something came out of the file. */
    public void signOfLife() {
        lastSign = System.nanoTime();
    }

    /** True if reading was ended because nothing came for too long. */
    public boolean stalled() {
        return stalled;
    }

    boolean mustStop() {
        if (System.nanoTime() - lastSign > watch.limit().toNanos()) {
            stalled = true;
        }
        return stalled || watch.cancellation().requested();
    }

    @Override
    public void close() {
        GUARDS.remove(key.address());
        key.close();
    }

    /** The C function. */
    private static final class Callback extends AVIOInterruptCB.Callback_Pointer {
        @Override
        public int call(Pointer opaque) {
            StallGuard guard = opaque == null ? null : GUARDS.get(opaque.address());
            return guard != null && guard.mustStop() ? 1 : 0;
        }
    }
}
