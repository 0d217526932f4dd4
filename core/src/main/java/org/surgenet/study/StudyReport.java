package org.surgenet.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Words;
import org.surgenet.dataset.SplitName;
import org.surgenet.report.Figure;
import org.surgenet.report.HtmlPage;
import org.surgenet.report.Table;
import org.surgenet.stats.ComparisonResult;
import org.surgenet.stats.Settings;

/** The study on one page, in the order of an article. */
final class StudyReport {
    private static final String UNKNOWN = "–";

    private final Study study;
    private final Plan plan;
    private final Settings settings;
    private final Gathering gathering;
    private final StudyFigures figures;

    StudyReport(Study study, Settings settings, Gathering gathering, StudyFigures figures) {
        this.study = study;
        this.plan = study.plan();
        this.settings = settings;
        this.gathering = gathering;
        this.figures = figures;
    }

    /**
     * Writes the page, and {@code cells.csv} beside it.
     *
     * @param comparisons by the number of training patients
     * @param main the number that results are about
     * @param scaling the fit of scores to frames
     */
    void write(
            Map<Integer, StudyResults.Compared> comparisons,
            int main,
            StudyResults.Compared scaling,
            Path file)
            throws IOException {
        writeCells();
        HtmlPage page =
                HtmlPage.titled(
                        plan.name(),
                        "Comparison of "
                                + Words.counted(plan.arms().size(), "set")
                                + " of initial weights on "
                                + Words.counted(plan.datasets().size(), "labelled data set")
                                + ", fine-tuned and scored alike.");
        List<String> missing = missing();
        if (!missing.isEmpty()) {
            page.warning(
                    "Not complete: "
                            + Words.counted(missing.size(), "run")
                            + " of "
                            + (gathering.files().size() + missing.size())
                            + " are not in these results; they are listed under Limits.");
        }
        findings(page, comparisons, main);
        compared(page);
        method(page);
        results(page, comparisons, main);
        figure(page, "All data sets", figures.ranks(), List.of());
        patients(page, comparisons);
        figure(page, "Rare classes", figures.classes(), figures.correlations());
        scaling(page, scaling);
        figure(page, "Pretraining epochs", figures.epochs(), List.of());
        limits(page, comparisons, missing);
        page.section("Plan").preformatted(Files.readString(plan.file()));
        page.write(file);
    }

    private String patientsSaid(int size) {
        return size == Plan.ALL ? "all training patients" : size + " training patients";
    }

    private void findings(
            HtmlPage page, Map<Integer, StudyResults.Compared> comparisons, int main) {
        page.section("Findings");
        Optional<ComparisonResult> result = comparisons.get(main).result();
        List<String> findings = new ArrayList<>();
        result.ifPresent(r -> findings.addAll(findings(r)));
        findings.addAll(notCompared(main, result));
        if (findings.isEmpty()) {
            page.paragraph(
                    "With "
                            + patientsSaid(main)
                            + " nothing could be compared: "
                            + comparisons.get(main).refusal());
            return;
        }
        page.paragraph(
                "With "
                        + patientsSaid(main)
                        + "; difference, its interval, and the p-value after correction over all"
                        + " comparisons of a task, those in the tables below included:");
        page.list(findings);
        if (!figures.reaches().isEmpty()) {
            page.paragraph("With fewer patients:");
            page.list(figures.reaches());
        }
    }

    /** Which weights and data sets the findings do not speak of, and why. */
    private List<String> notCompared(int main, Optional<ComparisonResult> result) {
        List<String> lines = new ArrayList<>();
        for (Plan.LabelledData set : plan.datasets()) {
            List<String> missing =
                    plan.arms().stream()
                            .map(Plan.Arm::name)
                            .filter(arm -> !hasRun(set.name(), arm, main))
                            .toList();
            boolean told =
                    result.isPresent()
                            && !result.get().findings(set.name(), this::isHeadline).isEmpty();
            if (!missing.isEmpty()) {
                lines.add(
                        set.name()
                                + ": no complete run of "
                                + String.join(", ", missing)
                                + (missing.contains(plan.baseline())
                                        ? ", the baseline, so nothing is compared."
                                        : ", so it is not compared."));
            } else if (result.isPresent() && !told) {
                lines.add(set.name() + ": has none of the metrics that were asked for.");
            }
        }
        return lines;
    }

