package org.surgenet.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.UserException;
import org.surgenet.loader.DinoViews;

class CropPreviewTest {
    @TempDir Path folder;

    private PretrainRequest request(List<Path> frames) {
        return Frames.request(frames, folder.resolve("run"), 1, frames.size(), 1);
    }

    /** The pixels of the first frame's first global view are those that training gets. */
    @Test
    void showsTheViewsOfTheFirstEpoch() throws Exception {
        List<Path> frames =
                Frames.draw(folder.resolve("frames"), 2, 3).stream()
                        .map(Frames.Labelled::path)
                        .toList();
        PretrainRequest request = request(frames);
        Path file = folder.resolve("preview.png");

        int shown = new CropPreview(request).write(file);

        assertThat(shown).isEqualTo(6);
        BufferedImage picture = ImageIO.read(file.toFile());
        DinoViews maker = request.crops().views();
        ByteBuffer views = ByteBuffer.allocate(maker.sizes().bytes());
        maker.make(frames.get(0), request.running().seed(), 0, 0, views);
        int plane = 64 * 64;
        int pixel =
                (views.get(0) & 0xFF) << 16
                        | (views.get(plane) & 0xFF) << 8
                        | views.get(2 * plane) & 0xFF;
        // Drawn at twice the size: the first view's top left corner lies right of the frame (64
        // wide in its cell) and below the headings.
        int x = 2 * (8 + 64 + 8);
        int y = 2 * (8 + 24 + 18 + 18);
        assertThat(picture.getRGB(x, y) & 0xFFFFFF).isEqualTo(pixel);
    }

    @Test
    void unreadableFramesArePassedOverUnlessAllAre() throws Exception {
        List<Path> frames = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            frames.add(Files.writeString(folder.resolve(i + ".jpg"), "no picture"));
        }
        CropPreview none = new CropPreview(request(frames));

        assertThatThrownBy(() -> none.write(folder.resolve("p.png")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("none of 2 frames");

        frames.add(Frames.draw(folder.resolve("frames"), 1, 1).get(0).path());
        assertThat(new CropPreview(request(frames)).write(folder.resolve("p.png"))).isEqualTo(1);
    }
}
