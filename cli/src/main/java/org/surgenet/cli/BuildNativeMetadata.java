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
import java.util.Set;
import java.util.TreeSet;
import org.surgenet.common.Json;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Makes, when the program is built, what a native executable of {@link ExtractMain} must know of
 * reflection: the command's own classes, and FFmpeg's structures from the presets' lists. These
 * lack that native code allocates the structures without a constructor, and name much that
 * extraction does not need; so the executable is built with this instead of them. Not used at run
 * time.
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

    private BuildNativeMetadata() {}

    /**
     * @param args the folder to write to, which goes on the builder's class path, and the platform,
     *     such as linux-x86_64
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0], "META-INF", "native-image", "org.surgenet", "extract");
        ArrayNode reflection = presets(args[1], "reflect-config.json");
        for (String name : commandClasses()) {
            // Methods may be looked at but not called: calling would bring in all they can reach.
            reflection
                    .addObject()
                    .put("name", name)
                    .put("allDeclaredFields", true)
                    .put("allDeclaredConstructors", true)
                    .put("queryAllDeclaredMethods", true);
        }
        Json.write(folder.resolve("reflect-config.json"), reflection);
        Json.write(folder.resolve("jni-config.json"), presets(args[1], "jni-config.json"));
        ObjectNode resources = Json.object();
        resources
                .putObject("resources")
                .putArray("includes")
                .addObject()
                .put("pattern", "org/surgenet/cli/" + Version.FILE.replace(".", "\\."));
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

    /** The classes whose annotated fields make up the command line. */
    private static Set<String> commandClasses() {
        Set<String> names = new TreeSet<>();
        names.add(Version.class.getName());
        CommandLine program = Main.commandLine(List.of(ExtractFramesCommand.class), new String[0]);
        add(program.getCommandSpec(), names);
        program.getSubcommands().values().forEach(c -> add(c.getCommandSpec(), names));
        return names;
    }

    private static void add(CommandSpec spec, Set<String> names) {
        for (Class<?> type = spec.userObject().getClass();
                type != null && type != Object.class;
                type = type.getSuperclass()) {
            names.add(type.getName());
        }
        spec.mixins().values().forEach(mixin -> add(mixin, names));
    }
}
