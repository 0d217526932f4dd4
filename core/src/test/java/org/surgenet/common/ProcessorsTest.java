package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorsTest {
    @TempDir Path root;

    @Test
    void withoutASchedulerAllThatTheKernelGrants() {
        assertThat(Processors.available(Map.of(), 8, false)).isEqualTo(8);
        assertThat(Processors.available()).isBetween(1, Runtime.getRuntime().availableProcessors());
    }

    @Test
    void slurmsShareWhereTheNodeIsNotConfined() {
        assertThat(available(64, Map.of("SLURM_CPUS_PER_TASK", "4"))).isEqualTo(4);
        assertThat(available(64, Map.of("SLURM_CPUS_ON_NODE", "8"))).isEqualTo(8);
        assertThat(
                        available(
                                64,
                                Map.of(
                                        "SLURM_CPUS_ON_NODE", "8",
                                        "SLURM_STEP_TASKS_PER_NODE", "4(x2),1")))
                .isEqualTo(2);
    }

    @Test
    void neverMoreThanTheKernelGrants() {
        // A step of Slurm 22.05 and newer without --cpus-per-task of its own has one processor.
        assertThat(available(1, Map.of("SLURM_CPUS_PER_TASK", "16"))).isEqualTo(1);
        assertThat(available(2, Map.of("SLURM_CPUS_ON_NODE", "8"))).isEqualTo(2);
    }

    @Test
    void processesOfOneLauncherShareTheNode() {
        Map<String, String> four = Map.of("OMPI_COMM_WORLD_LOCAL_SIZE", "4");
        assertThat(Processors.available(four, 8, false)).isEqualTo(2);
        assertThat(Processors.available(four, 2, false)).isEqualTo(1);
        assertThat(Processors.available(four, 2, true)).isEqualTo(2);
        assertThat(available(8, Map.of("MPI_LOCALNRANKS", "2"))).isEqualTo(4);
    }

    @Test
    void variablesThatAreNoNumbersLimitNothing() {
        assertThat(available(8, Map.of("SLURM_CPUS_PER_TASK", "many"))).isEqualTo(8);
        assertThat(available(8, Map.of("SLURM_CPUS_PER_TASK", "-3"))).isEqualTo(8);
        assertThat(available(8, Map.of("SLURM_STEP_TASKS_PER_NODE", "(x3)"))).isEqualTo(8);
    }

    @Test
    void boundIsWhatMayUseLessThanItsControlGroup() throws IOException {
        write("proc/self/status", "Name:\tjava\nCpus_allowed_list:\t0-1,8\n");
        write("proc/self/cgroup", "0::/job\n");
        write("sys/devices/system/cpu/online", "0-63\n");
        assertThat(Processors.isBound(root)).isTrue();

        write("sys/fs/cgroup/job/cpuset.cpus.effective", "0-1,8\n");
        assertThat(Processors.isBound(root)).isFalse();

        write("sys/fs/cgroup/job/cpuset.cpus.effective", "0-3,8\n");
        assertThat(Processors.isBound(root)).isTrue();
    }

    @Test
    void aSystemThatTellsNothingIsNotBound() {
        assertThat(Processors.isBound(root)).isFalse();
    }

    private static int available(int granted, Map<String, String> environment) {
        return Processors.available(environment, granted, false);
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
