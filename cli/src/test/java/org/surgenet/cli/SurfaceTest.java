package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A package shows others what others use. Tested here because the commands use all the rest. */
class SurfaceTest {
    /** Types of which others use constants only: the compiler copies them and leaves no trace. */
    private static final Set<String> CONSTANTS =
            Set.of("org.surgenet.train.EventLog", "org.surgenet.weights.Licences");

    /** Types that others get and hand on without a call of their own. */
    private static final Set<String> HANDED_ON =
            Set.of("org.surgenet.metrics.ClassCounts", "org.surgenet.stats.PairedTest");

    @Test
    void publicTypesAreUsedOutsideTheirPackage() {
        JavaClasses all = new ClassFileImporter().importPackages("org.surgenet");
        Set<String> used = new TreeSet<>();
        for (JavaClass type : all) {
            type.getDirectDependenciesFromSelf().stream()
                    .map(d -> d.getTargetClass().getBaseComponentType())
                    .filter(target -> !target.getPackageName().equals(type.getPackageName()))
                    .forEach(target -> used.add(topLevel(target.getName())));
        }
        Set<String> idle = new TreeSet<>();
        for (JavaClass type : all) {
            if (isShipped(type)
                    && type.isTopLevelClass()
                    && type.getModifiers().contains(JavaModifier.PUBLIC)) {
                idle.add(type.getName());
            }
        }
        assertThat(idle).hasSizeGreaterThan(50);
        idle.removeAll(used);
        idle.removeAll(CONSTANTS);
        idle.removeAll(HANDED_ON);
        // Classes that the JVM starts, or picocli.
        idle.removeIf(name -> name.startsWith("org.surgenet.cli."));

        assertThat(idle).as("public, but used by no other package").isEmpty();
    }

    private static String topLevel(String name) {
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    private static boolean isShipped(JavaClass type) {
        String place = type.getSource().orElseThrow().getUri().toString();
        return !place.contains("/test-classes/") && !place.contains("-tests.jar");
    }
}
