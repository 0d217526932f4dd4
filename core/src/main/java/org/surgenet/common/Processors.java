package org.surgenet.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How many processors this process may keep busy: what the kernel grants it, and no more than its
 * share of what the scheduler granted the job.
 *
 * <p>The JVM's own number respects affinity masks and cgroup quotas. On clusters that confine jobs
 * by neither, every job sees the whole node; there Slurm's variables tell what the job was given.
 * Processes that one MPI launcher starts on a node without binding them share its processors
 * evenly.
 */
public final class Processors {
    /** Processes of this launch on this node: Open MPI, the MPICH family, MVAPICH. */
    private static final List<String> LOCAL_SIZES =
            List.of("OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", "MV2_COMM_WORLD_LOCAL_SIZE");

    private Processors() {}

    /** The number for this process, at least 1. */
    public static int available() {
        return available(
                System.getenv(), Runtime.getRuntime().availableProcessors(), isBound(Path.of("/")));
    }

    /**
     * The number for a process with this environment.
     *
     * @param granted by the kernel: affinity mask and cgroup quota
     * @param bound whether a launcher has given this process processors of its own
     */
    static int available(Map<String, String> environment, int granted, boolean bound) {
        int perTask = number(environment, "SLURM_CPUS_PER_TASK");
        if (perTask > 0) {
            return Math.min(granted, perTask);
        }
        int processes = localProcesses(environment);
        int onNode = number(environment, "SLURM_CPUS_ON_NODE");
        if (onNode > 0) {
            return Math.max(1, Math.min(granted, onNode / processes));
        }
        return bound ? granted : Math.max(1, granted / processes);
    }

    private static int localProcesses(Map<String, String> environment) {
        for (String variable : LOCAL_SIZES) {
            int size = number(environment, variable);
            if (size > 0) {
                return size;
            }
        }
        // Slurm writes "4", or "2(x3),1" for several nodes; the first node stands for all.
        String perNode = environment.getOrDefault("SLURM_STEP_TASKS_PER_NODE", "");
        return Math.max(1, positive(perNode.replaceFirst("\\D.*", "")));
    }

    /**
     * Whether this process may use fewer processors than its control group, which is what binding
     * does; false where that cannot be told.
     *
     * @param root of the file system that has {@code proc} and {@code sys}
     */
    static boolean isBound(Path root) {
        try {
            int mine = 0;
            for (String line : Files.readAllLines(root.resolve("proc/self/status"))) {
                if (line.startsWith("Cpus_allowed_list:")) {
                    mine = count(line.substring(line.indexOf(':') + 1));
                }
            }
            return mine > 0 && mine < count(Files.readString(groupProcessors(root)));
        } catch (IOException | NumberFormatException e) {
            // Another system, or one that hides this: nothing is known of a binding.
            return false;
        }
    }

    /** The list of the control group's processors, or of the machine's where it has none. */
    private static Path groupProcessors(Path root) throws IOException {
        for (String line : Files.readAllLines(root.resolve("proc/self/cgroup"))) {
            if (line.startsWith("0::/")) {
                Path file =
                        root.resolve("sys/fs/cgroup")
                                .resolve(line.substring("0::/".length()))
                                .resolve("cpuset.cpus.effective");
                if (Files.isReadable(file)) {
                    return file;
                }
            }
        }
        return root.resolve("sys/devices/system/cpu/online");
    }

    /** The length of a kernel's list of processors, such as {@code 0-3,8}. */
    private static int count(String list) {
        int count = 0;
        for (String range : list.strip().split(",")) {
            int dash = range.indexOf('-');
            count +=
                    dash < 0
                            ? Math.min(1, range.length())
                            : Integer.parseInt(range.substring(dash + 1))
                                    - Integer.parseInt(range.substring(0, dash))
                                    + 1;
        }
        return count;
    }

    private static int number(Map<String, String> environment, String variable) {
        return positive(environment.getOrDefault(variable, ""));
    }

    /** 0 for anything but a positive number: a variable used for something else limits nothing. */
    private static int positive(String text) {
        try {
            return Math.max(0, Integer.parseInt(text.strip()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
