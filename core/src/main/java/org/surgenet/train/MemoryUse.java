package org.surgenet.train;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much memory a run holds. */
public final class MemoryUse {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private MemoryUse() {}

    /**
     * Memory in use, in bytes: of the device where it is a GPU (by all processes on it; not
     * tested), else the resident memory of this process; without {@code /proc}, the Java heap
     * alone.
     */
    public static long bytes(Device device) {
        if (device.isGpu()) {
            return CudaUtils.getGpuMemory(device).getUsed();
        }
        try {
            return resident(Files.readAllLines(STATUS));
        } catch (IOException e) {
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
