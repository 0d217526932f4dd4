package org.surgenet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.Shard;
import org.surgenet.common.UserException;
import org.surgenet.video.naming.ProcedureTable;
import org.surgenet.video.naming.Pseudonyms;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.naming.VideoInputs;
import org.surgenet.video.naming.VideoShard;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which videos, what they are called, and which part of them. */
final class VideoOptions {
    @Parameters(
            arity = "1..*",
            paramLabel = "VIDEO|DIR|GLOB|@LIST",
            converter = PathText.class,
            description =
                    "Video files, folders with videos, patterns in quotes, or text files that list"
                            + " them.")
    List<String> inputs;

    @Option(
            names = "--procedures",
            paramLabel = "TABLE.csv",
            description =
                    "Take each video's procedure from this CSV file with the columns video and"
                            + " procedure, instead of the first folder below the named one. A video"
                            + " is named by its path below that folder or by its file name.")
    Path procedures;

    @Option(
            names = "--shard",
            paramLabel = "I/N|auto",
            description =
                    "Do the I-th of N parts of the videos, I from 0 to N - 1, balanced by size;"
                            + " auto takes both from SLURM_ARRAY_TASK_ID and"
                            + " SLURM_ARRAY_TASK_COUNT. With --sampling=surgenet, of the"
                            + " procedures.")
    String shard;

    @Option(
            names = "--pseudonymize",
            paramLabel = "TABLE.csv",
            description =
                    "Call videos and their folders by ids made with a secret key, here and in all"
                            + " lists and logs. The key and the table that leads back are kept in"
                            + " this file, readable by its owner alone; it must lie outside"
                            + " --output. Give the same file again to get the same ids.")
    Path pseudonyms;

    /**
     * The videos of this part, in order.
     *
     * @param others gets the files of the named folders that are not taken
     * @param save whether to write the table of pseudonyms
     */
    List<VideoInput> videos(Path output, OtherFiles others, boolean wholeProcedures, boolean save)
            throws IOException {
        List<VideoInput> videos = VideoInputs.find(inputs, others);
        if (procedures != null) {
            videos = ProcedureTable.read(procedures).apply(videos);
        }
        if (pseudonyms != null) {
            videos = pseudonymous(videos, output, save);
        }
        if (shard == null) {
            return videos;
        }
        VideoShard part = new VideoShard(part());
        return wholeProcedures ? part.ofProcedures(videos) : part.of(videos);
    }

    /** What is wrong with --shard; empty if nothing is. */
    Optional<String> wrongValue() {
        return OptionValues.read("--shard", shard, this::part);
    }

    private Shard part() {
        return Shard.parse(shard, System.getenv());
    }

    /** A file's name, made this part's own so that parts that work at once do not collide. */
    String ownName(String name) {
        return shard == null ? name : part().fileName(name);
    }

    private List<VideoInput> pseudonymous(List<VideoInput> videos, Path output, boolean save)
            throws IOException {
        if (pseudonyms
                .toAbsolutePath()
                .normalize()
                .startsWith(output.toAbsolutePath().normalize())) {
            throw new UserException(
                    "--pseudonymize "
                            + pseudonyms
                            + ": lies in --output, beside the frames that it"
                            + " would give away; keep it elsewhere");
        }
        for (String input : inputs) {
            if (!input.startsWith("@") && Files.isRegularFile(Path.of(input))) {
                throw new UserException(
                        "--pseudonymize: name a folder or an @LIST, not files: ids are made from"
                                + " places below a folder, and shells and job systems keep command"
                                + " lines");
            }
        }
        Pseudonyms table = Pseudonyms.open(pseudonyms);
        List<VideoInput> result = table.apply(videos, procedures != null);
        if (save) {
            table.save();
        }
        return result;
    }
}
