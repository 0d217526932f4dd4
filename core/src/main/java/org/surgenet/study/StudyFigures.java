package org.surgenet.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.surgenet.common.Words;
import org.surgenet.metrics.Metric;
import org.surgenet.report.Charts;
import org.surgenet.report.Figure;
import org.surgenet.report.Table;
import org.surgenet.stats.ClassGains;
import org.surgenet.stats.ComparisonResult;
import org.surgenet.stats.Interval;
import org.surgenet.stats.PatientCurves;
import org.surgenet.stats.Settings;

/** A study's own figures, each with a sentence for what its intervals support. */
final class StudyFigures {
    private static final int PANELS = 6;

    /** Of several metrics of a task, the one that figures show. */
    static final List<String> HEADLINES = List.of("dice", "accuracy", "map");

    private final Study study;
    private final Settings settings;
    private final Path folder;
    private Optional<Figure> patients = Optional.empty();
    private Optional<Figure> epochs = Optional.empty();
    private Optional<Figure> classes = Optional.empty();
    private Optional<Figure> ranks = Optional.empty();
    private final List<String> reaches = new ArrayList<>();
    private final List<String> correlations = new ArrayList<>();

    /**
     * @param folder that the figures are written to
     */
    StudyFigures(Study study, Settings settings, Path folder) {
        this.study = study;
        this.settings = settings;
        this.folder = folder;
    }

    /** Scores over training patients; empty where the plan has one number of them. */
    Optional<Figure> patients() {
        return patients;
    }

    /** Mean ranks over data sets; empty below three weights or two data sets. */
    Optional<Figure> ranks() {
        return ranks;
    }

    /** Scores over pretraining epochs; empty where no arms are of one run. */
    Optional<Figure> epochs() {
        return epochs;
    }

    /** Gains over class frequency; empty without scores of classes. */
    Optional<Figure> classes() {
        return classes;
    }

    /** Which weights need fewer patients than others, a sentence each. */
    List<String> reaches() {
        return reaches;
    }

    /** Whether rare classes gain more, a sentence each. */
    List<String> correlations() {
        return correlations;
    }

    /**
     * Draws what follows from the scores at every number of training patients.
     *
     * @param main the number that the other figures are about
     */
    void curves(List<PatientCurves.Panel> all, int main) throws IOException {
        List<PatientCurves.Panel> shown = headlines(all);
        if (study.plan().sizes().size() > 1) {
            patients = Optional.of(overPatients(all, shown));
            shown.forEach(panel -> panel.reaches().forEach(r -> reaches.add(said(panel, r))));
        }
        epochs = overEpochs(shown, main);
        for (Optional<Figure> figure : List.of(patients, epochs)) {
            if (figure.isPresent()) {
                figure.get().write(folder);
            }
        }
    }

    private int place(String dataset) {
        return study.plan().datasets().indexOf(study.plan().dataset(dataset));
    }

    /** Ranks the weights over the data sets, by the headline metric of each. */
    void ranks(ComparisonResult result) throws IOException {
        List<String> datasets =
                study.plan().datasets().stream().map(Plan.LabelledData::name).toList();
        ranks = result.ranks(datasets, HEADLINES);
        if (ranks.isPresent()) {
            ranks.get().write(folder);
        }
    }

