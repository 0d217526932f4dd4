package org.surgenet.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.surgenet.common.Rational;
import org.surgenet.video.container.VideoWriter;

/** Small videos for tests, made with FFmpeg's own encoders. */
public final class TestVideos {
    public static final int WIDTH = 96;
    public static final int HEIGHT = 64;

    private TestVideos() {}

    /** A picture that tells its number: a gradient with a block that moves. */
    public static byte[] picture(int width, int height, int number) {
        byte[] pixels = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = 3 * (y * width + x);
                boolean block = (x + 3 * number) % width < width / 4 && y > height / 3;
                pixels[i] = (byte) (block ? 220 : 255 * x / width);
                pixels[i + 1] = (byte) (block ? 40 + 5 * number : 255 * y / height);
                pixels[i + 2] = (byte) (7 * number + x * y / 16);
            }
        }
        return pixels;
    }

    public static Path write(Path file, int frames, VideoWriter.Settings settings)
            throws IOException {
        try (VideoWriter writer = VideoWriter.of(file, WIDTH, HEIGHT, settings)) {
            for (int i = 0; i < frames; i++) {
                writer.write(picture(WIDTH, HEIGHT, i));
            }
            writer.finish();
        }
        return file;
    }

    public static VideoWriter.Settings settings(
            String container, String codec, String fps, int gop, int bFrames) {
        Map<String, String> options =
                switch (codec) {
                    case "libvpx-vp9", "libaom-av1" -> Map.of("cpu-used", "8");
                    // Limited range in JPEG is not official.
                    case "mjpeg" -> Map.of("strict", "-1");
                    default -> Map.of();
                };
        return new VideoWriter.Settings(
                container, codec, Rational.parse(fps, "fps"), gop, 300_000, bFrames, options);
    }
}
