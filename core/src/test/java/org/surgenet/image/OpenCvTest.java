package org.surgenet.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class OpenCvTest {
    /** Servers have no GTK, and the module that wants it is of no use here. */
    @Test
    void windowsAreNotLoaded() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        Assumptions.assumeTrue(Files.exists(maps), "no list of the libraries that are loaded");

        OpenCv.load();

        assertThat(maps)
                .content()
                .contains("libopencv_java.so", "libopencv_imgcodecs.so")
                .doesNotContain("libopencv_highgui");
    }
}
