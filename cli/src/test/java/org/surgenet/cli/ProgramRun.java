package org.surgenet.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** A run of the program inside the test, with what it printed. */
record ProgramRun(int code, String out, String err) {
    static ProgramRun of(Object... args) {
        return of(Commands.ALL, args);
    }

    static ProgramRun of(List<Class<?>> commands, Object... args) {
        String[] words = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            words[i] = args[i].toString();
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Main.run(commands, words, new PrintWriter(out, true), new PrintWriter(err, true));
        return new ProgramRun(code, out.toString(), err.toString());
    }

    /** The lines on standard error that are no log lines. */
    List<String> messages() {
        return err.lines().filter(l -> l.startsWith("surgenet: ")).toList();
    }
}
