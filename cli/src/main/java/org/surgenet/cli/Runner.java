package org.surgenet.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;

/** Runs a command between reading its configuration and writing its record. */
final class Runner {
    private Runner() {}

    static int run(SurgenetCommand command) throws Exception {
        RunRecord record =
                new RunRecord(
                        Version.VERSION,
                        List.copyOf(command.spec.commandLine().getParseResult().originalArgs()));
        SurgenetCommand.Context context =
                new SurgenetCommand.Context(
                        Progress.NONE,
                        Cancellation.NEVER,
                        record,
                        command.spec.commandLine().getOut());
        if (command.common.dryRun) {
            return command.dryRun(context);
        }
        Optional<Path> directory = command.runDirectory();
        int code = command.execute(context);
        if (directory.isPresent()) {
            record.finish(code == ExitCode.DONE ? "done" : "done with skipped inputs")
                    .writeTo(directory.get());
        }
        return code;
    }
}
