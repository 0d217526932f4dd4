package org.surgenet;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of the test tree in a JVM of their own: to be killed, launched in ranks, or watched. */
public final class JavaProcess {
    private JavaProcess() {}

    /** The command line; one thread of the engine, a small heap that is there from the start. */
    public static List<String> command(Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        "-Dai.djl.offline=true"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(program.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** With error output in the standard output. */
    public static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("OMP_NUM_THREADS", "1");
        return builder;
    }
}
