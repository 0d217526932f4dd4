package org.surgenet.cli;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Processors;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.engine.EngineInfo;

/**
 * The engine's settings, which it reads when it is loaded: which libtorch, how many threads, no
 * network, no usage reports. What the user set stays.
 *
 * <p>The distribution has the engine's libraries unpacked, in the layout of the engine's own cache,
 * so that nothing is unpacked at run time and nothing outside the distribution is loaded. A
 * libtorch of the user's, from {@code PYTORCH_LIBRARY_PATH}, takes the place of ours; the library
 * that connects it to Java lies in the distribution for the CPU and for CUDA.
 */
final class EngineSetup {
    /** Set by the launcher: the folder of the engine's libraries in the distribution. */
    static final String FOLDER = "surgenet.engine";

    static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";

    /** The only CUDA build that the engine's Java part comes with. */
    static final String CUDA_FLAVOUR = "cu128";

    private static final String CPU_FLAVOUR = "cpu";
    private static final String FLAVOUR = "PYTORCH_FLAVOR";
    private static final String CACHE = "ENGINE_CACHE_DIR";
    private static final String THREADS = "ai.djl.pytorch.num_threads";

    private static final Logger LOG = LoggerFactory.getLogger(EngineSetup.class);

    /** {@code c10::initLogging()}, as the C++ compilers of Linux and macOS call it. */
    private static final String INIT_LOGGING = "_ZN3c1011initLoggingEv";

    private static volatile boolean loaded;

    private EngineSetup() {}

    /** Adds to {@code record} what the engine's rounding depends on, once the engine is loaded. */
    static void describe(RunRecord record) {
        if (loaded) {
            record.section("engine")
                    .put("threads", threads())
                    .put("reproducible_kernels", System.getenv("MKL_CBWR"));
        }
    }

    /** Sets what does not depend on files; loads no class of the engine. */
    static void prepare() {
        setDefault("ai.djl.offline", "true");
        setDefault("OPT_OUT_TRACKING", "true");
        if (System.getenv("OMP_NUM_THREADS") == null) {
            setDefault(THREADS, Integer.toString(Processors.available()));
        }
    }

    /**
     * Loads the engine.
     *
     * @throws UserException if {@code PYTORCH_LIBRARY_PATH} names no libtorch, or one of another
     *     version
     */
    static void load() {
        locate(System.getenv());
        EngineInfo.load();
        loaded = true;
        applyLogLevel();
        int processors = Processors.available();
        if (threads() > processors) {
            LOG.warn(
                    "the engine computes with {} on {}, which makes it slower; set"
                            + " OMP_NUM_THREADS={}",
                    Words.counted(threads(), "thread"),
                    Words.counted(processors, "processor"),
                    processors);
        }
    }

    /** Threads that the engine computes with. */
    static int threads() {
        String given = System.getenv("OMP_NUM_THREADS");
        int threads = threads(given == null ? System.getProperty(THREADS, "") : given);
        return threads > 0 ? threads : Processors.available();
    }

    /**
     * The threads that a value of {@code OMP_NUM_THREADS} asks for: OpenMP takes a list, a number
     * for each level of nesting. 0 for a value that it does not take.
     */
    static int threads(String value) {
        try {
            return Math.max(0, Integer.parseInt(value.split(",", 2)[0].strip()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Tells the engine where its libraries are. */
    static void locate(Map<String, String> environment) {
        String folder = System.getProperty(FOLDER);
        Path cache = folder == null ? null : Path.of(folder);
        if (cache != null) {
            setDefault(CACHE, cache.toString());
        }
        String given = environment.get(LIBRARY_PATH);
        if (given == null && cache != null) {
            given = own(cache.resolve("pytorch")).toString();
            setDefault(LIBRARY_PATH, given);
        }
        if (given != null) {
            Path libtorch = libtorch(given);
            requireVersion(libtorch);
            boolean cuda = Files.exists(libtorch.resolve(System.mapLibraryName("torch_cuda")));
            setDefault(FLAVOUR, cuda ? CUDA_FLAVOUR : CPU_FLAVOUR);
        }
    }

    /** The folder of our own libtorch, named as the engine names it in its cache. */
    private static Path own(Path cache) {
        try (var folders = Files.newDirectoryStream(cache, "*-" + CPU_FLAVOUR + "-*")) {
            for (Path folder : folders) {
                return folder;
            }
        } catch (IOException e) {
            throw incomplete(cache, e);
        }
        throw incomplete(cache, null);
    }

    private static UserException incomplete(Path cache, IOException cause) {
        return new UserException(
                cache + ": the engine's libraries are missing; unpack the distribution again",
                cause);
    }

    /** The first folder of the path that has a libtorch. */
    private static Path libtorch(String path) {
        String name = System.mapLibraryName("torch");
        for (String entry : path.split(System.getProperty("path.separator"))) {
            Path folder = Path.of(entry);
            if (folder.endsWith(name) && Files.isRegularFile(folder)) {
                return folder.toAbsolutePath().getParent();
            }
            if (Files.isRegularFile(folder.resolve(name))) {
                return folder.toAbsolutePath();
            }
        }
        throw new UserException(
                LIBRARY_PATH
                        + " is '"
                        + path
                        + "', but there is no "
                        + name
                        + " in it; name the folder lib of a libtorch, or unset the variable");
    }

    /**
     * The library that connects libtorch to Java fits one version; with another the process would
     * end without a message. A libtorch as it is published says its version beside its libraries.
     */
    private static void requireVersion(Path libtorch) {
        Path file = libtorch.resolveSibling("build-version");
        if (!Files.isRegularFile(file)) {
            return;
        }
        try {
            String version = Files.readString(file).strip();
            String needed = EngineInfo.neededLibtorch();
            if (!version.equals(needed) && !version.startsWith(needed + "+")) {
                throw new UserException(
                        String.format(
                                "%s: this is libtorch %s, but surgenet needs %s",
                                libtorch, version, needed));
            }
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The engine's own messages on standard error. libtorch reads TORCH_CPP_LOG_LEVEL only where
     * Python starts it; here it is told to, so that its warnings about itself stay away (the
     * launcher sets the variable to ERROR unless the user did).
     */
    private static void applyLogLevel() {
        Path library = EngineInfo.libtorch().resolve(System.mapLibraryName("c10"));
        try {
            NativeLibrary.getInstance(library.toString())
                    .getFunction(INIT_LOGGING)
                    .invokeVoid(new Object[0]);
        } catch (UnsatisfiedLinkError e) {
            // Another build of libtorch may hide it; then its warnings are shown.
            LOG.debug("{}: {}", library, e.getMessage());
        }
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
