package org.surgenet.train.distributed;

import java.util.List;
import java.util.Map;
import org.surgenet.common.UserException;

/**
 * What started this process, as its environment variables tell.
 *
 * @param name for messages
 * @param processes number that the launcher announces; 1 without a launcher
 * @param libraries names of the MPI libraries to try, in order
 */
record Launcher(String name, int processes, List<String> libraries) {
    private static final List<String> OPEN_MPI =
            List.of("libmpi.so.40", "libmpi.so.80", "libmpi.so.20", "libmpi.so");
    private static final List<String> MPICH =
            List.of("libmpi.so.12", "libmpich.so.12", "libmpich.so", "libmpi.so");
    private static final List<String> EITHER =
            List.of("libmpi.so.40", "libmpi.so.80", "libmpi.so.12", "libmpich.so.12", "libmpi.so");

    /** Of Open MPI, the MPICH family (Intel MPI likewise), MVAPICH, Slurm. */
    private static final List<String> LOCAL_RANKS =
            List.of(
                    "OMPI_COMM_WORLD_LOCAL_RANK",
                    "MPI_LOCALRANKID",
                    "MV2_COMM_WORLD_LOCAL_RANK",
                    "SLURM_LOCALID");

    static Launcher detect(Map<String, String> environment) {
        if (environment.containsKey("OMPI_COMM_WORLD_SIZE")) {
            return new Launcher(
                    "Open MPI's mpirun", count(environment, "OMPI_COMM_WORLD_SIZE"), OPEN_MPI);
        }
        if (environment.containsKey("PMI_SIZE")) {
            return new Launcher(
                    "an MPICH-family launcher or srun with PMI",
                    count(environment, "PMI_SIZE"),
                    MPICH);
        }
        if (environment.containsKey("MV2_COMM_WORLD_SIZE")) {
            return new Launcher(
                    "MVAPICH's launcher", count(environment, "MV2_COMM_WORLD_SIZE"), MPICH);
        }
        // A batch script itself has SLURM_NTASKS; only what srun starts has a step of tasks.
        if (environment.containsKey("SLURM_STEP_NUM_TASKS")) {
            return new Launcher("srun", count(environment, "SLURM_STEP_NUM_TASKS"), EITHER);
        }
        return new Launcher("no launcher", 1, List.of());
    }

    /**
     * Text that is equal among the processes that one call of a launcher started, and differs from
     * that of other calls; empty where a process was started alone.
     */
    static String launch(Map<String, String> environment) {
        if (detect(environment).processes() < 2) {
            return "";
        }
        if (environment.containsKey("OMPI_MCA_orte_hnp_uri")) {
            return "mpirun " + environment.get("OMPI_MCA_orte_hnp_uri");
        }
        if (environment.containsKey("SLURM_STEP_NUM_TASKS")) {
            // A job that Slurm puts back into the queue keeps its number.
            return String.join(
                    " ",
                    "srun",
                    environment.get("SLURM_JOB_ID") + "." + environment.get("SLURM_STEP_ID"),
                    environment.getOrDefault("SLURM_RESTART_COUNT", "0"));
        }
        // The MPICH family names its job nowhere; a proxy on each node is the parent of its ranks.
        return ProcessHandle.current()
                .parent()
                .map(
                        proxy ->
                                "proxy "
                                        + proxy.pid()
                                        + " "
                                        + proxy.info()
                                                .startInstant()
                                                .map(Object::toString)
                                                .orElse(""))
                .orElse("");
    }

    /** This process's number among those of the launcher on this node; 0 if none is told. */
    static int localRank(Map<String, String> environment) {
        for (String variable : LOCAL_RANKS) {
            if (environment.containsKey(variable)) {
                return number(environment, variable);
            }
        }
        return 0;
    }

    private static int count(Map<String, String> environment, String variable) {
        return Math.max(1, number(environment, variable));
    }

    private static int number(Map<String, String> environment, String variable) {
        try {
            return Integer.parseInt(environment.get(variable).strip());
        } catch (NumberFormatException e) {
            throw new UserException(
                    "environment variable "
                            + variable
                            + " is '"
                            + environment.get(variable)
                            + "', not a number",
                    e);
        }
    }
}
