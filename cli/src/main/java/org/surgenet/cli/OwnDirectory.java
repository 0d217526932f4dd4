package org.surgenet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.surgenet.common.Json;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Whether what lies in a run's directory is the command's own. It is where {@code run.json} says
 * so; a file that the command would write and that is there without such a record, or beside that
 * of another command or program, is somebody else's and is replaced only under {@code --overwrite}.
 */
final class OwnDirectory {
    /** The record's field with the command's name. */
    static final String COMMAND = "command";

    private OwnDirectory() {}

    /** The command's name, whichever program runs it. */
    static String name(SurgenetCommand command) {
        picocli.CommandLine.Command named =
                command.getClass().getAnnotation(picocli.CommandLine.Command.class);
        return named.name();
    }

    /**
     * @throws UserException naming the file that is not this command's
     */
    static void require(SurgenetCommand command, Path directory) {
        if (overwrites(command)) {
            return;
        }
        Path record = directory.resolve(command.recordName(RunRecord.FILE_NAME));
        if (Files.exists(record)) {
            if (recordOf(command, record).isEmpty()) {
                throw foreign(record, writer(record));
            }
            return;
        }
        List<String> names = new ArrayList<>();
        names.add(command.recordName(Runner.CONFIG_FILE));
        names.addAll(command.results());
        for (String name : names) {
            Path file = directory.resolve(name);
            if (Files.exists(file)) {
                throw foreign(
                        file,
                        "there is no "
                                + record.getFileName()
                                + " that says who wrote it; it was not 'surgenet "
                                + name(command)
                                + "'");
            }
        }
    }

    private static UserException foreign(Path file, String why) {
        return new UserException(
                file
                        + ": already exists and "
                        + why
                        + "; give another --output, or --overwrite to replace what this command"
                        + " writes");
    }

    private static boolean overwrites(SurgenetCommand command) {
        OptionSpec option = command.spec.findOption("--overwrite");
        return option != null && Boolean.TRUE.equals(option.getValue());
    }

    /** The record, if it is one of this command's. */
    static Optional<JsonNode> recordOf(SurgenetCommand command, Path file) {
        return read(file).filter(record -> commandOf(record).equals(name(command)));
    }

    private static Optional<JsonNode> read(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(Json.read(file)) : Optional.empty();
        } catch (UserException e) {
            return Optional.empty();
        }
    }

    /** The command that wrote a record; empty if none of surgenet's did. */
    private static String commandOf(JsonNode record) {
        String program = record.path("program").asText();
        boolean ours = program.equals("surgenet") || program.equals("surgenet-extract");
        if (!ours || !record.path("command_line").isArray()) {
            return "";
        }
        // Records of earlier versions have no such field.
        return record.has(COMMAND)
                ? record.get(COMMAND).asText()
                : program.equals("surgenet")
                        ? record.get("command_line").path(0).asText()
                        : "extract-frames";
    }

    private static String writer(Path file) {
        String command = read(file).map(OwnDirectory::commandOf).orElse("");
        return command.isEmpty()
                ? "is not a record of a surgenet run"
                : "was written by 'surgenet " + command + "'";
    }
}
