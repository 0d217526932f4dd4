package org.surgenet.task.seg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.SplitName;
import org.surgenet.image.Images;
import org.surgenet.image.OpenCv;

/** Polygons and run lengths as classes of pixels, and what is wrong with a file. */
class CocoTest {
    @TempDir Path root;

    private static final String CATEGORIES =
            "\"categories\": [{\"id\": 7, \"name\": \"tool\"}, {\"id\": 2, \"name\": \"liver\"}]";

    private void image(String name, int width, int height) throws IOException {
        OpenCv.load();
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Mat mat = new Mat(height, width, CvType.CV_8UC3, new Scalar(1, 2, 3));
        Images.writePng(path, mat);
        mat.release();
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    /** A file of images, a line each, and annotations, a line each. */
    private void coco(String file, List<String> images, List<String> annotations)
            throws IOException {
        write(
                file,
                "{\"info\": {\"images\": [1]},\n\"images\": [\n"
                        + String.join(",\n", images)
                        + "],\n\"annotations\": [\n"
                        + String.join(",\n", annotations)
                        + "],\n"
                        + CATEGORIES
                        + "}\n");
    }

    private static String picture(int id, String name, int width, int height) {
        return String.format(
                Locale.ROOT,
                "{\"id\": %d, \"file_name\": \"%s\", \"width\": %d, \"height\": %d}",
                id,
                name,
                width,
                height);
    }

    private static String annotation(int image, int category, String segmentation) {
        return String.format(
                Locale.ROOT,
                "{\"id\": 1, \"image_id\": %d, \"category_id\": %d, \"segmentation\": %s}",
                image,
                category,
                segmentation);
    }

    private static String runs(int height, int width, String counts) {
        return "{\"size\": [" + height + ", " + width + "], \"counts\": " + counts + "}";
    }

    private Dataset<SegmentationSample> read(SettingValues values) {
        return new SegmentationTask().read("coco", root, values, Progress.NONE);
    }

    private AbstractThrowableAssert<?, ?> refused() {
        return assertThatThrownBy(() -> read(SettingValues.DEFAULTS))
                .isInstanceOf(UserException.class);
    }

    private static int[] labels(SegmentationSample sample) {
        Mat mat = sample.labels().read(sample.mask());
        byte[] bytes = Images.bytes(mat);
        mat.release();
        int[] labels = new int[bytes.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = bytes[i] & 0xFF;
        }
        return labels;
    }

    /** Run lengths of changes, as COCO counts them. */
    private static List<Long> counts(int[] changes, int pixels) {
        List<Long> counts = new ArrayList<>();
        boolean[] inside = new boolean[pixels];
        for (int i = 0; i < changes.length; i += 2) {
            for (int p = changes[i]; p < changes[i + 1]; p++) {
                inside[p] = true;
            }
        }
        long run = 0;
        boolean now = false;
        for (boolean one : inside) {
            if (one != now) {
                counts.add(run);
                run = 0;
                now = one;
            }
            run++;
        }
        counts.add(run);
        return counts;
    }

    private static List<Long> numbers(JsonNode list) {
        List<Long> numbers = new ArrayList<>();
        list.forEach(n -> numbers.add(n.asLong()));
        return numbers;
    }

    /** Against pycocotools 2.0.11, polygons and masks drawn at random there (numpy, seed 16). */
    @Test
    void shapesCoverThePixelsThatPycocotoolsCovers() throws IOException {
        JsonNode reference;
        try (InputStream in = CocoTest.class.getResourceAsStream("/seg/coco_shapes.json")) {
            reference = Json.parse(in.readAllBytes(), "coco_shapes.json");
        }
        for (JsonNode one : reference.get("polygons")) {
            int width = one.get("width").asInt();
            int height = one.get("height").asInt();
            double[] polygon = new double[one.get("polygon").size()];
            for (int i = 0; i < polygon.length; i++) {
                polygon[i] = one.get("polygon").get(i).asDouble();
            }
            assertThat(counts(CocoShapes.ofPolygon(polygon, width, height, "here"), width * height))
                    .as("%s", one)
                    .isEqualTo(numbers(one.get("counts")));
        }
        for (JsonNode one : reference.get("runs")) {
            int pixels = one.get("width").asInt() * one.get("height").asInt();
            int[] compressed = CocoShapes.ofCounts(one.get("compressed"), pixels, "here");
            int[] listed = CocoShapes.ofCounts(one.get("counts"), pixels, "here");
            assertThat(counts(compressed, pixels))
                    .as("%s", one)
                    .isEqualTo(numbers(one.get("counts")));
            assertThat(counts(listed, pixels)).isEqualTo(numbers(one.get("counts")));
            assertThat(CocoShapes.area(listed)).isEqualTo(CocoShapes.area(compressed));
        }
        assertThat(reference.get("polygons")).hasSize(28);
        assertThat(reference.get("runs")).hasSize(10);
    }

    @Test
    void cvatsLayoutWithPolygonsRunLengthsAndAnOverlap() throws IOException {
        image("images/p1/a.png", 4, 3);
        image("images/p2/b.png", 4, 3);
        coco(
                "annotations/instances_default.json",
                List.of(picture(5, "p1/a.png", 4, 3), picture(9, "p2/b.png", 4, 3)),
                List.of(
                        // The left half, and on it one pixel of the liver, which comes first.
                        annotation(5, 2, runs(3, 4, "[1, 1, 10]")),
                        annotation(5, 7, "[[0, 0, 2, 0, 2, 3, 0, 3]]"),
                        annotation(9, 2, runs(3, 4, "[9, 3]"))
                                .replace("\"id\": 1", "\"id\": 1, \"iscrowd\": 1")));

        Dataset<SegmentationSample> data = read(SettingValues.DEFAULTS);

        assertThat(data.classes()).containsExactly("background", "liver", "tool");
        assertThat(data.patients()).containsExactly("p1", "p2");
        assertThat(data.samples())
                .extracting(SegmentationSample::name)
                .containsExactly("images/p1/a.png", "images/p2/b.png");
        assertThat(labels(data.samples().get(0)))
                .containsExactly(2, 2, 0, 0, 1, 2, 0, 0, 2, 2, 0, 0);
        assertThat(labels(data.samples().get(1)))
                .containsExactly(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1);
        assertThat(data.notes())
                .containsExactly(
                        "1 annotation marked iscrowd taken as regions of their class",
                        "1 pixel in 1 image under annotations of different classes: the smaller"
                                + " area lies on top");

        Dataset<SegmentationSample> ordered =
                read(
                        SettingValues.DEFAULTS
                                .with(Coco.OVERLAP, Coco.Overlap.ORDER)
                                .with(Coco.UNANNOTATED, Coco.Unannotated.IGNORE));
        assertThat(labels(ordered.samples().get(0)))
                .containsExactly(2, 2, 255, 255, 2, 2, 255, 255, 2, 2, 255, 255);
        assertThat(ordered.notes().get(1)).endsWith("the later annotation lies on top");
    }

    @Test
    void labelStudiosNamesNeverLeaveTheFolder() throws IOException {
        image("images/v_1.png", 4, 3);
        image("images/v_2.png", 4, 3);
        coco(
                "result.json",
                List.of(
                        picture(0, "images\\\\v_1.png", 4, 3),
                        picture(1, "..\\\\..\\\\media\\\\upload\\\\4\\\\v_2.png", 4, 3)),
                List.of(
                        annotation(0, 7, runs(3, 4, "\"93\"")),
                        annotation(1, 7, runs(3, 4, "[12]"))));
        Dataset<SegmentationSample> data = read(SettingValues.DEFAULTS);
        assertThat(data.samples())
                .extracting(SegmentationSample::name)
                .containsExactly("images/v_1.png", "images/v_2.png");
        assertThat(labels(data.samples().get(0)))
                .containsExactly(0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2);
        assertThat(data.notes())
                .containsExactly(
                        "1 file name leading out of the folder, taken by the last part",
                        "1 patient in 2 images, guessed from the names up to the first _;"
                                + " patients.csv or patient-pattern says it for certain");

        Path outside = root.resolveSibling(root.getFileName() + "-outside.png");
        Files.copy(root.resolve("images/v_1.png"), outside);
        coco(
                "result.json",
                List.of(picture(0, "../" + outside.getFileName(), 4, 3)),
                List.of(annotation(0, 7, runs(3, 4, "[12]"))));
        refused().hasMessageContaining("result.json:3: images[0]: image '");
        coco(
                "result.json",
                List.of(picture(0, outside.toString(), 4, 3)),
                List.of(annotation(0, 7, runs(3, 4, "[12]"))));
        refused().hasMessageContaining("result.json:3: images[0]: image '");
    }

    @Test
    void imagesWithBoxesAloneAreLeftOutAndThoseWithoutAnythingAreBackground() throws IOException {
        for (String name : List.of("a_1", "a_2", "b_1")) {
            image(name + ".png", 4, 3);
        }
        coco(
                "annotations.json",
                List.of(
                        picture(1, "a_1.png", 4, 3),
                        picture(2, "a_2.png", 4, 3),
                        picture(3, "b_1.png", 4, 3)),
                List.of(
                        annotation(1, 7, runs(3, 4, "[0, 12]")),
                        annotation(1, 2, "[]"),
                        annotation(2, 2, runs(3, 4, "[0, 12]"))));
        SettingValues letters = SettingValues.DEFAULTS.with(MaskFolders.PATIENT_PATTERN, "(.)_");
        Dataset<SegmentationSample> data = read(letters);
        assertThat(data.samples())
                .extracting(SegmentationSample::name)
                .containsExactly("a_2.png", "b_1.png");
        assertThat(labels(data.samples().get(1))).containsOnly(0);
        assertThat(data.notes())
                .containsExactly(
                        "1 image left out for 1 annotation that is a box alone, without a region",
                        "1 image without annotations taken as background");
        assertThat(read(letters.with(Coco.UNANNOTATED, Coco.Unannotated.IGNORE)).samples())
                .extracting(SegmentationSample::name)
                .containsExactly("a_2.png");
    }

    @Test
    void whatIsNotInOrderIsRefusedWithItsLine() throws IOException {
        image("v_1.png", 4, 3);
        List<String> one = List.of(picture(1, "v_1.png", 4, 3));
        refused().hasMessageContaining("no .json file with COCO's list 'images'");
        coco("a.json", List.of(picture(1, "v_1.png", 8, 3)), List.of());
        refused().hasMessageContaining("a.json:3: images[0]: says 8 x 3, but the image");
        coco("a.json", one, List.of(annotation(1, 9, "[[0,0,1,0,1,1]]")));
        refused()
                .hasMessageContaining("a.json:5: annotations[0]: has the category_id 9")
                .hasMessageContaining("not among the categories");
        coco("a.json", one, List.of(annotation(3, 7, "[[0,0,1,0,1,1]]")));
        refused().hasMessageContaining("a.json:5: annotations[0]: has the image_id 3");
        coco("a.json", one, List.of(annotation(1, 7, "[[0,0,1,0]]")));
        refused().hasMessageContaining("a.json:5: annotations[0]: polygon 0 has 4 coordinates");
        coco("a.json", one, List.of(annotation(1, 7, "[[0,0,1e9,0,1,1]]")));
        refused().hasMessageContaining("a.json:5: annotations[0]: has a corner at 1.0E9, far");
        coco("a.json", one, List.of(annotation(1, 7, runs(30000, 30000, "[900000000]"))));
        refused().hasMessageContaining("are for the size [30000,30000], which no image has");
        coco("a.json", one, List.of(annotation(1, 7, runs(2147483647, 2147483647, "[1]"))));
        refused()
                .hasMessageContaining("a.json:5: annotations[0]: its run lengths are for the size");
        coco("a.json", one, List.of(annotation(1, 7, runs(3, 5, "[15]"))));
        refused().hasMessageContaining("its run lengths are for 5 x 3, but the image is 4 x 3");
        coco("a.json", one, List.of(annotation(1, 7, "{\"size\": [3, 4]}")));
        refused().hasMessageContaining("a.json:5: annotations[0]: its segmentation has no counts");
        for (String counts :
                List.of(
                        "[0, 2147483647, 12]",
                        "[9223372036854775807, 9223372036854775807]",
                        "[-12, 24]",
                        "[11]",
                        "\"92\"",
                        "[]")) {
            coco("a.json", one, List.of(annotation(1, 7, runs(3, 4, counts))));
            refused().hasMessageContaining("run lengths do not add up to the 12 pixels");
        }
        coco("a.json", one, List.of(annotation(1, 7, runs(3, 4, "\"9oooooooooooo\""))));
        refused().hasMessageContaining("compressed run lengths are damaged at character");
        coco("a.json", List.of(one.get(0), picture(2, "v_1.png", 4, 3)), List.of());
        refused().hasMessageContaining("a.json:4: images[1]").hasMessageContaining("too; where");
        write("a.json", "{\"images\": [null]}");
        refused().hasMessageContaining("a.json:1: images[0]: 'id' is ");
        write("a.json", "[1]");
        refused().hasMessageContaining("a.json: is not a JSON object");
        write("a.json", "{\"images\": " + "[".repeat(5000) + "]".repeat(5000) + "}");
        refused().hasMessageContaining("a.json: not valid JSON at line");
        write("a.json", "{\"images\": [\n{\"id\": 1,}]}");
        refused().hasMessageContaining("a.json: not valid JSON at line 2");
    }

    @Test
    void partsAreASplitIfTheyAreOneByPatient() throws IOException {
        for (String part : List.of("train", "valid", "test")) {
            image(part + "/" + part + "_1.png", 4, 3);
            coco(
                    part + "/_annotations.coco.json",
                    List.of(picture(1, part + "_1.png", 4, 3)),
                    List.of(annotation(1, 7, runs(3, 4, "[0, 12]"))));
        }
        SettingValues own = SettingValues.DEFAULTS.with(MaskFolders.PATIENT_PATTERN, "([a-z]+)_");
        assertThat(read(own).ownSplit())
                .containsEntry("train", SplitName.TRAIN)
                .containsEntry("valid", SplitName.VAL)
                .containsEntry("test", SplitName.TEST);
        SettingValues same = SettingValues.DEFAULTS.with(MaskFolders.PATIENT_PATTERN, "(_)");
        assertThat(read(same).ownSplit()).isEmpty();
        assertThat(read(same).notes())
                .containsExactly("the files' own split is not used: it has patient _ on two sides");
        write("train/other.json", Files.readString(root.resolve("train/_annotations.coco.json")));
        assertThatThrownBy(() -> read(own))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("name one kind as annotations");
        assertThat(read(own.with(Coco.ANNOTATIONS, "_annotations.coco.json")).samples()).hasSize(3);
    }

    /** Endoscapes-Seg50 lies beside the larger sets, in train_seg and so on. */
    @Test
    void filesInOtherFoldersAreTakenByTheirPattern() throws IOException {
        for (String part : List.of("train", "val", "test")) {
            for (String folder : List.of(part, part + "_seg")) {
                image(folder + "/1" + part.length() + "_25.png", 4, 3);
                coco(
                        folder + "/annotation_coco.json",
                        List.of(
                                picture(1, "1" + part.length() + "_25.png", 4, 3)
                                        .replace("{", "{\"video_id\": \"" + part + "\", ")),
                        List.of(annotation(1, 7, runs(3, 4, "[0, 12]"))));
            }
        }
        Dataset<SegmentationSample> data =
                read(SettingValues.DEFAULTS.with(Coco.ANNOTATIONS, "*_seg/*.json"));
        assertThat(data.samples())
                .extracting(SegmentationSample::name)
                .containsExactly("test_seg/14_25.png", "train_seg/15_25.png", "val_seg/13_25.png");
        assertThat(data.ownSplit())
                .hasSize(3)
                .containsEntry("train", SplitName.TRAIN)
                .containsEntry("val", SplitName.VAL);
        assertThat(data.notes()).isEmpty();
        assertThat(
                        read(SettingValues.DEFAULTS.with(Coco.ANNOTATIONS, "annotation_coco.json"))
                                .samples())
                .extracting(SegmentationSample::name)
                .containsExactly("test/14_25.png", "train/15_25.png", "val/13_25.png");
    }
}
