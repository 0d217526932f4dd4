package org.surgenet.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.surgenet.common.Json;

/**
 * Every pixel operation against Pillow 12.3 and torchvision: {@code pillow_golden.json} holds the
 * checksum of what they make of two pictures that are defined by a rule.
 */
class PillowGoldenTest {
    private static JsonNode golden() {
        try {
            return Json.read(
                    Path.of(
                            PillowGoldenTest.class
                                    .getResource("/image/pillow_golden.json")
                                    .toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The pictures' rule; interleaved. */
    static byte[] picture(String name, int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        int state = 1;
        for (int i = 0; i < rgb.length; i++) {
            state = state * 1664525 + 1013904223;
            if (name.equals("noise")) {
                rgb[i] = (byte) (state >>> 24);
            } else {
                int x = i / 3 % width;
                int y = i / 3 / width;
                int v = Math.abs((x * 3 + y * 2 + i % 3 * 60) % 512 - 256);
                rgb[i] = (byte) Math.min(255, v + (state >>> 29));
            }
        }
        return rgb;
    }

    static Planes planes(byte[] rgb, int width, int height) {
        Planes planes = new Planes(width, height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    planes.row(y)[c * width + x] = rgb[3 * (y * width + x) + c] & 0xFF;
                }
            }
        }
        return planes;
    }

    static byte[] bytes(Planes planes) {
        byte[] data = new byte[3 * planes.width() * planes.height()];
        planes.copyTo(ByteBuffer.wrap(data), 0, new byte[planes.width()]);
        return data;
    }

    private static Planes crop(
            byte[] rgb, int width, int height, ReducedBox box, int size, boolean flip) {
        CropResizer resizer = new CropResizer();
        Planes target = new Planes(size, size);
        resizer.start(rgb, width, height, List.of(new CropResizer.Request(box, size, flip)));
        resizer.finish(0, target);
        return target;
    }

    private static CropBox box(JsonNode args) {
        return new CropBox(
                args.get(0).asInt(), args.get(1).asInt(), args.get(2).asInt(), args.get(3).asInt());
    }

    private static Planes apply(JsonNode test, byte[] rgb, int width, int height) {
        JsonNode args = test.get("args");
        Planes planes = planes(rgb, width, height);
        double value = args.path(0).asDouble();
        switch (test.get("op").asText()) {
            case "none" -> {}
            case "brightness" -> planes.brightness(value);
            case "contrast" -> planes.contrast(value);
            case "saturation" -> planes.saturation(value);
            case "hue" -> planes.hue(value);
            case "grey" -> planes.greyscale();
            case "solarize" -> planes.solarize();
            case "blur" -> planes.gaussianBlur(value);
            case "crop" ->
                    planes =
                            crop(
                                    rgb,
                                    width,
                                    height,
                                    ReducedBox.of(box(args), 1),
                                    args.get(4).asInt(),
                                    args.get(5).asInt() == 1);
            // The box lies in a picture of which this one is a reduced copy; Pillow's own crop of
            // the pixels that it touches, then resize with box.
            case "reduced" ->
                    planes =
                            crop(
                                    rgb,
                                    width,
                                    height,
                                    ReducedBox.of(box(args), args.get(5).asInt()),
                                    args.get(4).asInt(),
                                    false);
            case "chain" -> {
                CropBox box = new CropBox(6, 4, 60, 50);
                planes = crop(rgb, width, height, ReducedBox.of(box, 1), 32, true);
                ColorJitter jitter =
                        new ColorJitter(new int[] {3, 0, 2, 1}, 1.21, 0.7, 0.85, -0.06);
                new DinoView(box, true, jitter, false, 1.1, true).changeColours(planes);
            }
            default -> throw new IllegalArgumentException(test.toString());
        }
        return planes;
    }

    @Test
    void equalsPillowToTheBit() {
        JsonNode golden = golden();
        List<String> wrong = new ArrayList<>();
        int cases = 0;
        for (JsonNode test : golden.get("cases")) {
            JsonNode size = golden.get(test.get("picture").asText());
            int width = size.get(0).asInt();
            int height = size.get(1).asInt();
            byte[] rgb = picture(test.get("picture").asText(), width, height);
            byte[] made = bytes(apply(test, rgb, width, height));
            CRC32 crc = new CRC32();
            crc.update(made);
            cases++;
            if (crc.getValue() != test.get("crc32").asLong()) {
                StringBuilder got = new StringBuilder(test.toString()).append(" got");
                test.get("index").forEach(i -> got.append(' ').append(made[i.asInt()] & 0xFF));
                wrong.add(got.toString());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(cases).isGreaterThan(145);
    }
}
