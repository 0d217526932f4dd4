package org.surgenet.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.surgenet.common.UserException;

class LauncherTest {
    @Test
    void withoutLauncherThereIsOneProcess() {
        assertThat(Launcher.detect(Map.of("PATH", "/bin")).processes()).isEqualTo(1);
        assertThat(Communicator.fromEnvironment(Map.of()).size()).isEqualTo(1);
    }

    @Test
    void aBatchScriptItselfIsNoStepOfTasks() {
        assertThat(Launcher.detect(Map.of("SLURM_NTASKS", "4", "SLURM_PROCID", "0")).processes())
                .isEqualTo(1);
        assertThat(Launcher.detect(Map.of("SLURM_STEP_NUM_TASKS", "4")).processes()).isEqualTo(4);
    }

    @Test
    void eachFamilyTriesItsOwnLibraryFirst() {
        Launcher open = Launcher.detect(Map.of("OMPI_COMM_WORLD_SIZE", "2"));
        Launcher mpich = Launcher.detect(Map.of("PMI_SIZE", "3"));

        assertThat(open.libraries()).first().isEqualTo("libmpi.so.40");
        assertThat(mpich.libraries()).first().isEqualTo("libmpi.so.12");
        assertThat(mpich.processes()).isEqualTo(3);
    }

    @Test
    void aLibraryThatIsNotThereIsNamed() {
        Map<String, String> environment =
                Map.of(
                        "OMPI_COMM_WORLD_SIZE",
                        "2",
                        MpiLibrary.LIBRARY_VARIABLE,
                        "libno-such-mpi.so");

        assertThatThrownBy(() -> Communicator.fromEnvironment(environment))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("announces 2 processes")
                .hasMessageContaining("libno-such-mpi.so")
                .hasMessageContaining(MpiLibrary.LIBRARY_VARIABLE);
    }

    @Test
    void theLocalRankIsTheLaunchersOrZero() {
        assertThat(Launcher.localRank(Map.of("OMPI_COMM_WORLD_LOCAL_RANK", "3"))).isEqualTo(3);
        assertThat(Launcher.localRank(Map.of("MPI_LOCALRANKID", "1", "PMI_RANK", "5")))
                .isEqualTo(1);
        assertThat(Launcher.localRank(Map.of("SLURM_LOCALID", "0", "SLURM_PROCID", "4"))).isZero();
        assertThat(Launcher.localRank(Map.of("OMPI_COMM_WORLD_SIZE", "2"))).isZero();
    }

    @Test
    void processesOfOneCallOfALauncherHaveTheSameName() {
        Map<String, String> srun =
                Map.of("SLURM_STEP_NUM_TASKS", "2", "SLURM_JOB_ID", "7", "SLURM_STEP_ID", "0");
        Map<String, String> requeued = new HashMap<>(srun);
        requeued.put("SLURM_RESTART_COUNT", "1");
        Map<String, String> mpirun =
                Map.of("OMPI_COMM_WORLD_SIZE", "2", "OMPI_MCA_orte_hnp_uri", "11.0;tcp://a:1");

        assertThat(Launcher.launch(Map.of("SLURM_JOB_ID", "7", "SLURM_NTASKS", "4"))).isEmpty();
        assertThat(Launcher.launch(Map.of("OMPI_COMM_WORLD_SIZE", "1"))).isEmpty();
        assertThat(Launcher.launch(mpirun)).contains("11.0;tcp://a:1");
        assertThat(Launcher.launch(srun)).contains("7.0").isNotEqualTo(Launcher.launch(requeued));
        assertThat(Launcher.launch(Map.of("PMI_SIZE", "2")))
                .contains(String.valueOf(ProcessHandle.current().parent().orElseThrow().pid()));
    }

    @Test
    void nonsenseInTheEnvironmentIsAUsersError() {
        assertThatThrownBy(() -> Launcher.detect(Map.of("PMI_SIZE", "many")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("PMI_SIZE");
    }
}
