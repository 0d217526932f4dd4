package org.surgenet.cli;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;
import org.opencv.core.Core;
import org.surgenet.common.LibraryPath;
import org.surgenet.image.OpenCv;
import org.surgenet.video.Ffmpeg;

/** What works on this machine, part by part. */
final class Diagnosis {
    /**
     * One line of the diagnosis.
     *
     * @param part such as "FFmpeg"
     * @param works false if surgenet cannot do its work with it
     * @param detail its version, or what went wrong
     */
    record Finding(String part, boolean works, String detail) {
        String line() {
            return String.format(
                    Locale.ROOT, "%-6s %-10s %s", works ? "ok" : "FAILED", part, detail);
        }
    }

    private Diagnosis() {}

    static List<Finding> all() {
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding("surgenet", true, Version.VERSION));
        findings.add(check("Java", Diagnosis::java));
        findings.add(check("machine", Diagnosis::machine));
        findings.add(check("FFmpeg", Diagnosis::ffmpeg));
        findings.add(check("OpenCV", Diagnosis::openCv));
        findings.add(check("PyTorch", Diagnosis::pyTorch));
        findings.add(check("caches", Diagnosis::caches));
        return findings;
    }

    private static Finding check(String part, Callable<String> test) {
        try {
            return new Finding(part, true, test.call());
        } catch (Exception | LinkageError e) {
            // Any failure is the answer to the question that the command was asked.
            Throwable root = e;
            while (root.getCause() != null && !namesLibrary(root)) {
                root = root.getCause();
            }
            String cause = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
            return new Finding(part, false, root.getClass().getSimpleName() + ": " + cause);
        }
    }

    /** Whether these are the linker's words on what is missing; causes below know less. */
    private static boolean namesLibrary(Throwable failure) {
        return failure.getMessage() != null
                && failure.getMessage().contains("cannot open shared object file");
    }

    private static String java() {
        return String.format(
                Locale.ROOT,
                "%s %s in %s, heap up to %d MiB",
                System.getProperty("java.vendor"),
                System.getProperty("java.version"),
                System.getProperty("java.home"),
                Runtime.getRuntime().maxMemory() >> 20);
    }

    private static String machine() {
        var os =
                (com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean();
        return String.format(
                Locale.ROOT,
                "%s %s, %d processors, memory %d MiB (%d MiB free)",
                System.getProperty("os.name"),
                Loader.getPlatform(),
                Runtime.getRuntime().availableProcessors(),
                os.getTotalMemorySize() >> 20,
                os.getFreeMemorySize() >> 20);
    }

    private static String ffmpeg() {
        Ffmpeg.load();
        String version = avutil.av_version_info().getString();
        if (avcodec.avcodec_find_decoder_by_name("h264") == null) {
            throw new IllegalStateException("version " + version + " has no H.264 decoder");
        }
        return version + ", " + avutil.avutil_license().getString();
    }

    private static String openCv() {
        OpenCv.load();
        return Core.VERSION;
    }

    private static String pyTorch() {
        Engine engine = Engine.getInstance();
        try (NDManager manager = engine.newBaseManager()) {
            NDArray one = manager.ones(new ai.djl.ndarray.types.Shape(2, 2));
            float sum = one.matMul(one).sum().getFloat();
            if (sum != 8) {
                throw new IllegalStateException("a sum is " + sum + " instead of 8");
            }
        }
        int gpus = engine.getGpuCount();
        return engine.getVersion()
                + (gpus == 0
                        ? ", no GPU seen; a CUDA build of libtorch is taken from"
                                + " PYTORCH_LIBRARY_PATH or made ready by 'surgenet doctor"
                                + " --fetch-engine'"
                        : ", " + gpus + " GPU(s)");
    }

    /** Where the engine's native libraries are unpacked. */
    static Path engineCache() {
        return Utils.getEngineCacheDir("pytorch");
    }

    /** A cache that holds the libraries need not be written again, as in a container's image. */
    private static String caches() throws IOException {
        List<String> texts = new ArrayList<>();
        List<Path> caches = new ArrayList<>(List.of(engineCache()));
        if (LibraryPath.find("libjniavutil.so") == null) {
            // The libraries of FFmpeg and OpenCV are in their jars.
            caches.add(Loader.getCacheDir().toPath());
        }
        for (Path cache : caches) {
            Files.createDirectories(cache);
            if (Files.isWritable(cache)) {
                long free = cache.toFile().getUsableSpace() >> 20;
                texts.add(cache + " (" + free + " MiB free)");
            } else if (isFilled(cache)) {
                texts.add(cache + " (filled, read only)");
            } else {
                throw new IOException(cache + " cannot be written");
            }
        }
        return String.join(", ", texts);
    }

    private static boolean isFilled(Path cache) throws IOException {
        try (Stream<Path> entries = Files.list(cache)) {
            return entries.anyMatch(entry -> Files.isDirectory(entry) && Files.isExecutable(entry));
        }
    }
}
