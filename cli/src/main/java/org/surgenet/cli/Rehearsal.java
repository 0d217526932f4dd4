package org.surgenet.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.Locale;

/**
 * Walks through the starts of all commands, so that the classes they load end up in the
 * distribution's class-data archive. Run when the distribution is built, by nobody else.
 */
final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Main.run(Commands.ALL, new String[] {"--version"}, nowhere, nowhere);
        for (Class<?> command : Commands.ALL) {
            String name = Main.nameOf(command);
            Main.run(Commands.ALL, new String[] {name, "--print-config"}, nowhere, nowhere);
            Main.run(Commands.ALL, new String[] {name, "--no-such-option"}, nowhere, nowhere);
        }
        Main.run(Commands.ALL, new String[] {"--help"}, nowhere, nowhere);
        Logging.configure(Console.of(nowhere), new CommonOptions());
        Start.main(new String[] {"--help"});
    }
}
