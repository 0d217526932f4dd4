package org.surgenet.train.distributed;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * The processes of one training run. All collective operations must be called by every rank in the
 * same order, from one thread.
 */
public interface Communicator extends AutoCloseable {
    /** This process's number, 0 to {@link #size()} - 1. Rank 0 writes files. */
    int rank();

    /** Number of processes, at least 1. */
    int size();

    /** True on the rank that writes files and talks to the user. */
    default boolean isRoot() {
        return rank() == 0;
    }

    /**
     * Replaces the first {@code count} floats of {@code values} by their sums over all ranks. Every
     * rank gets the same bits.
     *
     * @param values a direct buffer in native byte order, taken from its start whatever its
     *     position
     */
    void sumFloats(ByteBuffer values, int count);

    /** Replaces the elements by their sums over all ranks. */
    void sum(double[] values);

    /** Waits until every rank has come here. */
    void barrier();

    /**
     * Ends every rank, this one included, after an error that the others cannot know of; does not
     * return where there are several ranks.
     *
     * @param exitCode of the whole job
     */
    void abort(int exitCode);

    /**
     * Waits long enough for the first rank to {@link #abort} all, if it has met the same error;
     * returns at once where there is one rank only.
     */
    void yieldToRoot();

    /** Leaves the group of processes; the last call. */
    @Override
    void close();

    /** One process alone: sums are what they were. */
    static Communicator single() {
        return SingleProcess.INSTANCE;
    }

    /**
     * The group of processes that a launcher announces in the environment ({@code mpirun} of Open
     * MPI or of the MPICH family, {@code srun} with a PMI plugin), or {@link #single()} without
     * one.
     *
     * @throws org.surgenet.common.UserException if a launcher is there, but no MPI library that
     *     fits it
     */
    static Communicator fromEnvironment() {
        return fromEnvironment(System.getenv());
    }

    /**
     * This process's number among those that a launcher started on this node, to share the node's
     * devices by; 0 without a launcher.
     *
     * @throws org.surgenet.common.UserException if the launcher's variable holds no number
     */
    static int localRank() {
        return Launcher.localRank(System.getenv());
    }

    /**
     * Text that is equal among the processes that one call of {@code mpirun} or {@code srun}
     * started, and differs from that of other calls; empty where this process was started alone.
     */
    static String launch() {
        return Launcher.launch(System.getenv());
    }

    /** As {@link #fromEnvironment()}, from given variables. */
    static Communicator fromEnvironment(Map<String, String> environment) {
        Launcher launcher = Launcher.detect(environment);
        return launcher.processes() > 1
                ? MpiCommunicator.open(launcher, environment)
                : SingleProcess.INSTANCE;
    }
}
