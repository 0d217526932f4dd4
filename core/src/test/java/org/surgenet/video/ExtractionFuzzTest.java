package org.surgenet.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random videos come out as a full decode has them. {@code -Dsurgenet.fuzz.seed} is the first
 * stream's number, {@code -Dsurgenet.fuzz.count} how many there are.
 */
final class ExtractionFuzzTest {
    @TempDir Path folder;

    @Test
    void randomVideosComeOutAsAFullDecodeHasThem() throws Exception {
        Assumptions.assumeTrue(FuzzStream.canMake(folder), "no ffmpeg program is installed");
        long seed = Long.getLong("surgenet.fuzz.seed", 1);
        int count = Integer.getInteger("surgenet.fuzz.count", 60);
        ExtractionFuzz fuzz = new ExtractionFuzz(folder);
        for (int i = 0; i < count; i++) {
            fuzz.run(seed + i);
        }

        System.out.println(fuzz.report());
        assertThat(fuzz.failures()).isEmpty();
        // Without these nothing would be compared.
        assertThat(fuzz.streams()).isPositive();
        assertThat(fuzz.inPart()).isPositive();
    }
}
