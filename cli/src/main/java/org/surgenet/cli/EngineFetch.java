package org.surgenet.cli;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.common.UserException;
import org.surgenet.engine.EngineInfo;

/**
 * Downloads the engine's CUDA build. The engine itself does that when it is loaded without its CPU
 * build on the class path and with the network allowed, which here holds for this once.
 */
final class EngineFetch {
    private static final String FLAVOUR = EngineSetup.CUDA_FLAVOUR;

    private EngineFetch() {}

    /**
     * Fetches and returns the folder of the libraries.
     *
     * @throws UserException if the download does not succeed
     */
    static Path fetch() throws IOException, ReflectiveOperationException {
        System.setProperty("ai.djl.offline", "false");
        System.setProperty("PYTORCH_FLAVOR", FLAVOUR);
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        Path cache = cache();
        Throwable failure = null;
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(engineJars(), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            loader.loadClass("ai.djl.engine.Engine").getMethod("getInstance").invoke(null);
        } catch (InvocationTargetException e) {
            failure = e.getCause();
            while (failure.getCause() != null) {
                failure = failure.getCause();
            }
        } finally {
            thread.setContextClassLoader(before);
        }
        // Loading may fail where there is no GPU driver; what counts is that the files are there.
        if (Files.isDirectory(cache)) {
            try (DirectoryStream<Path> found =
                    Files.newDirectoryStream(cache, "*" + FLAVOUR + "*")) {
                for (Path folder : found) {
                    if (Files.exists(folder.resolve(System.mapLibraryName("torch_cuda")))) {
                        return folder;
                    }
                }
            }
        }
        throw new UserException(
                "the CUDA build of the engine could not be downloaded ("
                        + failure
                        + "); without a network, copy a libtorch to this machine and name its"
                        + " folder in PYTORCH_LIBRARY_PATH",
                failure);
    }

    /**
     * The engine's own cache, which the download goes to.
     *
     * @throws UserException where the engine would choose the shared temporary folder, in which
     *     anyone could place libraries
     */
    static Path cache() {
        boolean named =
                System.getenv("DJL_CACHE_DIR") != null || System.getenv("ENGINE_CACHE_DIR") != null;
        Path home = Path.of(System.getProperty("user.home"));
        if (!named && !Files.isWritable(home)) {
            throw new UserException(
                    home
                            + ": cannot be written; name a folder for the engine in the environment"
                            + " variable DJL_CACHE_DIR");
        }
        return EngineInfo.cache();
    }

    /** The class path without the CPU build, and without what configures logging. */
    private static URL[] engineJars() throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            jars.add(Path.of(entry).toAbsolutePath());
        }
        // The distribution names one jar, whose manifest names the others beside it.
        if (jars.size() == 1) {
            try (DirectoryStream<Path> beside =
                    Files.newDirectoryStream(jars.remove(0).getParent(), "*.jar")) {
                beside.forEach(jars::add);
            }
        }
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            String name = jar.getFileName().toString();
            if (name.endsWith(".jar")
                    && !name.startsWith("surgenet-")
                    && !name.startsWith("pytorch-native-cpu")
                    && !name.startsWith("logback-")) {
                urls.add(jar.toUri().toURL());
            }
        }
        return urls.toArray(new URL[0]);
    }
}
