package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.surgenet.study.Plan;
import org.surgenet.study.PlanReader;
import org.surgenet.weights.KnownWeights;

/** The plans in {@code examples}: the program takes each of them, but for data it does not have. */
class ShippedPlansTest {
    private static final Path EXAMPLES =
            Path.of(System.getProperty("surgenet.project", "..")).resolve("examples");

    /** A line of a plan that names a folder or file of the user's. */
    private static final Pattern PATH = Pattern.compile("(?m)^ +(data|split): (.*)$");

    @TempDir static Path folder;

    private static Path sample;

    @BeforeAll
    static void drawSample() {
        sample = folder.resolve("drawn");
        ProgramRun drawn =
                ProgramRun.of(
                        "make-sample", sample, "--seconds=6", "--size=64x64", "--patients=14");
        assertThat(drawn.code()).as(drawn.err()).isZero();
    }

    static List<Path> plans() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES.resolve("studies"))) {
            return files.sorted().toList();
        }
    }

    /** A plan's text in a folder that has everything the plan names, empty or drawn. */
    private static Path placed(String name, String text) throws IOException {
        Path plan = Files.createDirectories(folder.resolve(name)).resolve("plan.yaml");
        Files.writeString(plan, text);
        Matcher path = PATH.matcher(text);
        while (path.find()) {
            Path at = plan.resolveSibling(path.group(2));
            if (path.group(1).equals("split")) {
                Files.createDirectories(at.getParent());
                Files.writeString(at, Files.readString(sample.resolve("splits/patients.csv")));
            } else {
                Files.createDirectories(at);
            }
        }
        return plan;
    }

    private static ProgramRun dryRun(Path plan) {
        return ProgramRun.of("study", plan, "--output", plan.resolveSibling("study"), "--dry-run");
    }

    @ParameterizedTest
    @MethodSource("plans")
    void planIsTakenUpToItsData(Path file) throws IOException {
        Path plan = placed(file.getFileName().toString(), Files.readString(file));

        ProgramRun run = dryRun(plan);

        // What is wrong with the data comes after all that can be wrong with the plan itself.
        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        Plan read = PlanReader.read(plan, StudyCommand.statistics());
        Plan.LabelledData first = read.datasets().get(0);
        assertThat(run.messages())
                .singleElement()
                .asString()
                .contains("plan.yaml:" + first.line() + ": '" + first.name() + "': ")
                .contains(first.data().toString());
    }

    @ParameterizedTest
    @MethodSource("plans")
    void namesOfWeightsAreThoseOfPublicOnesForTheirNetwork(Path file) throws IOException {
        Path path = placed(file.getFileName().toString(), Files.readString(file));
        Plan plan = PlanReader.read(path, StudyCommand.statistics());
        for (Plan.Arm arm : plan.arms()) {
            String weights = arm.weights().orElse("none");
            // Paths of the user's, and what a run of pretrain leaves.
            if (weights.indexOf('/') >= 0 || List.of("none", "pretrain").contains(weights)) {
                continue;
            }
            KnownWeights known =
                    KnownWeights.all().stream()
                            .filter(one -> one.name().equals(weights))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError(file + ": " + weights));
            for (Plan.LabelledData data : plan.datasets()) {
                List<Plan.Option> options =
                        arm.options().isEmpty() ? data.options() : arm.options();
                assertThat(options)
                        .filteredOn(option -> option.key().equals("backbone"))
                        .singleElement()
                        .extracting(Plan.Option::values)
                        .isEqualTo(List.of(known.backbone()));
            }
        }
    }

    @Test
    void quickStartsPlanFitsItsSample() throws IOException {
        String text = Files.readString(EXAMPLES.resolve("studies/quickstart.yaml"));
        Path plan = Files.createDirectories(folder.resolve("quick")).resolve("plan.yaml");
        Files.createSymbolicLink(plan.resolveSibling("sample"), sample);
        ProgramRun frames =
                ProgramRun.of(
                        "extract-frames",
                        sample.resolve("cholec80/videos"),
                        "--output",
                        sample.resolve("cholec80/frames"),
                        "--fps=4");
        assertThat(frames.code()).as(frames.err()).isZero();
        // A pretraining is not needed to find out whether all data fit.
        Files.writeString(plan, text.replace("pretrained: pretrain", "pretrained: none"));

        ProgramRun run = dryRun(plan);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains(" cells: 3 data sets").contains("estimate: ");
    }

    @ParameterizedTest
    @MethodSource("ablations")
    void labelledDataOfTheAblationsIsTaken(Path file) throws IOException {
        // As the Makefile does it.
        String text =
                String.format(
                        Locale.ROOT,
                        "name: Frames%nweights:%n  a: none%n  b: none%nbaseline: b%n%s",
                        Files.readString(file));
        Path plan = placed(file.getFileName().toString(), text.replace("/data/", "data/"));

        ProgramRun run = dryRun(plan);

        assertThat(run.messages())
                .singleElement()
                .asString()
                .contains(
                        PlanReader.read(plan, StudyCommand.statistics())
                                .datasets()
                                .get(0)
                                .data()
                                .toString());
    }

    static List<Path> ablations() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES.resolve("ablations"))) {
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        }
    }
}
