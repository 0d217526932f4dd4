package org.surgenet.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Standard output, which remembers why something could not be written: Java's own writers keep
 * quiet about it, and whoever writes a configuration to a full disk would take an empty one for
 * good.
 */
final class StandardOutput extends OutputStream {
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private IOException failure;

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    /**
     * The program's exit code: an error where the work was done but what it printed is lost. A
     * reader that has seen enough, such as {@code head}, is none.
     */
    int exitCode(int code) {
        boolean good = code == ExitCode.DONE || code == ExitCode.DONE_WITH_SKIPPED;
        if (failure == null || !good || isClosedPipe(failure)) {
            return code;
        }
        System.err.println("surgenet: standard output cannot be written: " + failure.getMessage());
        return ExitCode.USER_ERROR;
    }

    private static boolean isClosedPipe(IOException e) {
        return String.valueOf(e.getMessage()).contains("Broken pipe");
    }
}