    private List<PatientCurves.Panel> headlines(List<PatientCurves.Panel> all) {
        List<PatientCurves.Panel> sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparingInt(panel -> place(panel.dataset())));
        if (!settings.metrics().isEmpty()) {
            return sorted;
        }
        Map<String, PatientCurves.Panel> chosen = new LinkedHashMap<>();
        for (PatientCurves.Panel panel : sorted) {
            chosen.merge(
                    panel.task() + "\n" + panel.dataset(),
                    panel,
                    (a, b) -> HEADLINES.contains(b.metric()) ? b : a);
        }
        return List.copyOf(chosen.values());
    }

    private Figure overPatients(List<PatientCurves.Panel> all, List<PatientCurves.Panel> shown) {
        Table.Builder data =
                Table.builder("")
                        .text("task", "dataset", "metric", "model", "train_patients")
                        .numbers("patients", "score", "ci_low", "ci_high", "runs", "units");
        for (PatientCurves.Panel panel : all) {
            for (PatientCurves.Point p : panel.points()) {
                data.row(
                        panel.task(),
                        panel.dataset(),
                        panel.metric(),
                        p.model(),
                        Plan.label(p.size()),
                        exact(patients(panel, p.size())),
                        exact(p.score()),
                        exact(p.interval().low()),
                        exact(p.interval().high()),
                        Integer.toString(p.runs()),
                        Integer.toString(panel.units()));
            }
        }
        List<Charts.PointPanel> panels =
                shown.stream()
                        .limit(PANELS)
                        .map(
                                panel ->
                                        new Charts.PointPanel(
                                                panel.heading() + ", " + tested(panel),
                                                "training patients",
                                                Metric.name(panel.metric()),
                                                true,
                                                Double.NaN,
                                                series(
                                                        panel,
                                                        p -> patients(panel, p.size()),
                                                        p -> true)))
                        .toList();
        return new Figure(
                "data-efficiency",
                Charts.points("Scores over the number of training patients" + rest(shown), panels),
                data.build(),
                method()
                        + " The training patients of a seed are nested and the same for all"
                        + " weights; the intervals do not hold how scores vary with the choice of"
                        + " training patients.");
    }

    private static String rest(List<?> shown) {
        return shown.size() > PANELS ? " (" + PANELS + " of " + shown.size() + " panels)" : "";
    }

    private static String tested(PatientCurves.Panel panel) {
        return "n = " + panel.units() + " test " + panel.unit() + (panel.units() == 1 ? "" : "s");
    }

    private double patients(PatientCurves.Panel panel, int size) {
        return StudyFacts.trainingPatients(study, panel.dataset(), size);
    }

    private interface Position {
        double of(PatientCurves.Point point);
    }

    private interface Choice {
        boolean of(PatientCurves.Point point);
    }

    private List<Charts.Points> series(
            PatientCurves.Panel panel, Position position, Choice choice) {
        Map<String, List<PatientCurves.Point>> byModel = new LinkedHashMap<>();
        study.plan().arms().forEach(arm -> byModel.put(arm.name(), new ArrayList<>()));
        panel.points().stream().filter(choice::of).forEach(p -> byModel.get(p.model()).add(p));
        List<Charts.Points> all = new ArrayList<>();
        byModel.forEach(
                (model, points) -> {
                    if (!points.isEmpty()) {
                        all.add(points(model, points, position));
                    }
                });
        return all;
    }

    private static Charts.Points points(
            String name, List<PatientCurves.Point> points, Position position) {
        return new Charts.Points(
                name,
                points.stream().mapToDouble(position::of).toArray(),
                points.stream().mapToDouble(PatientCurves.Point::score).toArray(),
                points.stream().mapToDouble(p -> p.interval().low()).toArray(),
                points.stream().mapToDouble(p -> p.interval().high()).toArray(),
                List.of(),
                true);
    }

    private String said(PatientCurves.Panel panel, PatientCurves.Reach reach) {
        return String.format(
                Locale.ROOT,
                "%s: %s with %s training patients scores at least as high as %s with %s (difference"
                        + " %s, %s).",
                panel.heading(),
                reach.model(),
                count(panel, reach.size()),
                reach.other(),
                count(panel, reach.otherSize()),
                signed(reach.improvement()) + " " + interval(reach.interval()),
                tested(panel));
    }

    private String count(PatientCurves.Panel panel, int size) {
        return exact(Math.round(patients(panel, size) * 10) / 10.0).replaceFirst("\\.0$", "");
    }

    /** Scores of arms that are checkpoints of one pretraining. */
    private Optional<Figure> overEpochs(List<PatientCurves.Panel> shown, int main)
            throws IOException {
        Map<Path, Map<String, Double>> runs = new LinkedHashMap<>();
        for (Plan.Arm arm : study.plan().arms()) {
            if (arm.run().isPresent() && arm.epochs().isPresent()) {
                runs.computeIfAbsent(arm.run().get(), run -> new LinkedHashMap<>())
                        .put(arm.name(), arm.epochs().getAsDouble());
            }
        }
        runs.values().removeIf(arms -> Set.copyOf(arms.values()).size() < 2);
        if (runs.isEmpty()) {
            return Optional.empty();
        }
        Table.Builder data =
                Table.builder("")
                        .text("task", "dataset", "metric", "run", "model")
                        .numbers("epochs", "score", "ci_low", "ci_high");
        List<Charts.PointPanel> panels = new ArrayList<>();
        for (PatientCurves.Panel panel : shown) {
            List<Charts.Points> series = new ArrayList<>();
            runs.forEach(
                    (run, arms) -> {
                        List<PatientCurves.Point> points =
                                panel.points().stream()
                                        .filter(p -> p.size() == main)
                                        .filter(p -> arms.containsKey(p.model()))
                                        .toList();
                        String name = run.getFileName().toString();
                        series.add(points(name, points, p -> arms.get(p.model())));
                        for (PatientCurves.Point p : points) {
                            data.row(
                                    panel.task(),
                                    panel.dataset(),
                                    panel.metric(),
                                    name,
                                    p.model(),
                                    exact(arms.get(p.model())),
                                    exact(p.score()),
                                    exact(p.interval().low()),
                                    exact(p.interval().high()));
                        }
                    });
            if (panels.size() < PANELS) {
                panels.add(
                        new Charts.PointPanel(
                                panel.heading() + ", " + tested(panel),
                                "pretraining epochs",
                                Metric.name(panel.metric()),
                                false,
                                Double.NaN,
                                series));
            }
        }
        return Optional.of(
                new Figure(
                        "epochs",
                        Charts.points("Scores over pretraining epochs" + rest(shown), panels),
                        data.build(),
                        method()));
    }

    /** Draws the gains of single classes. */
    void classes(List<ClassGains.Panel> all) throws IOException {
        if (all.isEmpty()) {
            return;
        }
        List<ClassGains.Panel> gains = new ArrayList<>(all);
        gains.sort(Comparator.comparingInt(panel -> place(panel.dataset())));
        Table.Builder data =
                Table.builder("")
                        .text("task", "dataset", "metric", "model", "baseline", "class")
                        .numbers("frequency", "gain", "ci_low", "ci_high");
        List<Charts.PointPanel> panels = new ArrayList<>();
        for (ClassGains.Panel panel : gains) {
            for (ClassGains.Gain g : panel.gains()) {
                data.row(
                        panel.task(),
                        panel.dataset(),
                        panel.metric(),
                        panel.model(),
                        panel.baseline(),
                        g.label(),
                        exact(g.frequency()),
                        exact(g.gain()),
                        exact(g.interval().low()),
                        exact(g.interval().high()));
            }
            correlations.add(said(panel));
            if (panels.size() < PANELS) {
                panels.add(panel(panel));
            }
        }
        Figure figure =
                new Figure(
                        "rare-classes",
                        Charts.points(
                                "Gain over the baseline, by class frequency" + rest(gains), panels),
                        data.build(),
                        method()
                                + " A class's frequency is its share of the test targets (pixels"
                                + " or frames).");
        classes = Optional.of(figure);
        figure.write(folder);
    }

    private static Charts.PointPanel panel(ClassGains.Panel panel) {
        return new Charts.PointPanel(
                Metric.name(panel.metric())
                        + ", "
                        + panel.dataset()
                        + ": "
                        + panel.model()
                        + " − "
                        + panel.baseline()
                        + ", n = "
                        + panel.units(),
                "frequency of the class in the test targets, %",
                "gain",
                true,
                0,
                List.of(
                        new Charts.Points(
                                "class",
                                values(panel, g -> 100 * g.frequency()),
                                values(panel, ClassGains.Gain::gain),
                                values(panel, g -> g.interval().low()),
                                values(panel, g -> g.interval().high()),
                                panel.gains().stream().map(ClassGains.Gain::label).toList(),
                                false)));
    }

    private interface Number {
        double of(ClassGains.Gain gain);
    }

    private static double[] values(ClassGains.Panel panel, Number number) {
        return panel.gains().stream().mapToDouble(number::of).toArray();
    }

    private static String said(ClassGains.Panel panel) {
        String what =
                panel.dataset() + ", " + panel.model() + " against " + panel.baseline() + ": ";
        long found = panel.gains().stream().filter(ClassGains.Gain::found).count();
        long never = panel.gains().size() - found;
        if (Double.isNaN(panel.correlation())) {
            return what
                    + Words.counted(panel.units(), "test " + panel.unit())
                    + " and "
                    + found
                    + " classes that either finds are too few to say whether rare classes gain"
                    + " more.";
        }
        String numbers =
                String.format(
                        Locale.ROOT,
                        "Spearman's rank correlation of gain and frequency %s %s over %d classes"
                                + "%s, %d test %ss",
                        signed(panel.correlation()),
                        interval(panel.interval()),
                        found,
                        never == 0 ? "" : ", without " + never + " that neither finds",
                        panel.units(),
                        panel.unit());
        String finding =
                panel.interval().high() < 0
                        ? "rare classes gain more"
                        : panel.interval().low() > 0
                                ? "frequent classes gain more"
                                : "it cannot be told whether rare classes gain more";
        return what + finding + " (" + numbers + ").";
    }

    private String method() {
        return String.format(
                Locale.ROOT,
                "%s intervals (%s) over test units, %,d resamples, seed %d.",
                settings.percent(),
                settings.interval().name().toLowerCase(Locale.ROOT),
                settings.resamples(),
                settings.seed());
    }

    private static String signed(double value) {
        return String.format(Locale.ROOT, "%+.3f", value).replace('-', '−');
    }

    private static String interval(Interval interval) {
        return "[" + signed(interval.low()) + ", " + signed(interval.high()) + "]";
    }

    private static String exact(double value) {
        return Double.isNaN(value) ? "" : Double.toString(value + 0.0);
    }
}
