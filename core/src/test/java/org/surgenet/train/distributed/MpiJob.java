package org.surgenet.train.distributed;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.JavaProcess;

/** A program of the test tree as ranks under a launcher. */
public final class MpiJob {
    /** The launchers of both MPI families, as Debian names them. */
    public static final List<String> LAUNCHERS = List.of("mpirun.openmpi", "mpirun.mpich");

    /**
     * How it ended.
     *
     * @param output of all ranks
     */
    public record Result(int code, String output) {}

    private MpiJob() {}

    /**
     * Runs to the end; skips the test, saying so, where the launcher is missing.
     *
     * @param patience seconds that a rank waits for the others
     */
    public static Result run(
            String launcher, int ranks, int patience, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        boolean there =
                List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, launcher)));
        if (!there) {
            System.out.println("skipped: no program " + launcher);
        }
        assumeTrue(there, "no program " + launcher);
        List<String> command = new ArrayList<>(List.of(launcher));
        if (launcher.endsWith("openmpi")) {
            // Tests may run as root in a container with fewer cores than ranks.
            command.addAll(List.of("--allow-run-as-root", "--oversubscribe"));
        }
        command.addAll(List.of("-n", Integer.toString(ranks)));
        command.addAll(JavaProcess.command(program, arguments));
        ProcessBuilder builder = JavaProcess.builder(command);
        builder.environment().put(MpiCommunicator.PATIENCE_VARIABLE, Integer.toString(patience));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