    private boolean hasRun(String dataset, String arm, int size) {
        return gathering.files().keySet().stream()
                .anyMatch(
                        r ->
                                r.dataset().equals(dataset)
                                        && r.arm().equals(arm)
                                        && r.size() == size);
    }

    /** In the plan's order of data sets. */
    private List<String> findings(ComparisonResult result) {
        return plan.datasets().stream()
                .flatMap(set -> result.findings(set.name(), this::isHeadline).stream())
                .toList();
    }

    /** Whether findings on a metric are told in words; tables have all. */
    private boolean isHeadline(String metric) {
        return !settings.metrics().isEmpty() || StudyFigures.HEADLINES.contains(metric);
    }

    private void compared(HtmlPage page) {
        page.section("What was compared");
        page.list(plan.datasets().stream().map(set -> StudyFacts.described(study, set)).toList());
        Table.Builder arms =
                Table.builder("Initial weights")
                        .text("name", "weights")
                        .numbers("frames", "procedures", "epochs")
                        .text("options");
        for (Plan.Arm arm : plan.arms()) {
            arms.row(
                    arm.name() + (arm.name().equals(plan.baseline()) ? " (baseline)" : ""),
                    arm.weights().orElse("random"),
                    number(arm.frames()),
                    number(arm.procedures()),
                    number(arm.epochs()),
                    options(arm.options()));
        }
        page.table(arms.build());
    }

    private static String number(OptionalDouble value) {
        return value.isEmpty()
                ? UNKNOWN
                : String.format(Locale.ROOT, "%,.1f", value.getAsDouble())
                        .replaceFirst("\\.0$", "");
    }

    private static String options(List<Plan.Option> options) {
        List<String> shown = new ArrayList<>();
        options.forEach(o -> shown.add(o.key() + ": " + String.join(", ", o.values())));
        return String.join("; ", shown);
    }

    private void method(HtmlPage page) {
        page.section("How");
        page.paragraph(
                "Every set of weights is fine-tuned on the same training patients and, but for"
                    + " options of its own, with the same settings; the epoch is chosen on the"
                    + " validation patients, and the test patients are scored once. Scores of seeds"
                    + " are averaged for each test patient or video; these are what is resampled"
                    + " and tested.");
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("seeds", plan.seeds().toString().replaceAll("[\\[\\]]", ""));
        facts.put(
                "training patients",
                String.join(", ", plan.sizes().stream().map(Plan::label).toList()));
        for (Plan.LabelledData set : plan.datasets()) {
            facts.put(
                    set.name(),
                    set.preset().map(p -> "preset " + p + "; ").orElse("")
                            + options(set.options()));
        }
        facts.put(
                "intervals",
                String.format(
                        Locale.ROOT,
                        "%s, %s, %,d resamples of test units, seed %d",
                        settings.percent(),
                        settings.interval().name().toLowerCase(Locale.ROOT),
                        settings.resamples(),
                        settings.seed()));
        facts.put("test", settings.test().id() + ", " + settings.correction().label());
        page.facts(facts);
    }

    private void results(HtmlPage page, Map<Integer, StudyResults.Compared> comparisons, int main) {
        Optional<ComparisonResult> result = comparisons.get(main).result();
        if (result.isEmpty()) {
            return;
        }
        page.section("Results with " + patientsSaid(main));
        result.get().addScores(page);
        result.get().addFigures(page, List.of("forest", "units"));
        result.get().addDifferences(page);
        result.get().addFigures(page, List.of("critical-difference", "radar"));
        result.get().addRanks(page);
    }

    private void patients(HtmlPage page, Map<Integer, StudyResults.Compared> comparisons) {
        if (figures.patients().isEmpty()) {
            return;
        }
        page.section("Fewer training patients");
        chart(page, figures.patients().get());
        if (figures.reaches().isEmpty()) {
            page.paragraph(
                    "No interval supports that one set of weights with fewer patients reaches"
                            + " another with more.");
        } else {
            page.list(figures.reaches());
            page.paragraph("These intervals are not corrected for their number.");
        }
        comparisons.forEach(
                (size, compared) -> {
                    if (size != Plan.ALL) {
                        page.subsection("With " + patientsSaid(size));
                        compared.result().ifPresent(r -> page.list(findings(r)));
                        if (compared.result().isEmpty()) {
                            page.paragraph("Not compared: " + compared.refusal());
                        }
                    }
                });
    }

    private static void chart(HtmlPage page, Figure figure) {
        page.chart(figure.chart(), figure.caption());
    }

