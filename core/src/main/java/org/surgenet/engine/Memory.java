package org.surgenet.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.util.cuda.CudaUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The memory of arrays and devices. */
public final class Memory {
    private Memory() {}

    /**
     * An array's bytes in native order: on a CPU its own memory, which a write changes, elsewhere a
     * copy.
     */
    public static ByteBuffer bytes(NDArray array) {
        return ((PtNDArray) array).toByteBuffer(true).order(ByteOrder.nativeOrder());
    }

    /** Whether {@link #bytes} is the array's own memory. */
    public static boolean isDirect(NDArray array) {
        return array.getDevice().getDeviceType().equals(Device.Type.CPU);
    }

    /** Bytes in use on a GPU, by all processes; not tested. */
    public static long used(Device gpu) {
        return CudaUtils.getGpuMemory(gpu).getUsed();
    }
}
