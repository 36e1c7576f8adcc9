package org.lanewise.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** {@code lanewise --version}: version and commit that the program was built from. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        String version = Main.class.getPackage().getImplementationVersion();
        return new String[] {"lanewise " + (version == null ? "(not packaged)" : version)
                + commit()};
    }

    /** Nothing where the sources were built outside a repository. */
    private static String commit() throws IOException {
        try (InputStream in = Version.class.getResourceAsStream("commit.properties")) {
            if (in == null) {
                return "";
            }
            Properties built = new Properties();
            built.load(in);
            String commit = built.getProperty("git.commit.id.abbrev");
            if (commit == null) {
                return "";
            }
            return " (commit " + commit
                    + (Boolean.parseBoolean(built.getProperty("git.dirty")) ? ", changed" : "")
                    + ")";
        }
    }
}
