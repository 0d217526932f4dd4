package org.surgenet.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;

/** What the user is told when a run ends by an exception, and the exit code for it. */
final class Failures {
    private Failures() {}

    /**
     * Prints the message for {@code thrown} and returns its {@link ExitCode}.
     *
     * @param verbose whether to show the stack trace of errors that have none by default
     */
    static int report(Throwable thrown, PrintWriter err, boolean verbose) {
        return report(thrown, err, verbose, false);
    }

    /**
     * As {@link #report(Throwable, PrintWriter, boolean)}.
     *
     * @param goesOn whether the command, interrupted, goes on where it was
     */
    static int report(Throwable thrown, PrintWriter err, boolean verbose, boolean goesOn) {
        Throwable cause = unwrapped(thrown);
        int code = code(cause);
        if (code == ExitCode.BUG) {
            cause.printStackTrace(err);
            err.println(
                    "surgenet: this is a fault of the program; please report it with the lines"
                            + " above and the run's run.json (surgenet "
                            + Version.VERSION
                            + ")");
        } else {
            if (verbose) {
                cause.printStackTrace(err);
            }
            err.println(
                    "surgenet: "
                            + message(cause)
                            + (code == ExitCode.INTERRUPTED
                                    ? future(goesOn && ((InterruptedRunException) cause).saved())
                                    : ""));
        }
        err.flush();
        return code;
    }

    private static String future(boolean goesOn) {
        return goesOn
                ? "; state saved, run the same command again to go on"
                : "; nothing of it is kept, the same command starts afresh";
    }

    /** The {@link ExitCode} for what was thrown. */
    static int exitCode(Throwable thrown) {
        return code(unwrapped(thrown));
    }

    /** The word for the run's record. */
    static String status(Throwable thrown) {
        return unwrapped(thrown) instanceof InterruptedRunException ? "interrupted" : "failed";
    }

    private static int code(Throwable cause) {
        if (cause instanceof InterruptedRunException) {
            return ExitCode.INTERRUPTED;
        }
        boolean environment =
                cause instanceof UserException
                        || cause instanceof IOException
                        || cause instanceof UncheckedIOException
                        || cause instanceof OutOfMemoryError
                        || cause instanceof UnsatisfiedLinkError
                        || isEngineFailure(cause);
        return environment ? ExitCode.USER_ERROR : ExitCode.BUG;
    }

    /** One line: what is wrong and what to do. */
    static String message(Throwable cause) {
        if (cause instanceof UncheckedIOException wrapped) {
            return message(wrapped.getCause());
        }
        if (cause instanceof IOException e) {
            return describe(e);
        }
        if (cause instanceof OutOfMemoryError) {
            return "out of memory with a heap of "
                    + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MiB ("
                    + cause.getMessage()
                    + "); give the program more, as in SURGENET_JAVA_OPTS=-Xmx"
                    + largerHeap()
                    + "g, or less to do at a time (--batch-size, --workers)";
        }
        if (cause instanceof UnsatisfiedLinkError) {
            return "a native library cannot be loaded: "
                    + firstLine(cause)
                    + "; 'surgenet doctor' shows which ones work here";
        }
        if (isEngineFailure(cause)) {
            return firstLine(cause).contains("out of memory")
                    ? "the device is out of memory: "
                            + firstLine(cause)
                            + "; lower --batch-size and raise --accumulate"
                    : "the PyTorch engine cannot be started: "
                            + firstLine(cause)
                            + (cause.getCause() == null
                                    ? ""
                                    : " (" + firstLine(cause.getCause()) + ")")
                            + "; 'surgenet doctor' shows what is missing";
        }
        // Its message begins with the setting's key.
        return cause instanceof SettingException ? "--" + cause.getMessage() : cause.getMessage();
    }

    /** Gigabytes that are worth a try: 8, or twice what there is. */
    private static long largerHeap() {
        long present = Runtime.getRuntime().maxMemory() >> 30;
        return present < 7 ? 8 : 2 * present;
    }

    /** A file error in words: the JDK's own message is often the bare path. */
    static String describe(IOException e) {
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file or folder";
        }
        if (e instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        if (e instanceof FileAlreadyExistsException there) {
            return there.getFile() + ": is there already";
        }
        if (e instanceof NotDirectoryException file) {
            return file.getFile() + ": is not a folder";
        }
        if (e instanceof FileSystemException other && other.getReason() != null) {
            return other.getFile()
                    + ": "
                    + other.getReason()
                    + (other.getReason().contains("No space left")
                            ? "; free some space and run the same command again"
                            : "");
        }
        return firstLine(e);
    }

    /**
     * Whether the engine failed to start, or the device ran out of memory; told by name, so that
     * the engine is not loaded for it.
     */
    private static boolean isEngineFailure(Throwable cause) {
        if (!cause.getClass().getName().equals("ai.djl.engine.EngineException")) {
            return false;
        }
        String text = firstLine(cause);
        return text.contains("out of memory")
                || text.contains("Failed to load")
                || text.contains("No deep learning engine");
    }

    private static String firstLine(Throwable e) {
        String text = e.getMessage();
        return text == null ? e.getClass().getSimpleName() : text.lines().findFirst().orElse("");
    }

    /** The exception without the wrappers that threads and reflection put around it. */
    private static Throwable unwrapped(Throwable thrown) {
        Throwable t = thrown;
        while (t.getCause() != null
                && (t instanceof ExecutionException
                        || t instanceof CompletionException
                        || t instanceof InvocationTargetException
                        || t instanceof ExceptionInInitializerError
                        || t instanceof picocli.CommandLine.ExecutionException)) {
            t = t.getCause();
        }
        return t;
    }
}
