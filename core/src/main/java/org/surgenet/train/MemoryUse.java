package org.surgenet.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.surgenet.common.Informing;
import org.surgenet.engine.Memory;

/** How much memory a run holds. */
public final class MemoryUse {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private static final Informing GPU = new Informing("the reading of the GPU's memory");

    private MemoryUse() {}

    /**
     * Memory in use, in bytes: of the device where it is a GPU (by all processes on it; not
     * tested), else, or where the device does not tell, the resident memory of this process;
     * without {@code /proc}, the Java heap alone.
     */
    public static long bytes(Device device) {
        long[] used = {-1};
        if (device.isGpu()) {
            GPU.run(() -> used[0] = Memory.used(device));
        }
        if (used[0] >= 0) {
            return used[0];
        }
        try {
            return resident(Files.readAllLines(STATUS));
        } catch (IOException | NumberFormatException e) {
            Runtime runtime = Runtime.getRuntime();
            return runtime.totalMemory() - runtime.freeMemory();
        }
    }

    /** From lines such as {@code VmRSS: 1234 kB}. */
    static long resident(List<String> lines) throws IOException {
        for (String line : lines) {
            if (line.startsWith(RESIDENT)) {
                return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no " + RESIDENT);
    }
}
