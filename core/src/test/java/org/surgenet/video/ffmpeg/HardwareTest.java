package org.surgenet.video.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.video.Extraction;
import org.surgenet.video.ExtractionRequest;
import org.surgenet.video.TestRequest;
import org.surgenet.video.TestVideos;

/** What hardware decoding does on a machine without the hardware. */
final class HardwareTest {
    @TempDir Path folder;

    private void run(String hwaccel) throws IOException {
        ExtractionRequest.Builder request =
                TestRequest.of(folder.resolve("in"), folder.resolve("" + hwaccel)).hwaccel(hwaccel);
        new Extraction(request.build(), Progress.NONE, Cancellation.NEVER).run();
    }

    @Test
    void autoWithoutADeviceGivesTheFramesOfSoftwareAndSaysSo() throws IOException {
        TestVideos.write(
                folder.resolve("in/v.mp4"),
                40,
                TestVideos.settings("mp4", "libopenh264", "10", 10, 0));

        run(null);
        run(Hardware.AUTO);

        var about = Json.read(folder.resolve("auto/v/video.json"));
        assertThat(about.path("hwaccel").asText()).isEqualTo("auto");
        Assumptions.assumeTrue(
                about.path("decoded_on").asText().equals("software"), "a device is here");
        // No device, so packets may be left out as ever.
        assertThat(about.path("decoded").asText()).isEqualTo("groups of pictures");
        assertThat(folder.resolve("auto/v/frames.csv"))
                .hasSameTextualContentAs(folder.resolve("null/v/frames.csv"));
    }

    @Test
    void aDeviceThatIsNotThereIsAnError() throws IOException {
        TestVideos.write(
                folder.resolve("in/v.mp4"),
                10,
                TestVideos.settings("mp4", "libopenh264", "10", 10, 0));
        List<String> names = Hardware.names();
        assertThat(names).startsWith("auto").hasSizeGreaterThan(1);
        for (String name : names.subList(1, names.size())) {
            try (Hardware there = Hardware.open(name)) {
                assertThat(there.name()).isEqualTo(name);
            } catch (UserException e) {
                assertThat(e).hasMessageContaining("hwaccel " + name + ": the device cannot");
                assertThatThrownBy(() -> run(name)).hasMessage(e.getMessage());
            }
        }
    }
}
