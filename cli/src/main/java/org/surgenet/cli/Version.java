package org.surgenet.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** The program's version, with the commit it was built from where that is known. */
final class Version implements IVersionProvider {
    /** Made by the build beside this class; one line. */
    static final String FILE = "version.txt";

    static final String VERSION = version();

    private static String version() {
        try (InputStream in = Version.class.getResourceAsStream(FILE)) {
            return in == null
                    ? "development"
                    : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {"surgenet " + VERSION};
    }
}
