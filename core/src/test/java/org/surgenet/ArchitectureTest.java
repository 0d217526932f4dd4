package org.surgenet;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may import which, and what each may load. */
class ArchitectureTest {
    private static final String ROOT = "org.surgenet";

    /** Networks, one package each. */
    private static final Set<String> NETWORKS =
            Set.of("nn.caformer", "nn.convnextv2", "nn.pvtv2", "nn.vit");

    /**
     * The arrows, from a package to those it may import: these, what they may import in turn, and
     * {@code common}. A package below another one is a package of its own.
     */
    private static final Map<String, Set<String>> ARROWS =
            Map.ofEntries(
                    Map.entry("common", Set.of()),
                    Map.entry("frames", Set.of()),
                    Map.entry(
                            "video",
                            Set.of("video.decode", "video.store", "video.naming", "frames")),
                    Map.entry("video.ffmpeg", Set.of()),
                    Map.entry("video.file", Set.of("video.ffmpeg")),
                    Map.entry("video.dicom", Set.of("video.file")),
                    Map.entry("video.container", Set.of("video.dicom")),
                    Map.entry("video.codec", Set.of("video.ffmpeg")),
                    Map.entry("video.h264", Set.of("video.codec")),
                    Map.entry("video.sampling", Set.of()),
                    Map.entry("video.picture", Set.of("video.ffmpeg")),
                    Map.entry(
                            "video.decode",
                            Set.of(
                                    "video.container",
                                    "video.h264",
                                    "video.sampling",
                                    "video.picture")),
                    Map.entry("video.store", Set.of("video.picture", "frames")),
                    Map.entry("video.naming", Set.of("video.dicom")),
                    Map.entry("image", Set.of()),
                    Map.entry("metrics", Set.of()),
                    Map.entry("report", Set.of()),
                    Map.entry("engine", Set.of()),
                    Map.entry("nn", Set.of("engine")),
                    Map.entry("nn.caformer", Set.of("nn")),
                    Map.entry("nn.convnextv2", Set.of("nn")),
                    Map.entry("nn.pvtv2", Set.of("nn")),
                    Map.entry("nn.vit", Set.of("nn")),
                    Map.entry("nn.zoo", NETWORKS),
                    Map.entry("nn.fpn", Set.of("nn")),
                    Map.entry("nn.dino", Set.of("nn")),
                    Map.entry("nn.tcn", Set.of("nn")),
                    Map.entry("stats", Set.of("metrics", "report")),
                    Map.entry("curate", Set.of("frames", "image", "report")),
                    Map.entry("dataset", Set.of("frames", "image")),
                    Map.entry("loader", Set.of("image")),
                    Map.entry("features", Set.of("weights", "report")),
                    Map.entry("temporal", Set.of("features", "train", "nn.tcn", "task.phase")),
                    Map.entry("weights", Set.of("nn.zoo", "nn.fpn")),
                    Map.entry("train", Set.of("train.distributed", "weights", "report")),
                    Map.entry("train.distributed", Set.of("nn")),
                    Map.entry("pretrain", Set.of("train", "loader", "frames", "stats", "features")),
                    Map.entry("pretrain.dino", Set.of("pretrain", "nn.dino")),
                    Map.entry("probe", Set.of("pretrain", "task.phase", "task.cvs", "metrics")),
                    Map.entry("task", Set.of("dataset", "metrics", "report", "nn")),
                    Map.entry("task.seg", Set.of("task", "nn.fpn")),
                    Map.entry("task.phase", Set.of("task")),
                    Map.entry("task.cvs", Set.of("task")),
                    Map.entry(
                            "finetune",
                            Set.of("train", "loader", "task.seg", "task.phase", "task.cvs")),
                    Map.entry("study", Set.of("finetune", "stats")));

    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
                        .importPackages(ROOT);
    }

    static Stream<String> packages() {
        return ARROWS.keySet().stream().sorted();
    }

    /** The package behind "org.surgenet.". */
    private static String part(JavaClass type) {
        String rest = type.getPackageName().substring(ROOT.length());
        return rest.isEmpty() ? "" : rest.substring(1);
    }

    private static Set<String> reachable(String from) {
        Set<String> all = new TreeSet<>(List.of("common", from));
        for (String next : ARROWS.get(from)) {
            all.addAll(reachable(next));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("packages")
    void packageImportsOnlyAlongTheArrows(String name) {
        Set<String> allowed = reachable(name);

        classes()
                .that()
                .resideInAPackage(ROOT + "." + name)
                .should()
                .onlyDependOnClassesThat(
                        describe(
                                "are in " + allowed,
                                type ->
                                        !type.getPackageName().startsWith(ROOT)
                                                || allowed.contains(part(type))))
                .allowEmptyShould(true)
                .check(classes);
    }

    @Test
    void everyPackageHasItsArrows() {
        Set<String> found = new TreeSet<>();
        classes.forEach(type -> found.add(part(type)));
        // The root holds nothing but its description.
        found.remove("");

        assertThat(ARROWS.keySet()).containsAll(found);
    }

    @Test
    void noPackageImportsOneThatImportsIt() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void engineIsTheOneDoorToTheEnginesOwnClasses() throws IOException {
        String[] own = {
            "ai.djl.pytorch..", "ai.djl.util..", "ai.djl.engine..", "ai.djl.training.."
        };
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".engine")
                .should()
                .dependOnClassesThat(resideInAnyPackage(own))
                .check(classes);
        // The commands, whose classes are not here yet.
        Pattern forbidden =
                Pattern.compile("import (static )?ai\\.djl\\.(pytorch|util|engine|training)");
        List<Path> others = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(sources("cli"))) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                if (forbidden.matcher(Files.readString(file)).find()) {
                    others.add(file);
                }
            }
        }
        assertThat(others).isEmpty();
    }

    /**
     * How a setting is written on a command line is the commands' business: a wrong one is a {@link
     * org.surgenet.common.SettingException}, and any other text names it by its key, as a file of
     * settings does.
     */
    @Test
    void libraryNamesSettingsByTheirKeys() throws IOException {
        Pattern option = Pattern.compile("\"([^\"]*[^\\w\"-])?--[a-z][^\"]*\"");
        List<String> found = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(sources("core"))) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (option.matcher(line).find()) {
                        found.add(file.getFileName() + ": " + line.strip());
                    }
                }
            }
        }
        assertThat(found).isEmpty();
    }

    /** What an earlier run has left goes only when the work is run. */
    @Test
    void noConstructorDeletes() {
        List<String> found = new ArrayList<>();
        for (JavaClass type : classes) {
            for (JavaConstructor constructor : type.getConstructors()) {
                constructor.getMethodCallsFromSelf().stream()
                        .filter(call -> call.getName().startsWith("delete"))
                        .forEach(call -> found.add(call.getDescription()));
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void framesAndVideoLoadNeitherEngineNorOpenCv() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".frames..", ROOT + ".video..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("ai.djl..", "org.opencv..", "org.bytedeco.opencv.."))
                .check(classes);
    }

    @Test
    void whatNeedsNoNetworkLoadsNoEngine() {
        List<String> names =
                List.of("common", "image", "metrics", "stats", "report", "loader", "curate");

        noClasses()
                .that()
                .resideInAnyPackage(
                        names.stream().map(n -> ROOT + "." + n + "..").toArray(String[]::new))
                .should()
                .dependOnClassesThat(resideInAnyPackage("ai.djl.."))
                .check(classes);
    }

    @Test
    void libraryNeitherPrintsNorExits() {
        // The communicator's last words before MPI ends the process, log and all.
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(
                classes.that(
                        describe(
                                "are not the communicator",
                                type -> !type.getSimpleName().equals("MpiCommunicator"))));
        noClasses()
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .dependOnClassesThat(resideInAnyPackage("picocli..", "ch.qos.logback.."))
                .check(classes);
    }

    @Test
    void everyPackageSaysWhatLivesInIt() throws IOException {
        List<Path> silent = new ArrayList<>();
        for (String module : List.of("core", "synthetic", "cli")) {
            try (Stream<Path> tree = Files.walk(sources(module))) {
                for (Path folder : tree.filter(Files::isDirectory).toList()) {
                    if (holdsCode(folder) && !Files.exists(folder.resolve("package-info.java"))) {
                        silent.add(folder);
                    }
                }
            }
        }

        assertThat(silent).isEmpty();
    }

    private static Path sources(String module) {
        return Path.of(System.getProperty("surgenet.project", ".."))
                .resolve(module)
                .resolve("src/main/java/org/surgenet");
    }

    private static boolean holdsCode(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(f -> f.toString().endsWith(".java"));
        }
    }
}
