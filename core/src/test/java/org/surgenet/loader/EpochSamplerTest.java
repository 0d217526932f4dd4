package org.surgenet.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpochSamplerTest {
    private static List<Integer> epoch(EpochSampler sampler, int epoch, int batch) {
        List<Integer> frames = new ArrayList<>();
        for (int step = 0; step < sampler.stepsPerEpoch(); step++) {
            for (int i = 0; i < batch; i++) {
                frames.add(sampler.frame((long) epoch * sampler.stepsPerEpoch() + step, i));
            }
        }
        return frames;
    }

    @Test
    void anEpochHasEachFrameOnceAndDropsWhatIsLeftOver() {
        EpochSampler sampler = new EpochSampler(7, 23, 5);

        assertThat(sampler.stepsPerEpoch()).isEqualTo(4);
        assertThat(epoch(sampler, 0, 5))
                .hasSize(20)
                .doesNotHaveDuplicates()
                .allMatch(frame -> frame >= 0 && frame < 23);
    }

    @Test
    void epochsDifferAndTheSeedDecides() {
        EpochSampler sampler = new EpochSampler(7, 20, 5);

        List<Integer> first = epoch(sampler, 0, 5);
        assertThat(epoch(sampler, 1, 5)).isNotEqualTo(first).hasSameElementsAs(first);
        assertThat(epoch(new EpochSampler(8, 20, 5), 0, 5)).isNotEqualTo(first);
        // Asked in any order, such as after a resume.
        assertThat(epoch(sampler, 0, 5)).isEqualTo(first);
        assertThat(new EpochSampler(7, 20, 5).frame(2, 3)).isEqualTo(first.get(13));
    }

    @Test
    void aBatchLargerThanTheListIsRefused() {
        assertThatThrownBy(() -> new EpochSampler(7, 4, 5))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EpochSampler(7, 4, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new EpochSampler(7, 5, 5).stepsPerEpoch()).isOne();
    }
}
