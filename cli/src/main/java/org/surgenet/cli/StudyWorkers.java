package org.surgenet.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Processors;

/** Other processes of this program on this machine, which make cells of a study. */
final class StudyWorkers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StudyWorkers.class);

    private static final String THREADS = "OMP_NUM_THREADS";
    private static final long LOOK_MILLIS = 500;

    private final List<Process> processes = new ArrayList<>();

    /**
     * Starts processes that share this one's cores.
     *
     * @param count how many
     * @param words of the command line, after the program's name
     */
    StudyWorkers(int count, List<String> words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // Several processes cannot share one line of progress.
            if (!option.startsWith("-Dsurgenet.terminal")) {
                command.add(option);
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Start.class.getName());
        command.addAll(words);
        for (int i = 0; i < count; i++) {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment()
                    .putIfAbsent(
                            THREADS, Integer.toString(Math.max(1, Processors.available() / count)));
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
            processes.add(builder.start());
        }
    }

    /**
     * Waits for all of them.
     *
     * @param look called now and then
     * @throws InterruptedRunException if asked to stop; they have saved their state then
     */
    void await(Runnable look, Cancellation cancellation) throws InterruptedException {
        boolean stopping = false;
        while (processes.stream().anyMatch(Process::isAlive)) {
            if (cancellation.requested() && !stopping) {
                stopping = true;
                processes.forEach(Process::destroy);
            }
            for (Process process : processes) {
                if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    continue;
                }
                break;
            }
            look.run();
        }
        if (stopping) {
            throw new InterruptedRunException();
        }
        for (Process process : processes) {
            int code = process.exitValue();
            if (code != ExitCode.DONE && code != ExitCode.DONE_WITH_SKIPPED) {
                LOG.warn("a process that made cells ended with exit code {}", code);
            }
        }
    }

    /** Stops those that still run. */
    @Override
    public void close() {
        processes.forEach(Process::destroy);
    }
}
