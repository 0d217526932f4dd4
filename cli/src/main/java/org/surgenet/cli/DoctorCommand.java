package org.surgenet.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.surgenet.common.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code surgenet doctor}. */
@Command(
        name = "doctor",
        description = {
            "Show whether everything that surgenet needs works on this machine.",
            "",
            "Loads each native part on its own: FFmpeg, OpenCV, PyTorch. Ends with 1 if one of them"
                    + " does not work."
        },
        footer = {"", "Example:", "  surgenet doctor"})
final class DoctorCommand extends SurgenetCommand {
    @Option(
            names = "--fetch-engine",
            description =
                    "Download the CUDA build of the engine, over 2 GB, from the DJL project's site"
                            + " into the engine's cache. Needs the network; nothing else in"
                            + " surgenet does.")
    boolean fetchEngine;

    @Override
    protected List<String> results() {
        return List.of();
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.empty();
    }

    @Override
    protected int execute(Context context) throws Exception {
        if (fetchEngine) {
            Path engine = EngineFetch.fetch();
            context.out().println("The engine lies in " + engine + "; use it with");
            context.out().println("export PYTORCH_LIBRARY_PATH=" + engine);
            return ExitCode.DONE;
        }
        List<Diagnosis.Finding> findings = Diagnosis.all();
        findings.forEach(f -> context.out().println(f.line()));
        context.out().flush();
        List<String> failed =
                findings.stream()
                        .filter(f -> f.state() == Diagnosis.State.FAILED)
                        .map(Diagnosis.Finding::part)
                        .toList();
        if (!failed.isEmpty()) {
            throw new UserException("does not work here: " + String.join(", ", failed));
        }
        return ExitCode.DONE;
    }

    @Override
    protected int dryRun(Context context) {
        context.out()
                .println(
                        fetchEngine
                                ? "would download the CUDA build of the engine into "
                                        + EngineFetch.cache()
                                : "would load FFmpeg, OpenCV and PyTorch");
        return ExitCode.DONE;
    }
}
