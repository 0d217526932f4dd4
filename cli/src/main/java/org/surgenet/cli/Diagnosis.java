package org.surgenet.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;
import org.opencv.core.Core;
import org.surgenet.common.LibraryPath;
import org.surgenet.common.Processors;
import org.surgenet.common.Words;
import org.surgenet.engine.EngineInfo;
import org.surgenet.image.OpenCv;
import org.surgenet.video.ffmpeg.Ffmpeg;

/** What works on this machine, part by part. */
final class Diagnosis {
    /**
     * One line of the diagnosis.
     *
     * @param part such as "FFmpeg"
     * @param state whether surgenet can do its work with it
     * @param detail its version, or what is wrong
     */
    record Finding(String part, State state, String detail) {
        String line() {
            return String.format(Locale.ROOT, "%-6s %-10s %s", state.word, part, detail);
        }
    }

    /** How a part is found. */
    enum State {
        WORKS("ok"),
        /** It works, but worse than it could. */
        DOUBTFUL("warn"),
        FAILED("FAILED");

        private final String word;

        State(String word) {
            this.word = word;
        }
    }

    private Diagnosis() {}

    static List<Finding> all() {
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding("surgenet", State.WORKS, Version.VERSION));
        findings.add(check("Java", Diagnosis::java));
        findings.add(check("machine", Diagnosis::machine));
        findings.add(check("FFmpeg", Diagnosis::ffmpeg));
        findings.add(check("OpenCV", Diagnosis::openCv));
        findings.add(check("PyTorch", Diagnosis::pyTorch));
        findings.add(
                threads(
                        System.getenv("OMP_NUM_THREADS"),
                        EngineSetup.threads(),
                        Processors.available()));
        findings.add(check("libraries", Diagnosis::libraries));
        return findings;
    }

    private static Finding check(String part, Callable<String> test) {
        try {
            return new Finding(part, State.WORKS, test.call());
        } catch (Exception | LinkageError e) {
            // Any failure is the answer to the question that the command was asked.
            Throwable root = e;
            while (root.getCause() != null && !namesLibrary(root)) {
                root = root.getCause();
            }
            String cause = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
            return new Finding(part, State.FAILED, root.getClass().getSimpleName() + ": " + cause);
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
                "%s %s, %s, memory %d MiB (%d MiB free)",
                System.getProperty("os.name"),
                Loader.getPlatform(),
                Words.counted(Processors.available(), "processor"),
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
        EngineSetup.load();
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray one = manager.ones(new ai.djl.ndarray.types.Shape(2, 2));
            float sum = one.matMul(one).sum().getFloat();
            if (sum != 8) {
                throw new IllegalStateException("a sum is " + sum + " instead of 8");
            }
        }
        int gpus = EngineInfo.gpus();
        return EngineInfo.version()
                + (gpus == 0
                        ? ", no GPU seen; a CUDA build of libtorch is taken from"
                                + " PYTORCH_LIBRARY_PATH or made ready by 'surgenet doctor"
                                + " --fetch-engine'"
                        : ", " + gpus + " GPU(s)");
    }

    /**
     * The engine's threads. More of them than processors make every step slower: each waits for
     * others that have no processor to run on.
     *
     * @param asked the value of {@code OMP_NUM_THREADS}; null if it is not set
     */
    static Finding threads(String asked, int threads, int processors) {
        String text = Words.counted(threads, "thread") + " of the engine";
        if (asked != null && EngineSetup.threads(asked) == 0) {
            return new Finding(
                    "threads",
                    State.DOUBTFUL,
                    "OMP_NUM_THREADS="
                            + asked
                            + " is not a number of threads and is ignored; unset it, or set"
                            + " OMP_NUM_THREADS="
                            + processors);
        }
        if (threads > processors) {
            return new Finding(
                    "threads",
                    State.DOUBTFUL,
                    text
                            + ", more than the "
                            + Words.counted(processors, "processor")
                            + " of this process; set OMP_NUM_THREADS="
                            + processors);
        }
        String kernels = System.getenv("MKL_CBWR");
        if ("OFF".equalsIgnoreCase(kernels)) {
            return new Finding(
                    "threads",
                    State.DOUBTFUL,
                    text + "; MKL_CBWR=OFF: results may differ between runs; unset it");
        }
        return new Finding(
                "threads",
                State.WORKS,
                text
                        + (kernels == null
                                ? "; MKL_CBWR is not set: results may differ between runs"
                                : "; reproducible kernels, MKL_CBWR=" + kernels));
    }

    /** Where the native libraries are loaded from. */
    private static String libraries() throws IOException {
        List<String> texts = new ArrayList<>();
        texts.add("PyTorch in " + EngineInfo.libtorch());
        Path unpacked = LibraryPath.find(System.mapLibraryName("jniavutil"));
        if (unpacked != null) {
            texts.add("FFmpeg in " + unpacked.getParent());
        } else {
            // Outside the distribution FFmpeg and OpenCV are unpacked from their jars.
            Path cache = Loader.getCacheDir().toPath();
            Files.createDirectories(cache);
            if (!Files.isWritable(cache)) {
                throw new IOException(cache + " cannot be written");
            }
            texts.add("FFmpeg unpacked to " + cache);
        }
        return String.join(", ", texts);
    }
}
