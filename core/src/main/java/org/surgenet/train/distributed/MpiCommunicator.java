package org.surgenet.train.distributed;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.surgenet.common.UserException;

/**
 * Processes connected by MPI.
 *
 * <p>Sums are started without blocking and then polled, so that a rank that has died or hangs is
 * noticed where the launcher does not notice it: after {@link #PATIENCE_VARIABLE} seconds (by
 * default {@value #PATIENCE_SECONDS}) without the others the job ends with a message.
 */
final class MpiCommunicator implements Communicator {
    /** Environment variable: seconds to wait for the other ranks in one operation. */
    static final String PATIENCE_VARIABLE = "SURGENET_MPI_PATIENCE";

    private static final int PATIENCE_SECONDS = 1800;

    /**
     * Time that the launcher gets to pass on the last message before it is told to kill the job.
     */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    /** Exit code of a job that ends because ranks are missing; 1 says "not the program's fault". */
    private static final int RANK_MISSING = 1;

    private final MpiLibrary mpi;
    private final int rank;
    private final int size;
    private final Duration patience;

    // A handle is a pointer in Open MPI and an int in MPICH: 8 bytes hold either.
    private final Memory request = new Memory(8);
    private final Memory flag = new Memory(4);
    private Memory doubles = new Memory(64);
    private boolean open = true;

    private MpiCommunicator(MpiLibrary mpi, int rank, int size, Duration patience) {
        this.mpi = mpi;
        this.rank = rank;
        this.size = size;
        this.patience = patience;
    }

    static MpiCommunicator open(Launcher launcher, Map<String, String> environment) {
        Duration patience = patience(environment);
        MpiLibrary mpi = MpiLibrary.load(launcher, environment);
        if (!mpi.initialized()) {
            mpi.init();
        }
        int size = mpi.size();
        if (size != launcher.processes()) {
            throw new UserException(
                    launcher.name()
                            + " announces "
                            + launcher.processes()
                            + " processes, but the MPI library ("
                            + mpi.family()
                            + ") sees "
                            + size
                            + ": name the launcher's own library in "
                            + MpiLibrary.LIBRARY_VARIABLE
                            + ", or give srun the plugin that fits it, such as"
                            + " mpi=pmix");
        }
        return new MpiCommunicator(mpi, mpi.rank(), size, patience);
    }

    private static Duration patience(Map<String, String> environment) {
        String given = environment.get(PATIENCE_VARIABLE);
        if (given == null) {
            return Duration.ofSeconds(PATIENCE_SECONDS);
        }
        try {
            long seconds = Long.parseLong(given.strip());
            if (seconds > 0) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException e) {
            throw new UserException(
                    PATIENCE_VARIABLE + " is '" + given + "', not a number of seconds", e);
        }
        throw new UserException(PATIENCE_VARIABLE + " is " + given + "; it must be positive");
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void sumFloats(ByteBuffer values, int count) {
        if (!values.isDirect() || (long) count * Float.BYTES > values.capacity()) {
            throw new IllegalArgumentException(
                    "a direct buffer of at least " + count + " floats is needed");
        }
        mpi.startSum(
                Native.getDirectBufferPointer(values.duplicate().clear()),
                count,
                mpi.floatType,
                request);
        await("sum");
    }

    @Override
    public void sum(double[] values) {
        if (values.length == 0) {
            return;
        }
        long bytes = (long) values.length * Double.BYTES;
        if (doubles.size() < bytes) {
            doubles = new Memory(bytes);
        }
        doubles.write(0, values, 0, values.length);
        mpi.startSum(doubles, values.length, mpi.doubleType, request);
        await("sum");
        doubles.read(0, values, 0, values.length);
    }

    @Override
    public void barrier() {
        mpi.startBarrier(request);
        await("barrier");
    }

    private void await(String what) {
        Pointer handle = request;
        long start = System.nanoTime();
        while (!mpi.test(handle, flag)) {
            long waited = System.nanoTime() - start;
            if (waited > patience.toNanos()) {
                System.err.println(
                        "surgenet: rank "
                                + rank
                                + " of "
                                + size
                                + " waited "
                                + patience.toSeconds()
                                + " s for the other ranks in a "
                                + what
                                + ": at least one has died or hangs; the job ends. The last"
                                + " checkpoint is intact; run the same command again to go on");
                abort(RANK_MISSING);
            }
            if (waited < 2_000_000) {
                Thread.onSpinWait();
            } else {
                // The others are late: leave the core to the data loader.
                LockSupport.parkNanos(waited < 100_000_000 ? 50_000 : 1_000_000);
            }
        }
    }

    @Override
    public void abort(int exitCode) {
        if (open) {
            // Launchers may drop what is still in their pipes when a rank aborts: the cause.
            System.out.flush();
            System.err.flush();
            sleep(LAST_WORDS);
            mpi.abort(exitCode);
        }
    }

    private static void sleep(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        long left;
        while ((left = end - System.nanoTime()) > 0) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void yieldToRoot() {
        sleep(LAST_WORDS.multipliedBy(3));
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            mpi.finish();
        }
    }
}
