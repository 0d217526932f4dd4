package org.surgenet.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Locale;
import org.surgenet.video.ffmpeg.Ffmpeg;

/**
 * Walks through the starts of all commands and one small extraction, whose work is so quick that
 * loading its classes counts, so that the classes they load end up in the distribution's class-data
 * archive. Run when the distribution is built, by nobody else.
 */
final class Rehearsal {
    private Rehearsal() {}

    /**
     * @param args a folder to work in, which is not there yet
     */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        Path folder = Path.of(args[0]);
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Main.run(Commands.ALL, new String[] {"--version"}, nowhere, nowhere);
        for (Subcommand command : Commands.ALL) {
            String name = command.name();
            Main.run(Commands.ALL, new String[] {name, "--print-config"}, nowhere, nowhere);
            Main.run(Commands.ALL, new String[] {name, "--no-such-option"}, nowhere, nowhere);
        }
        Main.run(Commands.ALL, new String[] {"--help"}, nowhere, nowhere);
        Logging.configure(Console.of(nowhere), new CommonOptions());
        Start.main(new String[] {"--help"});
        if (loads()) {
            extraction(folder);
        }
    }

    /** False where the distribution is built for another platform. */
    private static boolean loads() {
        try {
            Ffmpeg.load();
            return true;
        } catch (LinkageError e) {
            return false;
        }
    }

    private static void extraction(Path folder) {
        String sample = folder.resolve("sample").toString();
        run("make-sample", sample, "--patients=3", "--seconds=6", "--size=64x64");
        String frames = folder.resolve("frames").toString();
        String[] extract = {
            "extract-frames", sample + "/videos", "--output", frames, "--fps=1", "--size=short:32"
        };
        run(extract);
        // Once more over what is there, and its check.
        run(extract);
        run("extract-frames", sample + "/videos", "--verify", "--output", frames);
    }

    private static void run(String... words) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int code = Main.run(Commands.ALL, words, out, out);
        if (code != 0) {
            throw new IllegalStateException(String.join(" ", words) + ": " + code + "\n" + said);
        }
    }
}
