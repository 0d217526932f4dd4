package org.surgenet.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where the JVM starts: prints the version or a help page that the build made, or goes on to {@link
 * Main}. Kept apart so that these load neither the parser nor any command.
 */
public final class Start {
    private Start() {}

    public static void main(String[] args) {
        // Decimal commas would ruin every CSV file.
        Locale.setDefault(Locale.ROOT);
        if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
            print("surgenet ".concat(Version.VERSION).concat("\n"));
        } else if (!printPage(args)) {
            Main.main(args);
        }
    }

    /**
     * Prints the page that the command line asks for.
     *
     * @return false if it asks for something else, or the program was not built with pages
     */
    private static boolean printPage(String[] args) {
        String name;
        if (args.length == 1 && isHelp(args[0])) {
            name = "surgenet";
        } else if (args.length == 2 && isHelp(args[1]) && args[0].indexOf('/') < 0) {
            name = "surgenet-".concat(args[0]);
        } else {
            return false;
        }
        try (InputStream page =
                Start.class.getResourceAsStream("help/".concat(name).concat(".txt"))) {
            if (page == null) {
                return false;
            }
            String text = new String(page.readAllBytes(), StandardCharsets.UTF_8);
            int columns = HelpPage.columns(HelpPage.STDOUT_COLUMNS);
            print(HelpPage.wrap(text, columns));
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(String text) {
        StandardOutput out = new StandardOutput();
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            System.exit(out.exitCode(ExitCode.DONE));
        }
    }

    private static boolean isHelp(String word) {
        return word.equals("--help") || word.equals("-h");
    }
}
