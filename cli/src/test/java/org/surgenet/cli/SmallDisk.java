package org.surgenet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system of a given size in memory; making one needs root's rights. */
record SmallDisk(Path folder) implements AutoCloseable {
    /**
     * Mounts one.
     *
     * @param folder is made
     * @param size as mount takes it, such as "400k"
     * @return empty where there is no right to
     */
    static Optional<SmallDisk> mount(Path folder, String size) throws Exception {
        Files.createDirectory(folder);
        return run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString())
                ? Optional.of(new SmallDisk(folder))
                : Optional.empty();
    }

    /** Fills what is left, except {@code bytes}, with a file of this name. */
    void fill(String name, long bytes) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        Files.write(folder.resolve(name), new byte[Math.toIntExact(free - bytes)]);
    }

    @Override
    public void close() throws Exception {
        run("umount", folder.toString());
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
