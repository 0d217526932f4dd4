package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;

/** Curves over training patients and gains of classes, on scores whose results are known. */
class StudyStatisticsTest {
    private static final Settings SETTINGS =
            Settings.builder().baseline("base").resamples(500).build();

    @TempDir Path folder;

    private Path write(String name, String model, List<ScoreRow> rows) throws IOException {
        Path file = Files.createDirectories(folder.resolve(name + model)).resolve("scores.csv");
        ScoresCsv.write(file, rows);
        return file;
    }

    private static List<ScoreRow> dice(String model, String label, double[] values) {
        return IntStream.range(0, values.length)
                .mapToObj(
                        i -> new ScoreRow(model, "seg", "d", "p" + i, "dice", label, values[i], 1))
                .toList();
    }

    private static double[] shifted(double by) {
        return IntStream.range(0, 8)
                .mapToDouble(i -> 0.4 + 0.02 * i + by + 0.001 * (i % 3))
                .toArray();
    }

    @Test
    void modelThatNeedsFewerPatientsIsNamedWithTheFewest() throws IOException {
        Map<Integer, List<Path>> files =
                Map.of(
                        2,
                        List.of(
                                write("n2", "base", dice("base", "all", shifted(0))),
                                write("n2", "ours", dice("ours", "all", shifted(0.15)))),
                        4,
                        List.of(
                                write("n4", "base", dice("base", "all", shifted(0.1))),
                                write("n4", "ours", dice("ours", "all", shifted(0.25)))),
                        8,
                        List.of(
                                write("n8", "base", dice("base", "all", shifted(0.2))),
                                write("n8", "ours", dice("ours", "all", shifted(0.3)))));

        PatientCurves.Panel panel = PatientCurves.of(files, SETTINGS, Cancellation.NEVER).get(0);

        assertThat(panel.points()).hasSize(6);
        assertThat(panel.units()).isEqualTo(8);
        assertThat(
                        panel.reaches().stream()
                                .map(r -> r.model() + r.size() + " " + r.other() + r.otherSize()))
                .containsExactlyInAnyOrder("ours2 base4", "ours4 base8");
        assertThat(panel.reaches().get(0).improvement()).isCloseTo(0.05, within(1e-12));
    }

    @Test
    void scoreAndIntervalAreThoseOfTheComparison() throws IOException {
        Path base = write("x", "base", dice("base", "all", shifted(0)));
        Path ours = write("x", "ours", dice("ours", "all", shifted(0.1)));

        PatientCurves.Point point =
                PatientCurves.of(Map.of(5, List.of(base, ours)), SETTINGS, Cancellation.NEVER)
                        .get(0)
                        .points()
                        .get(0);
        ClusterBootstrap bootstrap = new ClusterBootstrap(8, 500, 0);

        assertThat(point.model()).isEqualTo("base");
        assertThat(point.size()).isEqualTo(5);
        assertThat(point.interval())
                .isEqualTo(bootstrap.interval(shifted(0), ClusterBootstrap.Kind.EXPANDED, 0.95));
    }

    @Test
    void nothingIsClaimedWhereTheIntervalReachesBelowNothing() throws IOException {
        double[] noisy = {0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4};
        Map<Integer, List<Path>> files =
                Map.of(
                        2,
                        List.of(write("n2", "ours", dice("ours", "all", noisy))),
                        4,
                        List.of(write("n4", "base", dice("base", "all", shifted(0)))));

        assertThat(PatientCurves.of(files, SETTINGS, Cancellation.NEVER).get(0).reaches())
                .isEmpty();
    }

    @Test
    void nothingIsClaimedOfFewUnitsOrOfAModelThatLosesByMorePatients() throws IOException {
        Map<Integer, List<Path>> few =
                Map.of(
                        2,
                        List.of(
                                write(
                                        "f2",
                                        "ours",
                                        dice("ours", "all", new double[] {.9, .91, .92}))),
                        4,
                        List.of(
                                write(
                                        "f4",
                                        "base",
                                        dice("base", "all", new double[] {.1, .11, .12}))));
        Map<Integer, List<Path>> falling =
                Map.of(
                        2,
                        List.of(
                                write("g2", "base", dice("base", "all", shifted(0.2))),
                                write("g2", "ours", dice("ours", "all", shifted(0.1)))),
                        4,
                        List.of(
                                write("g4", "base", dice("base", "all", shifted(0))),
                                write("g4", "ours", dice("ours", "all", shifted(0.05)))));

        assertThat(PatientCurves.of(few, SETTINGS, Cancellation.NEVER).get(0).reaches()).isEmpty();
        assertThat(PatientCurves.of(falling, SETTINGS, Cancellation.NEVER).get(0).reaches())
                .isEmpty();
    }

