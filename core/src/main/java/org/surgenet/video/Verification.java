package org.surgenet.video;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Hashes;
import org.surgenet.common.Progress;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;

/** Reads all frames of videos again and compares them with their lists. */
public final class Verification {
    private final List<VideoInput> videos;
    private final Path output;
    private final String failuresFile;
    private final List<Problem> problems = new ArrayList<>();
    private long files;

    /**
     * A difference between the lists and the disk.
     *
     * @param kind of difference
     * @param path of the file or, for {@link Kind#INCOMPLETE}, the video's folder
     */
    public record Problem(Kind kind, Path path) {}

    /** Kinds of differences. */
    public enum Kind {
        /** The video has no frames.csv and is not in the list of failures either. */
        INCOMPLETE,
        /** Listed, but not there. */
        MISSING,
        /** There, but not listed. */
        EXTRA,
        /** Its size or hash is another one. */
        ALTERED
    }

    /**
     * @param output directory of an extraction
     * @param failuresFile name of its list of failures
     */
    public Verification(List<VideoInput> videos, Path output, String failuresFile) {
        this.videos = videos;
        this.output = output;
        this.failuresFile = failuresFile;
    }

    /** How many image files were read. */
    public long files() {
        return files;
    }

    /**
     * Does the work.
     *
     * @return what is wrong, in the order of the videos
     * @throws org.surgenet.common.UserException if a list is malformed
     */
    public List<Problem> run(Progress progress, Cancellation cancellation) throws IOException {
        Set<String> failed = failed();
        try (Progress.Task task = progress.start("verifying", "videos", videos.size())) {
            for (VideoInput video : videos) {
                Path folder = output.resolve(video.folder());
                Path list = folder.resolve(FramesCsv.FILE_NAME);
                if (Files.exists(list)) {
                    compare(folder, FramesCsv.read(list), cancellation);
                } else if (!failed.contains(video.folder())) {
                    problems.add(new Problem(Kind.INCOMPLETE, folder));
                }
                task.step(1, video.name());
            }
        }
        return List.copyOf(problems);
    }

    private Set<String> failed() {
        Set<String> folders = new HashSet<>();
        Path list = output.resolve(failuresFile);
        if (Files.exists(list)) {
            CsvTable.scan(list, row -> folders.add(row.get("folder")), "folder");
        }
        return folders;
    }

    private void compare(Path folder, List<FrameRecord> records, Cancellation cancellation)
            throws IOException {
        Set<Path> listed = new HashSet<>();
        listed.add(folder.resolve(FramesCsv.FILE_NAME));
        listed.add(folder.resolve(FrameStore.ABOUT));
        for (FrameRecord record : records) {
            cancellation.check();
            Path file = folder.resolve(record.path());
            listed.add(file);
            files++;
            if (!Files.isRegularFile(file)) {
                problems.add(new Problem(Kind.MISSING, file));
            } else if (Files.size(file) != record.bytes()
                    || !Hashes.sha256(file).equals(record.sha256())) {
                problems.add(new Problem(Kind.ALTERED, file));
            }
        }
        List<Path> extra = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                // Folders belong to videos further down the tree.
                if (!Files.isDirectory(entry) && !listed.contains(entry)) {
                    extra.add(entry);
                }
            }
        }
        extra.stream().sorted().forEach(path -> problems.add(new Problem(Kind.EXTRA, path)));
    }
}
