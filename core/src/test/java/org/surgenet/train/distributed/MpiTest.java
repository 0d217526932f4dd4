package org.surgenet.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes under the launchers of both MPI families. */
class MpiTest {
    private record Result(int code, String output) {}

    @TempDir Path folder;

    private static Result launch(String launcher, int ranks, String patience, String... arguments)
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
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-Dai.djl.offline=true"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(RankMain.class.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put(MpiCommunicator.PATIENCE_VARIABLE, patience);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mpirun.openmpi", "mpirun.mpich"})
    void sumsOverAllRanks(String launcher) throws Exception {
        Result result = launch(launcher, 3, "60", "sums");

        assertThat(result.output())
                .contains("rank 0 of 3: 0.75 2994.75 999.0 6.0 30.0")
                .contains("rank 1 of 3: 0.75 2994.75 999.25 6.0 30.0")
                .contains("rank 2 of 3: 0.75 2994.75 999.5 6.0 30.0");
        assertThat(result.code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mpirun.openmpi", "mpirun.mpich"})
    void gradientsAreAveragedAcrossBucketBorders(String launcher) throws Exception {
        Result result = launch(launcher, 2, "60", "gradients");

        assertThat(result.output()).contains("rank 0: worst 0.0").contains("rank 1: worst 0.0");
        assertThat(result.code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mpirun.openmpi", "mpirun.mpich"})
    void aDeadRankEndsTheJob(String launcher) throws Exception {
        Result result = launch(launcher, 2, "10", "dies");

        assertThat(result.code()).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mpirun.openmpi", "mpirun.mpich"})
    void aHangingRankEndsTheJobWithAMessage(String launcher) throws Exception {
        // A launcher that kills a job may lose its last output, so the rank keeps a copy.
        Path copy = folder.resolve("rank0.txt");
        Result result = launch(launcher, 2, "3", "hangs", copy.toString());

        assertThat(result.code()).as(result.output()).isNotZero();
        assertThat(copy)
                .as("exit code %d, output: %s", result.code(), result.output())
                .content()
                .contains("waited 3 s for the other ranks in a barrier");
    }
}
