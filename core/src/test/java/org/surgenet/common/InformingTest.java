package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class InformingTest {
    @Test
    void theFirstFailureOfAnyKindSwitchesOff() {
        List<Informing.Work> failures =
                List.of(
                        () -> {
                            throw new IOException("No space left on device");
                        },
                        () -> {
                            throw new StringIndexOutOfBoundsException("end -1");
                        },
                        () -> {
                            throw new NoClassDefFoundError("sun.font.FontManagerFactory");
                        },
                        () -> {
                            throw new UserException("no fonts");
                        });
        for (Informing.Work failure : failures) {
            Informing informing = new Informing("charts");
            int[] done = {0};
            informing.run(() -> done[0]++);
            assertThat(informing.isOff()).isFalse();

            informing.run(failure);
            informing.run(() -> done[0]++);

            assertThat(informing.isOff()).isTrue();
            assertThat(done[0]).isEqualTo(1);
        }
    }

    @Test
    void aRequestToStopIsNoFailure() {
        Informing informing = new Informing("charts");

        assertThatThrownBy(
                        () ->
                                informing.run(
                                        () -> {
                                            throw new InterruptedRunException();
                                        }))
                .isInstanceOf(InterruptedRunException.class);
        assertThat(informing.isOff()).isFalse();
    }
}
