package org.surgenet.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.surgenet.image.Images;
import org.surgenet.image.Resampling;

class ImageBatchesTest {
    private static final int IMAGE_BYTES = 3 * 8 * 4;

    @TempDir static Path folder;

    private static final List<Path> FILES = new ArrayList<>();

    /** Seven plain images, each of a brightness of its own. */
    @BeforeAll
    static void draw() throws Exception {
        FILES.clear();
        for (int i = 0; i < 7; i++) {
            byte[] grey = new byte[3 * 16 * 16];
            Arrays.fill(grey, (byte) (10 * i));
            Mat picture = Images.ofRgbBytes(grey, 16, 16);
            FILES.add(folder.resolve("f" + i + ".png"));
            Images.writePng(FILES.get(i), picture);
            picture.release();
        }
    }

    private static ImageBatches batches(List<Path> files, int workers, List<String> failures) {
        return new ImageBatches(
                files,
                8,
                4,
                Resampling.BICUBIC,
                3,
                workers,
                (index, cause) -> failures.add(index + " " + cause));
    }

    private static List<Integer> brightness(ImageBatches.Batch batch) {
        ByteBuffer pixels = batch.pixels();
        assertThat(pixels.remaining()).isEqualTo(batch.indices().size() * IMAGE_BYTES);
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < batch.indices().size(); i++) {
            values.add(pixels.get(i * IMAGE_BYTES) & 0xFF);
        }
        return values;
    }

    @Test
    void imagesComeInTheListsOrderWhateverTheNumberOfWorkers() {
        for (int workers : new int[] {1, 3}) {
            try (ImageBatches batches = batches(FILES, workers, new ArrayList<>())) {
                List<List<Integer>> values = new ArrayList<>();
                List<List<Integer>> indices = new ArrayList<>();
                batches.forEachRemaining(
                        batch -> {
                            values.add(brightness(batch));
                            indices.add(batch.indices());
                        });
                assertThat(indices).containsExactly(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6));
                assertThat(values)
                        .containsExactly(List.of(0, 10, 20), List.of(30, 40, 50), List.of(60));
                assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
            }
        }
    }

    @Test
    void whatCannotBeReadIsReportedAndLeftOut() throws Exception {
        List<Path> files = new ArrayList<>(FILES);
        files.set(1, Files.writeString(folder.resolve("text.png"), "not an image"));
        for (int i = 3; i < 6; i++) {
            files.set(i, folder.resolve("missing.png"));
        }
        List<String> failures = new ArrayList<>();
        List<List<Integer>> indices = new ArrayList<>();
        List<List<Integer>> values = new ArrayList<>();
        try (ImageBatches batches = batches(files, 2, failures)) {
            batches.forEachRemaining(
                    batch -> {
                        indices.add(batch.indices());
                        values.add(brightness(batch));
                    });
        }

        assertThat(indices).containsExactly(List.of(0, 2), List.of(), List.of(6));
        assertThat(values).containsExactly(List.of(0, 20), List.of(), List.of(60));
        assertThat(failures).hasSize(4);
        assertThat(failures.get(0)).startsWith("1 ").contains("text.png");
        assertThat(failures.get(3)).startsWith("5 ").contains("missing.png");
    }
}