    private static void figure(
            HtmlPage page, String heading, Optional<Figure> figure, List<String> words) {
        if (figure.isPresent()) {
            page.section(heading);
            chart(page, figure.get());
            if (!words.isEmpty()) {
                page.list(words);
            }
        }
    }

    private static void scaling(HtmlPage page, StudyResults.Compared scaling) {
        if (scaling.result().isPresent()) {
            page.section("Frames and procedures");
            scaling.result().get().addFigures(page, List.of("scaling"));
            scaling.result().get().addScaling(page);
        } else if (!scaling.refusal().isEmpty()) {
            page.section("Frames and procedures");
            page.paragraph("Scores were not fitted to frames and procedures: " + scaling.refusal());
        }
    }

    private void limits(
            HtmlPage page, Map<Integer, StudyResults.Compared> comparisons, List<String> missing) {
        page.section("Limits");
        List<String> limits = new ArrayList<>();
        for (Plan.LabelledData set : plan.datasets()) {
            limits.add(
                    set.name()
                            + ": "
                            + Words.counted(testPatients(set), "test patient")
                            + "; nothing here says how the weights do on patients of another"
                            + " hospital.");
        }
        if (plan.seeds().size() == 1) {
            limits.add(
                    "One seed: differences may be those of one order of training samples and one"
                            + " random head.");
        }
        limits.addAll(missing);
        skipped(limits);
        page.list(limits);
        TreeSet<String> warnings = new TreeSet<>();
        comparisons.values().forEach(c -> c.result().ifPresent(r -> warnings.addAll(r.warnings())));
        warnings.forEach(page::warning);
    }

    private int testPatients(Plan.LabelledData set) {
        TreeSet<String> patients = new TreeSet<>();
        study.cells().stream()
                .filter(c -> c.cell().dataset().equals(set.name()))
                .forEach(c -> patients.addAll(c.division().patients(SplitName.TEST)));
        return patients.size();
    }

    private void skipped(List<String> limits) {
        for (PlannedCell cell : study.cells()) {
            CellRecord.read(cell.record())
                    .filter(r -> r.status() == CellRecord.Status.DONE_WITH_SKIPPED)
                    .ifPresent(
                            r ->
                                    limits.add(
                                            cell.cell()
                                                    + ": some inputs could not be read and were"
                                                    + " skipped; see failures.csv in "
                                                    + study.output().relativize(cell.folder())));
        }
    }

    /** What is not in the results, and why. */
    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Gathering.Run run : gathering.incomplete()) {
            List<String> why = new ArrayList<>();
            for (PlannedCell cell : study.cells()) {
                Cell c = cell.cell();
                boolean of =
                        new Gathering.Run(c.dataset(), c.size(), c.arm(), c.seed()).equals(run);
                if (of && cell.state() != PlannedCell.State.DONE) {
                    why.add(c + " " + reason(cell));
                }
            }
            if (gathering.damaged().containsKey(run)) {
                why.add(gathering.damaged().get(run));
            }
            missing.add("Not in the results: " + String.join("; ", why));
        }
        return missing;
    }

    private static String reason(PlannedCell cell) {
        return switch (cell.state()) {
            case FAILED ->
                    "failed: " + CellRecord.read(cell.record()).map(CellRecord::error).orElse("");
            case CHANGED -> "was made with other settings than the plan has now";
            default -> "was not made";
        };
    }

    private void writeCells() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (PlannedCell cell : study.cells()) {
            Cell c = cell.cell();
            Optional<CellRecord> made = CellRecord.read(cell.record());
            rows.add(
                    List.of(
                            c.dataset(),
                            c.arm(),
                            Plan.label(c.size()),
                            c.fold() == Cell.NO_FOLD ? "" : Integer.toString(c.fold()),
                            Long.toString(c.seed()),
                            cell.state().name().toLowerCase(Locale.ROOT),
                            made.map(r -> String.format(Locale.ROOT, "%.1f", r.seconds()))
                                    .orElse(""),
                            made.map(CellRecord::error).orElse(""),
                            study.output().relativize(cell.folder()).toString()));
        }
        CsvTable.write(
                study.output().resolve(StudyResults.RESULTS).resolve("cells.csv"),
                List.of(
                        "dataset",
                        "model",
                        "train_patients",
                        "fold",
                        "seed",
                        "state",
                        "seconds",
                        "error",
                        "folder"),
                rows);
    }
}
