package org.surgenet.cli;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's own messages on standard error. libtorch reads TORCH_CPP_LOG_LEVEL only where Python
 * starts it; here it is told to, so that its warnings about itself stay away (the launcher sets the
 * variable to ERROR unless the user did).
 */
final class EngineLog {
    private static final Logger LOG = LoggerFactory.getLogger(EngineLog.class);

    /** {@code c10::initLogging()}, as the C++ compilers of Linux and macOS call it. */
    private static final String INIT_LOGGING = "_ZN3c1011initLoggingEv";

    private EngineLog() {}

    /** Loads the engine and applies the variable. */
    static void prepare() {
        Engine.getInstance();
        Path library = Path.of(LibUtils.getLibtorchPath()).resolve(System.mapLibraryName("c10"));
        try {
            NativeLibrary.getInstance(library.toString())
                    .getFunction(INIT_LOGGING)
                    .invokeVoid(new Object[0]);
        } catch (UnsatisfiedLinkError e) {
            // Another build of libtorch may hide it; then its warnings are shown.
            LOG.debug("{}: {}", library, e.getMessage());
        }
    }
}
