package org.surgenet.image;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.opencv.opencv_java;
import org.opencv.core.Core;
import org.opencv.core.CvException;
import org.surgenet.common.LibraryPath;
import org.surgenet.common.UserException;

/** Loads OpenCV's native part once, when first needed. */
public final class OpenCv {
    /**
     * What OpenCV's Java interface is linked with on Linux, each after what it needs itself. The
     * presets would load every module there is, among them the one that opens windows and wants
     * GTK, which servers do not have; and that takes a second.
     */
    private static final List<String> MODULES =
            List.of(
                    "core",
                    "imgproc",
                    "photo",
                    "xphoto",
                    "dnn",
                    "dnn_superres",
                    "img_hash",
                    "saliency",
                    "ml",
                    "text",
                    "phase_unwrapping",
                    "flann",
                    "features2d",
                    "calib3d",
                    "structured_light",
                    "wechat_qrcode",
                    "xfeatures2d",
                    "imgcodecs",
                    "video",
                    "ximgproc",
                    "objdetect",
                    "aruco",
                    "bgsegm",
                    "bioinspired",
                    "face",
                    "tracking",
                    "plot",
                    "videoio");

    private static final List<String> LINEAR_ALGEBRA =
            List.of("libquadmath.so.0", "libgfortran.so.5", "libopenblas.so.0");

    private OpenCv() {}

    /** The holder whose initialisation is the one loading; a failure is kept and told each time. */
    private static final class Native {
        static final Throwable FAILURE = tryLoad();

        private Native() {}

        private static Throwable tryLoad() {
            try {
                if (Loader.getPlatform().startsWith("linux")) {
                    loadModules();
                } else {
                    Loader.load(opencv_java.class);
                }
                // Loaders already keep every core busy with one image each.
                Core.setNumThreads(1);
                return null;
            } catch (IOException | LinkageError | CvException e) {
                return e;
            }
        }

        private static void loadModules() throws IOException {
            for (String library : LINEAR_ALGEBRA) {
                File file = find(openblas.class, "openblas", library);
                // Not every platform has every one.
                if (file != null) {
                    System.load(file.getPath());
                }
            }
            String version = ".so." + Core.VERSION_MAJOR + Core.VERSION_MINOR;
            for (String module : MODULES) {
                load("libopencv_" + module + version);
            }
            load("libopencv_java.so");
        }

        private static void load(String name) throws IOException {
            File file = find(opencv_java.class, "opencv", name);
            if (file == null) {
                throw new UnsatisfiedLinkError("there is no " + name);
            }
            System.load(file.getPath());
        }

        /** Unpacked in the distribution, or from the presets' jar through their cache. */
        private static File find(Class<?> beside, String folder, String name) throws IOException {
            Path unpacked = LibraryPath.find(name);
            if (unpacked != null) {
                return unpacked.toFile();
            }
            String resource = "/org/bytedeco/" + folder + "/" + Loader.getPlatform() + "/" + name;
            return beside.getResource(resource) == null
                    ? null
                    : Loader.cacheResource(beside, resource);
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
