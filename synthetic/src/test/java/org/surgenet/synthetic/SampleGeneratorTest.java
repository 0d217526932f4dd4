package org.surgenet.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Hashes;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;

class SampleGeneratorTest {
    @TempDir static Path shared;

    private static Path sample;

    private static SampleRequest request(Path directory, long seed, int workers) {
        return new SampleRequest(directory, 3, 6, 128, 80, seed, false, workers);
    }

    private static SampleGenerator.Summary make(SampleRequest request) throws IOException {
        return new SampleGenerator(request).generate(Progress.NONE, Cancellation.NEVER);
    }

    @BeforeAll
    static void makeOne() throws IOException {
        sample = shared.resolve("sample");
        SampleGenerator.Summary summary = make(request(sample, 4, 1));
        assertThat(summary).isEqualTo(new SampleGenerator.Summary(3, 3, 450));
    }

    private static TreeMap<String, String> hashes(Path root) throws IOException {
        TreeMap<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                hashes.put(root.relativize(file).toString(), Hashes.sha256(file));
            }
        }
        return hashes;
    }

    @Test
    void sameSeedSameBytesWithAnyNumberOfWorkers(@TempDir Path other) throws IOException {
        make(request(other, 4, 2));

        assertThat(hashes(other)).isEqualTo(hashes(sample));
    }

    @Test
    void secondRunMakesOnlyWhatIsMissing() throws IOException {
        TreeMap<String, String> before = hashes(sample);
        Path video = sample.resolve("videos/cholecystectomy/video02.mp4");
        Files.delete(video);
        Path mask;
        try (var masks = Files.walk(sample.resolve("cholecseg8k/video03"))) {
            mask =
                    masks.filter(file -> file.toString().endsWith("_mask.png"))
                            .findAny()
                            .orElseThrow();
        }
        Files.delete(mask);

        SampleGenerator.Summary summary = make(request(sample, 4, 1));

        assertThat(summary.made()).isEqualTo(2);
        assertThat(hashes(sample)).isEqualTo(before);
    }

    @Test
    void otherParametersInTheSameDirectoryAreRefused() {
        assertThatThrownBy(() -> make(request(sample, 5, 1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("sample.json")
                .hasMessageContaining("contains a sample with ");
    }

    @Test
    void interruptionLeavesNoHalfVideo(@TempDir Path other) throws IOException {
        int[] calls = {0};
        SampleRequest request = request(other, 4, 1);
        assertThatThrownBy(
                        () ->
                                new SampleGenerator(request)
                                        .generate(Progress.NONE, () -> ++calls[0] > 200))
                .isInstanceOf(InterruptedRunException.class);

        assertThat(other.resolve("videos/cholecystectomy"))
                .isDirectoryContaining("glob:**/video01.mp4")
                .isDirectoryNotContaining("glob:**/*.part");
        make(request);
        assertThat(hashes(other)).isEqualTo(hashes(sample));
    }

    @Test
    void phaseFilesCountFramesAtTwentyFivePerSecond() {
        CsvTable table =
                CsvTable.read(
                        sample.resolve("cholec80/phase_annotations/video01-phase.txt"),
                        '\t',
                        "Frame",
                        "Phase");

        assertThat(table.rows()).hasSize(150);
        assertThat(table.rows().get(149).integer("Frame")).isEqualTo(149);
        assertThat(table.rows().get(0).get("Phase")).isEqualTo("Preparation");
        assertThat(table.rows().get(149).get("Phase")).isEqualTo("GallbladderRetraction");
        assertThat(sample.resolve("cholec80/videos/video01.mp4"))
                .hasSameBinaryContentAs(sample.resolve("videos/cholecystectomy/video01.mp4"));
    }

    @Test
    void masksHoldTheGreyValuesOfCholecSeg8k() throws IOException {
        Set<Integer> greys = new HashSet<>();
        for (TissueClass kind : TissueClass.values()) {
            greys.add(kind.grey());
        }
        List<Path> masks;
        try (Stream<Path> files = Files.walk(sample.resolve("cholecseg8k"))) {
            masks = files.filter(f -> f.toString().endsWith("_watershed_mask.png")).toList();
        }

        assertThat(masks).isNotEmpty();
        for (Path mask : masks) {
            assertThat(mask.getParent().getFileName().toString()).matches("video\\d\\d_\\d{5}");
            assertThat(mask.getFileName().toString()).matches("frame_\\d+_endo_watershed_mask.png");
            String stem = mask.toString().replace("_watershed_mask.png", "");
            BufferedImage image = ImageIO.read(mask.toFile());
            BufferedImage frame = ImageIO.read(Path.of(stem + ".png").toFile());
            assertThat(frame.getWidth()).isEqualTo(image.getWidth()).isEqualTo(128);
            assertThat(Path.of(stem + "_color_mask.png")).exists();
            assertThat(Path.of(stem + "_mask.png")).exists();
            for (int y = 0; y < image.getHeight(); y++) {
                for (int x = 0; x < image.getWidth(); x++) {
                    int rgb = image.getRGB(x, y) & 0xFFFFFF;
                    assertThat(rgb).isEqualTo((rgb & 255) * 0x010101);
                    assertThat(greys).contains(rgb & 255);
                }
            }
        }
    }

    @Test
    void criteriaAreInEndoscapesLayoutAndSplitsShareNoPatient() {
        Set<Integer> seen = new HashSet<>();
        for (String split : new String[] {"train", "val", "test"}) {
            Path folder = sample.resolve("endoscapes").resolve(split);
            JsonNode coco = Json.read(folder.resolve("annotation_ds_coco.json"));
            Set<Integer> here = new HashSet<>();
            assertThat(coco.get("images")).isNotEmpty();
            for (JsonNode image : coco.get("images")) {
                int video = image.get("video_id").intValue();
                here.add(video);
                assertThat(image.get("file_name").textValue()).startsWith(video + "_");
                assertThat(folder.resolve(image.get("file_name").textValue())).exists();
                assertThat(image.get("is_ds_keyframe").booleanValue()).isTrue();
                assertThat(image.get("ds")).hasSize(3);
            }
            assertThat(seen).doesNotContainAnyElementsOf(here);
            seen.addAll(here);
        }
        assertThat(seen).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void theSampleSaysThatItIsSynthetic() {
        assertThat(sample.resolve("README.txt")).content().contains("SYNTHETIC", "No patient");
    }

    @Test
    void impossibleRequestsAreExplained(@TempDir Path other) {
        assertThatThrownBy(() -> new SampleRequest(other, 2, 6, 128, 80, 0, false, 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("patients 2: must be");
        assertThatThrownBy(() -> new SampleRequest(other, 3, 1, 128, 80, 0, false, 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("seconds 1.0: must be");
        assertThatThrownBy(() -> new SampleRequest(other, 3, 6, 127, 80, 0, false, 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("127x80");
        assertThatThrownBy(() -> new SampleRequest(other, 3, 6, 128, 8000, 0, false, 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("128x8000");
    }

    @Test
    void splitsCoverEveryNumberOfPatients() {
        for (int n = 3; n <= 40; n++) {
            SampleRequest request = new SampleRequest(shared, n, 6, 128, 80, 0, false, 1);
            Set<String> splits = new HashSet<>();
            for (int p = 1; p <= n; p++) {
                splits.add(request.split(p));
            }
            assertThat(splits)
                    .as("%s patients", n)
                    .containsExactlyInAnyOrder("train", "val", "test");
        }
    }
}
