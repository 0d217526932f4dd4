package org.surgenet.video.store;

import java.util.Locale;
import org.surgenet.common.Require;

/**
 * How a video's frames are put together into archives, in place of single files.
 *
 * @param kind of archive
 * @param frames in one archive at most; a video's last one has fewer, and no archive holds frames
 *     of two videos
 */
public record Packing(Kind kind, int frames) {
    /** Frames in one archive unless told otherwise. */
    public static final int FRAMES = 10_000;

    /** Kinds of archives. */
    public enum Kind {
        /** POSIX tar, as WebDataset reads it. */
        TAR,
        /** Zip, its members stored without compression. */
        ZIP;

        /** The suffix of file names, without the dot. */
        public String suffix() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Packing {
        Require.atLeast(1, "pack-frames", frames);
    }
}
