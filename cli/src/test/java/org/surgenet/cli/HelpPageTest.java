package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpPageTest {
    static Stream<String> pages() {
        return all(Main.commandLine()).map(Main::layout);
    }

    private static Stream<CommandLine> all(CommandLine command) {
        return Stream.concat(
                Stream.of(command),
                command.getSubcommands().values().stream().flatMap(HelpPageTest::all));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void fitsEveryWidthAndKeepsEveryWord(String page) {
        for (int width = 60; width <= 200; width++) {
            String wrapped = HelpPage.wrap(page, width);

            for (String line : wrapped.split("\n")) {
                assertThat(line).as("at %d columns", width).hasSizeLessThan(width);
            }
            assertThat(words(wrapped)).as("at %d columns", width).isEqualTo(words(page));
            assertThat(commands(wrapped)).as("at %d columns", width).isEqualTo(commands(page));
        }
    }

    /** Without the backslashes that break command lines. */
    private static List<String> words(String text) {
        return Stream.of(text.split("\\s+")).filter(word -> !word.equals("\\")).toList();
    }

    /** The command lines of the examples as a shell reads them. */
    private static List<List<String>> commands(String page) {
        List<List<String>> commands = new ArrayList<>();
        for (String line : page.replace("\\\n", " ").split("\n")) {
            if (line.startsWith("  surgenet")) {
                commands.add(List.of(line.strip().split("\\s+")));
            }
        }
        return commands;
    }

    @Test
    void descriptionsHangBesideOrBelowTheirOptions() {
        String page =
                "Usage: surgenet x [--aaaa] [--bbbb] [--cccc] [--dddd]\n"
                    + "      --fps=RATE            One two three four five six seven eight nine.\n"
                    + "  surgenet x 'a b c d e f g h i' --fps=1 --output here --seed 3\n";

        assertThat(HelpPage.wrap(page, 64))
                .isEqualTo(
                        "Usage: surgenet x [--aaaa] [--bbbb] [--cccc] [--dddd]\n"
                            + "      --fps=RATE            One two three four five six seven\n"
                            + "                              eight nine.\n"
                            + "  surgenet x 'a b c d e f g h i' --fps=1 --output here --seed 3\n");
        assertThat(HelpPage.wrap(page, 45))
                .isEqualTo(
                        "Usage: surgenet x [--aaaa] [--bbbb] [--cccc]\n"
                                + "       [--dddd]\n"
                                + "      --fps=RATE\n"
                                + "          One two three four five six seven\n"
                                + "          eight nine.\n"
                                + "  surgenet x 'a b c d e f g h i' --fps=1 \\\n"
                                + "      --output here --seed 3\n");
    }
}
