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
            err.println("surgenet: " + message(cause));
        }
        err.flush();
        return code;
    }

    /** The word for the run's record. */
    static String status(Throwable thrown) {
        return unwrapped(thrown) instanceof InterruptedRunException ? "interrupted" : "failed";
    }

    static int code(Throwable cause) {
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
                    + "); give the program more, as in SURGENET_JAVA_OPTS=-Xmx8g, or less to do at"
                    + " a time (--batch-size, --workers)";
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
        return cause.getMessage();
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
            return other.getFile() + ": " + other.getReason();
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