    @Test
    void classesThatNeitherFindsDoNotCount() throws IOException {
        List<ScoreRow> base = new ArrayList<>();
        List<ScoreRow> ours = new ArrayList<>();
        StringBuilder counts =
                new StringBuilder(
                        "model,task,dataset,average,empty,unit,class,in_mean,tp,fp,fn,images,"
                                + "dice_sum,iou_sum\n");
        for (int c = 0; c < 7; c++) {
            double[] none = new double[8];
            base.addAll(dice("base", "c" + c, c < 4 ? shifted(0) : none));
            ours.addAll(dice("ours", "c" + c, c < 4 ? shifted(0.01 * c) : none));
            for (int p = 0; p < 8; p++) {
                counts.append("M,seg,d,patient,nan,p" + p + ",c" + c + ",true,9,0,3,1,1,1\n");
            }
        }
        List<Path> files = List.of(write("z", "base", base), write("z", "ours", ours));
        for (int i = 0; i < 2; i++) {
            Files.writeString(
                    files.get(i).resolveSibling("counts.csv"),
                    counts.toString().replace("M,seg", (i == 0 ? "base" : "ours") + ",seg"));
        }

        ClassGains.Panel panel = ClassGains.of(files, SETTINGS, Cancellation.NEVER).get(0);

        assertThat(panel.gains().stream().filter(ClassGains.Gain::found).count()).isEqualTo(4);
        assertThat(panel.correlation()).isNaN();
    }

    @Test
    void rareClassesThatGainMoreShowInTheCorrelation() throws IOException {
        List<ScoreRow> base = new ArrayList<>();
        List<ScoreRow> ours = new ArrayList<>();
        StringBuilder counts =
                new StringBuilder(
                        "model,task,dataset,average,empty,unit,class,in_mean,tp,fp,fn,images,"
                                + "dice_sum,iou_sum\n");
        for (int c = 0; c < 6; c++) {
            base.addAll(dice("base", "c" + c, shifted(0)));
            // Class 5 is the rarest and gains most.
            ours.addAll(dice("ours", "c" + c, shifted(0.01 * (c + 1))));
            for (int p = 0; p < 8; p++) {
                counts.append(
                        "M,seg,d,patient,nan,p"
                                + p
                                + ",c"
                                + c
                                + ",true,"
                                + (60 - 10 * c)
                                + ",0,3,1,1,1\n");
            }
        }
        for (int p = 0; p < 8; p++) {
            counts.append("M,seg,d,patient,nan,p" + p + ",background,false,1000,0,0,1,1,1\n");
        }
        List<Path> files = List.of(write("c", "base", base), write("c", "ours", ours));
        for (int i = 0; i < 2; i++) {
            Files.writeString(
                    files.get(i).resolveSibling("counts.csv"),
                    counts.toString().replace("M,seg", (i == 0 ? "base" : "ours") + ",seg"));
        }

        ClassGains.Panel panel = ClassGains.of(files, SETTINGS, Cancellation.NEVER).get(0);

        assertThat(panel.model()).isEqualTo("ours");
        assertThat(panel.gains()).hasSize(6);
        assertThat(panel.gains().get(0).label()).isEqualTo("c0");
        // 63 of the 1,228 pixels of a patient; the background counts among them, but is no class.
        assertThat(panel.gains().get(0).frequency()).isCloseTo(63.0 / 1228, within(1e-12));
        assertThat(panel.gains().get(5).gain()).isCloseTo(0.06, within(1e-12));
        assertThat(panel.correlation()).isCloseTo(-1, within(1e-12));
        assertThat(panel.interval().high()).isNegative();
    }
}
