package org.surgenet.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A run of the program with what it printed: inside the test, or, where the system property {@code
 * surgenet.extract} names the native executable, a process of that for {@code extract-frames}.
 */
record ProgramRun(int code, String out, String err) {
    private static final String EXECUTABLE = System.getProperty("surgenet.extract");

    static boolean hasExecutable() {
        return EXECUTABLE != null;
    }

    static ProgramRun of(Object... args) {
        return hasExecutable() && args[0].equals("extract-frames")
                ? finished(process(args))
                : of(Commands.ALL, args);
    }

    /** Inside the test, whatever there is beside it. */
    static ProgramRun of(List<Subcommand> commands, Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Main.run(
                        commands,
                        words(args).toArray(new String[0]),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true));
        return new ProgramRun(code, out.toString(), err.toString());
    }

    /** {@code extract-frames} as a process of its own: the executable, or a JVM. */
    static ProcessBuilder process(Object... args) {
        return hasExecutable()
                ? executable(Arrays.copyOfRange(args, 1, args.length))
                : jvm(Start.class, args);
    }

    /** {@code surgenet} as a process of its own. */
    static ProcessBuilder program(Object... args) {
        return jvm(Start.class, args);
    }

    /** {@code surgenet-extract} as a process of its own: the executable, or its class on a JVM. */
    static ProcessBuilder extract(Object... args) {
        return hasExecutable() ? executable(args) : jvm(ExtractMain.class, args);
    }

    private static ProcessBuilder executable(Object... args) {
        List<String> command = words(args);
        command.add(0, EXECUTABLE);
        return new ProcessBuilder(command);
    }

    private static ProcessBuilder jvm(Class<?> main, Object... args) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(words(args));
        return new ProcessBuilder(command);
    }

    /** Runs a process to its end. */
    static ProgramRun finished(ProcessBuilder process) {
        try {
            // Through files: one of two pipes may fill while the other is read.
            Path out = Files.createTempFile("out", ".txt");
            Path err = Files.createTempFile("err", ".txt");
            try {
                int code =
                        process.redirectOutput(out.toFile())
                                .redirectError(err.toFile())
                                .start()
                                .waitFor();
                return new ProgramRun(code, Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<String> words(Object... args) {
        List<String> words = new ArrayList<>();
        for (Object arg : args) {
            words.add(arg.toString());
        }
        return words;
    }

    /** The lines on standard error that are no log lines. */
    List<String> messages() {
        return err.lines().filter(l -> l.startsWith("surgenet: ")).toList();
    }
}
