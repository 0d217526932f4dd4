package org.surgenet.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.surgenet.FillRule;
import org.surgenet.common.UserException;

class FeatureTableTest {
    @TempDir private Path folder;

    private static FeatureTable table() {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        columns.put("path", List.of("a, b.png", "c.png", "d.png"));
        columns.put("time_s", List.of("0.5", "", "1.5"));
        columns.put("label", List.of("cut", "cut", "rest"));
        return new FeatureTable(
                columns,
                List.of(
                        new float[] {1.5f, -0.1f},
                        new float[] {3, Float.MIN_VALUE},
                        new float[] {0, 1e30f}));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsReadAgain(FeatureFormat format) throws IOException {
        table().write(folder, format, Map.of("backbone", "caformer_test"));

        for (String file : format.files()) {
            assertThat(folder.resolve(file)).isRegularFile();
        }
        FeatureTable read = FeatureTable.read(FeatureTable.find(folder));
        assertThat(read.columns()).isEqualTo(table().columns());
        assertThat(read.features()).usingRecursiveComparison().isEqualTo(table().features());
    }

    /** Written by numpy 2: {@code np.save("f64.npy", [[1.5, -2.25], [3, 4e-3], [0, 7]])}. */
    @Test
    void numpysDoublesAreRead() throws IOException {
        Path file = folder.resolve("features.npy");
        try (InputStream in = getClass().getResourceAsStream("/features/f64.npy")) {
            Files.copy(in, file);
        }
        Files.writeString(folder.resolve("rows.csv"), "video\nv1\nv1\nv2\n");

        FeatureTable read = FeatureTable.read(file);

        assertThat(read.features().get(0)).containsExactly(1.5f, -2.25f);
        assertThat(read.features().get(1)).containsExactly(3f, 4e-3f);
        assertThat(read.features().get(2)).containsExactly(0f, 7f);
        assertThat(read.column("video")).hasValue(List.of("v1", "v1", "v2"));
    }

    @Test
    void whatIsNoTableIsRefused() throws IOException {
        Path csv = folder.resolve("features.csv");
        Files.writeString(csv, "path,f0,f1\na.png,1,x\n");
        assertThatThrownBy(() -> FeatureTable.read(csv))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("features.csv:2: f1 'x' is not a number");
        Files.writeString(csv, "path,f0,f2\na.png,1,2\n");
        assertThatThrownBy(() -> FeatureTable.read(csv)).hasMessageContaining("but no f1");
        Files.writeString(csv, "path,label\na.png,cut\n");
        assertThatThrownBy(() -> FeatureTable.read(csv)).hasMessageContaining("has no features");
        Files.writeString(csv, "path,f0\na.png,NaN\n");
        assertThatThrownBy(() -> FeatureTable.read(csv)).hasMessageContaining("is not finite");

        table().write(folder, FeatureFormat.NPY, Map.of());
        assertThatThrownBy(() -> FeatureTable.find(folder)).hasMessageContaining("several formats");
        Files.writeString(folder.resolve("rows.csv"), "video\nv1\n");
        assertThatThrownBy(() -> FeatureTable.read(folder.resolve("features.npy")))
                .hasMessageContaining("features of 3 frames")
                .hasMessageContaining("has 1 rows");
    }

    /** Expected values: numpy 2, eigh of the covariance of the same numbers. */
    @Test
    void principalComponentsAreNumpys() {
        List<float[]> features = new ArrayList<>();
        float[] all = FillRule.input("pca", 12, 5);
        for (int i = 0; i < 12; i++) {
            features.add(java.util.Arrays.copyOfRange(all, 5 * i, 5 * i + 5));
        }

        double[] first = {0.6681014175126546, -1.84627888265675, -0.38126329793660674};
        double[] second = {-0.04018860703015969, 0.7442583875742093, -1.4763719459488935};
        PrincipalPlane plane = PrincipalPlane.of(features);

        assertThat(plane.shares()[0]).isCloseTo(0.4244482130114249, within(1e-9));
        assertThat(plane.shares()[1]).isCloseTo(0.21513741054276322, within(1e-9));
        for (int i = 0; i < 3; i++) {
            assertThat(plane.points()[i][0]).isCloseTo(first[i], within(1e-7));
            assertThat(plane.points()[i][1]).isCloseTo(second[i], within(1e-7));
        }
    }

    /** The legend of 80 patients must not make the picture larger than that of a few. */
    @Test
    void mapsOfManyGroupsHaveALegendThatFits() throws IOException {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        List<String> few = new ArrayList<>();
        List<String> many = new ArrayList<>();
        List<float[]> features = new ArrayList<>();
        for (int i = 0; i < 160; i++) {
            few.add("phase " + i % 3);
            many.add("a patient with quite a long name, number " + i / 2);
            features.add(new float[] {i, i % 7, i % 11});
        }
        columns.put("label", few);
        columns.put("patient", many);

        FeatureMap.write(
                new FeatureTable(columns, features), List.of("label", "patient"), "T", folder);

        var label = ImageIO.read(folder.resolve("map-label.png").toFile());
        var patient = ImageIO.read(folder.resolve("map-patient.png").toFile());
        assertThat(patient.getWidth()).isEqualTo(label.getWidth());
        // Twelve lines of two names each and one for the others.
        assertThat(patient.getHeight() - label.getHeight()).isEqualTo(12 * 22 * 2);
        assertThatThrownBy(
                        () ->
                                FeatureMap.write(
                                        new FeatureTable(columns, features),
                                        List.of("procedure"),
                                        "T",
                                        folder))
                .hasMessageContaining("no such column, but label, patient");
    }
}
