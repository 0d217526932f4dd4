package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The pages in {@code man/}, there to be read without a build, are those of the commands. */
class ManPagesTest {
    private static final Path PAGES = Path.of("..", "man");

    private static void collect(CommandLine command, Map<String, String> pages) {
        pages.put(
                command.getCommandSpec().qualifiedName("-") + ".1",
                ManPage.of(command.getCommandSpec()));
        command.getSubcommands().values().forEach(sub -> collect(sub, pages));
    }

    @Test
    void pagesAreThoseOfTheCommands() throws IOException {
        Map<String, String> made = new TreeMap<>();
        collect(Main.commandLine(), made);
        Map<String, String> there = new TreeMap<>();
        try (Stream<Path> files = Files.list(PAGES)) {
            for (Path file : files.toList()) {
                there.put(file.getFileName().toString(), Files.readString(file));
            }
        }

        assertThat(there)
                .as("man/; to renew it after a build: cp cli/target/pages/man/man1/* man/")
                .isEqualTo(made);
    }
}
