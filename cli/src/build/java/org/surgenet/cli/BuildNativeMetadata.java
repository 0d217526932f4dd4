package org.surgenet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.common.Json;
import picocli.codegen.aot.graalvm.ReflectionConfigGenerator;

/**
 * Makes, when the program is built, what a native executable of {@link ExtractMain} must know of
 * reflection: the classes that declare its options, as picocli finds them, and FFmpeg's structures
 * from the presets' lists. These lack that native code allocates the structures without a
 * constructor, and name much that extraction does not need; so the executable is built with this
 * instead of them. Not used at run time.
 */
public final class BuildNativeMetadata {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The libraries in use; avdevice would need the window system's, avfilter is not needed. */
    private static final List<String> LIBRARIES =
            List.of(
                    "jnijavacpp",
                    "jniavutil",
                    "jniswresample",
                    "jniavcodec",
                    "jniavformat",
                    "jniswscale");

    /** Read at run time: our version, and those that the presets compare. */
    private static final List<String> RESOURCES =
            List.of(
                    "org/surgenet/cli/" + Version.FILE.replace(".", "\\."),
                    "META-INF/maven/org\\.bytedeco/(javacpp|ffmpeg)/pom\\.properties");

    private BuildNativeMetadata() {}

    /**
     * @param args the folder to write to, which goes on the builder's class path, and the platform,
     *     such as linux-x86_64
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0], "META-INF", "native-image", "org.surgenet", "extract");
        ArrayNode reflection = presets(args[1], "reflect-config.json");
        String command =
                ReflectionConfigGenerator.generateReflectionConfig(
                        ExtractMain.commandLine().getCommandSpec());
        MAPPER.readTree(command).forEach(reflection::add);
        Json.write(folder.resolve("reflect-config.json"), reflection);
        Json.write(folder.resolve("jni-config.json"), presets(args[1], "jni-config.json"));
        ObjectNode resources = Json.object();
        ArrayNode includes = resources.putObject("resources").putArray("includes");
        for (String pattern : RESOURCES) {
            includes.addObject().put("pattern", pattern);
        }
        Json.write(folder.resolve("resource-config.json"), resources);
    }

    /** The presets' lists of one kind, joined, with structures that native code may allocate. */
    private static ArrayNode presets(String platform, String file) throws IOException {
        Map<String, ObjectNode> entries = new LinkedHashMap<>();
        for (String library : LIBRARIES) {
            String resource = "META-INF/native-image/" + platform + "/" + library + "/" + file;
            List<URL> lists =
                    Collections.list(
                            BuildNativeMetadata.class.getClassLoader().getResources(resource));
            if (lists.isEmpty()) {
                throw new IOException("the presets of " + platform + " have no " + resource);
            }
            for (URL list : lists) {
                try (InputStream in = list.openStream()) {
                    for (JsonNode node : MAPPER.readTree(in)) {
                        ObjectNode entry =
                                entries.computeIfAbsent(
                                        node.get("name").asText(), name -> Json.object());
                        entry.setAll((ObjectNode) node);
                        if (node.get("name").asText().startsWith("org.bytedeco.")) {
                            entry.put("unsafeAllocated", true);
                        }
                    }
                }
            }
        }
        ArrayNode all = MAPPER.createArrayNode();
        entries.values().forEach(all::add);
        return all;
    }
}
