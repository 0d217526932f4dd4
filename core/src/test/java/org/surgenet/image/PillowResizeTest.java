package org.surgenet.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.opencv.core.Mat;
import org.opencv.core.Rect;
import org.surgenet.common.Json;

/** Whole pictures resized as by Pillow 12.3, to the bit ({@code image/pillow_resize.json}). */
class PillowResizeTest {
    @Test
    void equalsPillowToTheBit() throws IOException {
        JsonNode golden;
        try (InputStream in = getClass().getResourceAsStream("/image/pillow_resize.json")) {
            golden = Json.parse(in.readAllBytes(), "pillow_resize.json");
        }
        List<String> wrong = new ArrayList<>();
        for (JsonNode test : golden.get("cases")) {
            String name = test.get("picture").asText();
            int width = golden.get(name).get(0).asInt();
            int height = golden.get(name).get(1).asInt();
            Mat picture =
                    Images.ofRgbBytes(PillowGoldenTest.picture(name, width, height), width, height);
            Mat resized =
                    Images.resize(
                            picture,
                            test.get("width").asInt(),
                            test.get("height").asInt(),
                            Resampling.of(test.get("filter").asText(), "test"));
            byte[] made = Images.bytes(resized);
            picture.release();
            resized.release();
            CRC32 crc = new CRC32();
            crc.update(made);
            if (crc.getValue() != test.get("crc32").asLong()) {
                StringBuilder got = new StringBuilder(test.toString()).append(" got");
                test.get("index").forEach(i -> got.append(' ').append(made[i.asInt()] & 0xFF));
                wrong.add(got.toString());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(golden.get("cases").size()).isEqualTo(40);
    }

    @Test
    void aPartOfAPictureIsResizedLikeACopyOfIt() {
        Mat picture = Images.ofRgbBytes(PillowGoldenTest.picture("noise", 97, 61), 97, 61);
        Mat part = picture.submat(new Rect(5, 7, 60, 40));
        Mat copy = part.clone();
        Mat ofPart = Images.resize(part, 32, 24, Resampling.BICUBIC);
        Mat ofCopy = Images.resize(copy, 32, 24, Resampling.BICUBIC);

        assertThat(Images.bytes(ofPart)).isEqualTo(Images.bytes(ofCopy));
        List.of(ofPart, ofCopy, copy, part, picture).forEach(Mat::release);
    }
}
