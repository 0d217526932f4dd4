package org.surgenet.video.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.Rational;
import org.surgenet.common.UserException;

final class PictureSizeTest {
    @ParameterizedTest
    @CsvSource({
        "short:256,1920,1080,1/1,false,455x256",
        "short:256,1080,1920,1/1,false,256x455",
        "long:512,1920,1080,1/1,false,512x288",
        "224x224,1920,1080,1/1,false,224x224",
        "short:256,320,180,1/1,false,320x180",
        "short:256,320,180,1/1,true,455x256",
        "640x640,320,240,1/1,false,240x240",
        "640x640,320,240,1/1,true,640x640",
        "source,352,288,64/45,false,352x288",
        "short:288,352,288,64/45,false,501x288",
        "long:100,10000,1,1/1,false,100x1",
    })
    void sizes(
            String size, int width, int height, String aspect, boolean upscale, String expected) {
        PictureSize.Dimensions result =
                PictureSize.parse(size).of(width, height, Rational.parse(aspect, "a"), upscale);

        assertThat(result.width() + "x" + result.height()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "256", "short", "short:0", "0x5", "short:-1", "axb", "1x2x3"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> PictureSize.parse(text))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("size '" + text + "'");
    }
}
