package org.surgenet.image;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.opencv_java;
import org.opencv.core.Core;
import org.opencv.core.CvException;
import org.surgenet.common.UserException;

/** Loads OpenCV's native part once, when first needed: that takes a second or more. */
public final class OpenCv {
    private OpenCv() {}

    /** The holder whose initialisation is the one loading; a failure is kept and told each time. */
    private static final class Native {
        static final Throwable FAILURE = tryLoad();

        private Native() {}

        private static Throwable tryLoad() {
            try {
                Loader.load(opencv_java.class);
                // Loaders already keep every core busy with one image each.
                Core.setNumThreads(1);
                return null;
            } catch (LinkageError | CvException e) {
                return e;
            }
        }
    }

    /**
     * Makes {@code org.opencv} usable; cheap after the first call.
     *
     * @throws UserException if the native libraries for this platform are missing or do not load
     */
    public static void load() {
        if (Native.FAILURE != null) {
            throw new UserException(
                    "OpenCV's native libraries for "
                            + Loader.Detector.getPlatform()
                            + " do not load: "
                            + Native.FAILURE.getMessage()
                            + "; build with -Dnatives="
                            + Loader.Detector.getPlatform()
                            + " or check that the temporary folder allows execution",
                    Native.FAILURE);
        }
    }
}
