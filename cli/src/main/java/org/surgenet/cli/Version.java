package org.surgenet.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** The program's version, with the commit it was built from where that is known. */
final class Version implements IVersionProvider {
    /** Written into the jar by the build; one line. */
    static final String COMMIT_FILE = "commit.txt";

    static final String VERSION = version();

    private static String version() {
        String version = Version.class.getPackage().getImplementationVersion();
        if (version == null) {
            return "development";
        }
        try (InputStream in = Version.class.getResourceAsStream(COMMIT_FILE)) {
            String commit =
                    in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            return commit.isEmpty() ? version : version + " (" + commit + ")";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {"surgenet " + VERSION};
    }
}
