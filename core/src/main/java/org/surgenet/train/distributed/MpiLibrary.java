package org.surgenet.train.distributed;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.Map;
import org.surgenet.common.UserException;

/**
 * The C interface of an MPI library. The two families differ in their handles: Open MPI's are
 * addresses of global variables, those of MPICH and its relatives (Intel MPI, MVAPICH, Cray MPICH)
 * are the numbers of the MPICH ABI initiative.
 */
final class MpiLibrary {
    /** Environment variable that names the library's file. */
    static final String LIBRARY_VARIABLE = "SURGENET_MPI_LIBRARY";

    // dlopen's RTLD_NOW | RTLD_GLOBAL: Open MPI's plugins look for its symbols globally.
    private static final int OPEN_GLOBALLY = 0x102;

    private final NativeLibrary library;
    private final boolean openMpi;

    final Object commWorld;
    final Object floatType;
    final Object doubleType;
    final Object sumOperation;
    private final Pointer inPlace;
    private final Pointer statusIgnore;

    private MpiLibrary(NativeLibrary library) {
        this.library = library;
        this.openMpi = hasSymbol(library, "ompi_mpi_comm_world");
        if (openMpi) {
            commWorld = library.getGlobalVariableAddress("ompi_mpi_comm_world");
            floatType = library.getGlobalVariableAddress("ompi_mpi_float");
            doubleType = library.getGlobalVariableAddress("ompi_mpi_double");
            sumOperation = library.getGlobalVariableAddress("ompi_mpi_op_sum");
            inPlace = new Pointer(1);
            statusIgnore = Pointer.NULL;
        } else {
            commWorld = 0x44000000;
            floatType = 0x4c00040a;
            doubleType = 0x4c00080b;
            sumOperation = 0x58000003;
            inPlace = new Pointer(-1);
            statusIgnore = new Pointer(1);
        }
    }

    /**
     * @throws UserException if no library can be loaded; the message names what was tried
     */
    static MpiLibrary load(Launcher launcher, Map<String, String> environment) {
        String given = environment.get(LIBRARY_VARIABLE);
        List<String> names = given == null ? launcher.libraries() : List.of(given);
        StringBuilder causes = new StringBuilder();
        leaveSignalsToTheJvm();
        for (String name : names) {
            try {
                return new MpiLibrary(
                        NativeLibrary.getInstance(
                                name, Map.of(Library.OPTION_OPEN_FLAGS, OPEN_GLOBALLY)));
            } catch (UnsatisfiedLinkError e) {
                causes.append(causes.isEmpty() ? "" : "; ")
                        .append(name)
                        .append(": ")
                        .append(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            }
        }
        throw new UserException(
                launcher.name()
                        + " announces "
                        + launcher.processes()
                        + " processes, but no MPI library could be loaded; name its file in "
                        + LIBRARY_VARIABLE
                        + " (tried "
                        + causes
                        + ")");
    }

    /**
     * Keeps UCX, which MPICH and Open MPI may load, from taking over SIGSEGV and its like: the JVM
     * raises and handles them itself, and UCX would end the process at the first one. It reads the
     * variable when it is loaded.
     */
    private static void leaveSignalsToTheJvm() {
        final int keepExisting = 0;
        NativeLibrary.getProcess()
                .getFunction("setenv")
                .invokeInt(new Object[] {"UCX_ERROR_SIGNALS", "", keepExisting});
    }

    private static boolean hasSymbol(NativeLibrary library, String name) {
        try {
            return library.getGlobalVariableAddress(name) != null;
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }

    String family() {
        return openMpi ? "Open MPI" : "MPICH family";
    }

    boolean initialized() {
        Memory flag = new Memory(4);
        call("MPI_Initialized", flag);
        return flag.getInt(0) != 0;
    }

    /** Initialises for calls from one thread at a time. */
    void init() {
        final int serialized = 2;
        call("MPI_Init_thread", Pointer.NULL, Pointer.NULL, serialized, new Memory(4));
    }

    int rank() {
        Memory value = new Memory(4);
        call("MPI_Comm_rank", commWorld, value);
        return value.getInt(0);
    }

    int size() {
        Memory value = new Memory(4);
        call("MPI_Comm_size", commWorld, value);
        return value.getInt(0);
    }

    /** Starts a sum in place over all ranks; {@code request} has room for a handle (8 bytes). */
    void startSum(Pointer values, int count, Object type, Pointer request) {
        call("MPI_Iallreduce", inPlace, values, count, type, sumOperation, commWorld, request);
    }

    void startBarrier(Pointer request) {
        call("MPI_Ibarrier", commWorld, request);
    }

    /** Whether the request has finished; drives its progress. */
    boolean test(Pointer request, Pointer flag) {
        call("MPI_Test", request, flag, statusIgnore);
        return flag.getInt(0) != 0;
    }

    void abort(int code) {
        call("MPI_Abort", commWorld, code);
    }

    void finish() {
        call("MPI_Finalize");
    }

    private void call(String name, Object... arguments) {
        Function function = library.getFunction(name);
        int code = function.invokeInt(arguments);
        if (code != 0) {
            throw new IllegalStateException(name + " failed with code " + code);
        }
    }
}
