package org.surgenet.video.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.av_log_get_level;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;

import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.javacpp.BytePointer;

/**
 * What a decoder logs as errors. Many errors it makes up for, with a part of the picture before or
 * with whatever memory holds, and tells of it neither by a return code nor on the frame: only its
 * log has them. Each decoder has one of these, which hears what is logged on the thread that is
 * between {@link #enter} and {@link #leave}; nobody hears anything else that FFmpeg logs.
 */
public final class ErrorLog {
    private static final ThreadLocal<ErrorLog> LISTENING = new ThreadLocal<>();

    /** FFmpeg's prefix: a component and its address in memory. */
    private static final Pattern PREFIX = Pattern.compile("^(\\[[^]]*] *)+");

    /** FFmpeg does not keep it alive. */
    private static final LogCallback CALLBACK = new Callback();

    private long count;
    private String first;
    private boolean inLine;

    /** Makes FFmpeg log errors, and to here alone; nothing is printed. */
    static void install() {
        setLogCallback(CALLBACK);
        av_log_set_level(AV_LOG_ERROR);
    }

    /** Begins to listen to the calling thread. */
    public void enter() {
        LISTENING.set(this);
    }

    /** Ends listening. */
    public void leave() {
        LISTENING.remove();
    }

    /** How many errors were logged. */
    public long count() {
        return count;
    }

    /** The first error in FFmpeg's words; null if there is none. */
    public String first() {
        return first;
    }

    private void add(String line) {
        // A line may come in pieces, of which the last one ends it.
        count += inLine ? 0 : 1;
        inLine = !line.endsWith("\n");
        first = first == null ? PREFIX.matcher(line).replaceFirst("").strip() : first;
    }

    /** The C function. */
    private static final class Callback extends LogCallback {
        @Override
        public void call(int level, BytePointer message) {
            ErrorLog log = LISTENING.get();
            if (log != null && level <= av_log_get_level()) {
                log.add(message.getString());
            }
        }
    }
}
