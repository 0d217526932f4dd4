package org.surgenet.video.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** An archive being written, member by member. Equal members give equal bytes. */
public interface Archive extends AutoCloseable {
    /** Adds a member; names have forward slashes. */
    void add(String name, byte[] content) throws IOException;

    /** Writes what ends the archive; the stream stays open. */
    @Override
    void close() throws IOException;

    /** What takes an archive's members. */
    interface Sink {
        void member(String name, byte[] content) throws IOException;
    }

    /**
     * Hands the members of an archive to {@code sink}, in their order.
     *
     * @throws IOException if it is no whole archive
     */
    static void read(Path file, Sink sink) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            if (file.getFileName().toString().endsWith(".tar")) {
                TarArchive.read(in, sink);
                return;
            }
            try (ZipInputStream zip = new ZipInputStream(in)) {
                for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                    sink.member(e.getName(), zip.readAllBytes());
                }
            } catch (IllegalArgumentException e) {
                throw new IOException("a member's name is damaged", e);
            }
        }
    }
}
