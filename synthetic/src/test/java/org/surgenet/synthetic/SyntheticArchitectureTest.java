package org.surgenet.synthetic;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class SyntheticArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
                    .importPackages("org.surgenet.synthetic");

    @Test
    void generatorNeedsOfTheLibraryOnlyWhatWritesFilesAndVideos() {
        classes()
                .that()
                .resideInAPackage("org.surgenet.synthetic")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.surgenet.synthetic",
                        "org.surgenet.common",
                        "org.surgenet.video.container",
                        "com.fasterxml.jackson.databind.node",
                        "java..",
                        "javax.imageio..")
                .check(CLASSES);
    }

    @Test
    void generatorPrintsNothing() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
    }
}
