package org.surgenet.video.naming;

import java.nio.file.Path;

/** The names that SurgeNet's {@code create_SurgeNetXL.py} gives to frames and their folders. */
public final class SurgenetNames {
    /** Frames of one {@code Batch} folder. */
    private static final int BATCH = 10_000;

    private SurgenetNames() {}

    /**
     * What the script calls a video: its file name without all suffixes, as Python's {@code
     * os.path.splitext} takes them off, and with a question mark for each {@code #}.
     */
    public static String video(Path file) {
        String name = file.getFileName().toString();
        int dots = 0;
        while (dots < name.length() && name.charAt(dots) == '.') {
            dots++;
        }
        // Dots at the beginning are no suffix.
        int dot = name.indexOf('.', dots);
        return (dot < 0 ? name : name.substring(0, dot)).replace('#', '?');
    }

    /**
     * The path of a frame below its procedure's folder. What file systems refuse in the video's
     * name, the question mark among it, becomes {@code _}.
     *
     * @param number of the frame in its video, from 0
     * @param sample of the frame among all of the procedure, from 0
     */
    public static String path(String video, long number, long sample) {
        return "Batch"
                + sample / BATCH
                + "/"
                + FileNames.safe(video)
                + "_frame_"
                + number
                + "_Sample"
                + sample
                + ".jpg";
    }
}
