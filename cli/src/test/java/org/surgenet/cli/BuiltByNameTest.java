package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A record with a builder is made by it, in the program and in tests: neighbours of one type cannot
 * be given in the wrong order. Tested here because the commands use all the rest.
 */
class BuiltByNameTest {
    @Test
    void recordsWithABuilderAreMadeByIt() {
        JavaClasses all = new ClassFileImporter().importPackages("org.surgenet");
        Set<String> built = new TreeSet<>();
        Set<String> byPosition = new TreeSet<>();
        for (JavaClass type : all) {
            if (type.isRecord() && all.contain(type.getName() + "$Builder")) {
                built.add(type.getSimpleName());
                type.getConstructors().stream()
                        .flatMap(constructor -> constructor.getCallsOfSelf().stream())
                        .filter(call -> !isWithin(type, call.getOriginOwner()))
                        .forEach(call -> byPosition.add(call.getDescription()));
            }
        }

        assertThat(built)
                .contains(
                        "PretrainRequest",
                        "FineTuneRequest",
                        "CurateRequest",
                        "Keeping",
                        "Settings");
        assertThat(byPosition).isEmpty();
    }

    private static boolean isWithin(JavaClass type, JavaClass origin) {
        return origin.equals(type) || origin.getName().startsWith(type.getName() + "$");
    }
}
