package org.surgenet.cli;

import picocli.CommandLine.IVersionProvider;

/** The program's version. */
final class Version implements IVersionProvider {
    static final String VERSION =
            orDevelopment(Version.class.getPackage().getImplementationVersion());

    private static String orDevelopment(String version) {
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"surgenet " + VERSION};
    }
}
