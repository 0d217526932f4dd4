package org.surgenet.engine;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Properties;

/** What the engine is and where its libraries lie. */
public final class EngineInfo {
    private EngineInfo() {}

    /** Loads the engine, if it is not loaded yet. */
    public static void load() {
        Engine.getInstance();
    }

    /** The version of libtorch, as it is loaded. */
    public static String version() {
        return Engine.getInstance().getVersion();
    }

    /** How many GPUs the engine sees. */
    public static int gpus() {
        return Engine.getInstance().getGpuCount();
    }

    /** The folder of libtorch's libraries. */
    public static Path libtorch() {
        return Path.of(LibUtils.getLibtorchPath());
    }

    /** The version of libtorch that the engine's Java part was built for, such as 2.7.1. */
    public static String neededLibtorch() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Engine.class.getResourceAsStream("/pytorch-engine.properties")) {
            properties.load(in);
        }
        return properties.getProperty("pytorch_version");
    }

    /** The folder that the engine downloads its libraries to. */
    public static Path cache() {
        return Utils.getEngineCacheDir("pytorch");
    }
}
