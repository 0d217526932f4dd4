package org.surgenet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryUseTest {
    @Test
    void readsTheResidentSet() throws Exception {
        assertThat(MemoryUse.resident(List.of("Name:\tjava", "VmRSS:\t  123456 kB", "Threads:\t9")))
                .isEqualTo(123456L * 1024);
        assertThatThrownBy(() -> MemoryUse.resident(List.of("Name:\tjava")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void growsByWhatIsTakenAndTouched() {
        long before = MemoryUse.bytes(Device.cpu());
        ByteBuffer taken = ByteBuffer.allocateDirect(256 << 20);
        for (int i = 0; i < taken.capacity(); i += 1024) {
            taken.put(i, (byte) 1);
        }

        // Other threads' garbage may go meanwhile, but not that much.
        assertThat(MemoryUse.bytes(Device.cpu()) - before).isGreaterThan(128 << 20);
        assertThat(taken.get(0)).isEqualTo((byte) 1);
    }
}
