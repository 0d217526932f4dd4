package org.surgenet.video;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.store.Archive;
import org.surgenet.video.store.FramePacker;
import org.surgenet.video.store.FrameStore;
import org.surgenet.video.store.OwnFiles;

/** Reads all frames again and compares them with their lists. */
public final class Verification {
    private static final Pattern RUN_FILES =
            Pattern.compile(
                    "(config|run|failures)(-\\d+-of-\\d+)?\\.(yaml|json|csv)"
                            + "|surgenet(-\\d+-of-\\d+)?\\.lock(\\..*)?");

    private final List<String> folders;
    private final Path output;
    private final String failuresFile;
    private final List<Problem> problems = new ArrayList<>();
    private final Set<String> damaged = new TreeSet<>();
    private final List<Path> withoutRecord = new ArrayList<>();
    private long files;
    private boolean listAltered;

    /**
     * A difference between the lists and the disk.
     *
     * @param kind of difference
     * @param path of the file, with the member's name behind that of an archive; for {@link
     *     Kind#INCOMPLETE} the folder
     */
    public record Problem(Kind kind, Path path) {}

    /** Kinds of differences. */
    public enum Kind {
        /** The folder has no frames.csv and is not in the list of failures either. */
        INCOMPLETE,
        /** Listed, but not there. */
        MISSING,
        /** There, but not listed. */
        EXTRA,
        /** Its size or hash is another one, or it cannot be read: an image, archive or list. */
        ALTERED
    }

    /**
     * @param folders relative to {@code output}, each of which should have a frames.csv
     * @param output directory of an extraction
     * @param failuresFile name of its list of failures
     */
    public Verification(List<String> folders, Path output, String failuresFile) {
        this.folders = folders;
        this.output = output;
        this.failuresFile = failuresFile;
    }

    /** How many images were read. */
    public long files() {
        return files;
    }

    /** What is wrong, in the order of the folders. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** The folders, relative to the output, in which something is missing or altered. */
    public Set<String> damaged() {
        return damaged;
    }

    /**
     * Folders whose record, {@code video.json}, is gone or cannot be read, so that nothing proves
     * what in them is ours: an extraction leaves them alone.
     */
    public List<Path> withoutRecord() {
        return List.copyOf(withoutRecord);
    }

    /**
     * Does the work.
     *
     * @return what is wrong, in the order of the folders
     */
    public List<Problem> run(Progress progress, Cancellation cancellation) throws IOException {
        Set<String> failed = FailureList.folders(output.resolve(failuresFile));
        try (Progress.Task task = progress.start("verifying", "folders", folders.size())) {
            for (String place : folders) {
                int before = problems.size();
                Path folder = output.resolve(place);
                Path list = folder.resolve(FramesCsv.FILE_NAME);
                if (Files.exists(list)) {
                    compareList(folder, list);
                    listAltered = problems.contains(new Problem(Kind.ALTERED, list));
                    compare(folder, records(list), cancellation);
                } else if (!failed.contains(place)) {
                    problems.add(new Problem(Kind.INCOMPLETE, folder));
                }
                boolean wrong =
                        problems.subList(before, problems.size()).stream()
                                .anyMatch(
                                        p -> p.kind() == Kind.MISSING || p.kind() == Kind.ALTERED);
                if (wrong) {
                    damaged.add(place);
                }
                task.step(1, place);
            }
        }
        return List.copyOf(problems);
    }

    /** Compares the list itself with what is told of it beside it. */
    private void compareList(Path folder, Path list) throws IOException {
        Path about = folder.resolve(FrameStore.ABOUT);
        boolean procedure = Files.exists(folder.resolve(ProcedureFolder.ABOUT));
        if (!procedure && !OwnFiles.isAbout(about)) {
            withoutRecord.add(folder);
        }
        if (!Files.exists(about)) {
            about = folder.resolve(ProcedureFolder.ABOUT);
        }
        if (!Files.exists(about)) {
            problems.add(new Problem(Kind.MISSING, folder.resolve(FrameStore.ABOUT)));
            return;
        }
        try {
            if (!OwnFiles.isUntouched(list, Json.read(about))) {
                problems.add(new Problem(Kind.ALTERED, list));
            }
        } catch (UserException e) {
            problems.add(new Problem(Kind.ALTERED, about));
        }
    }

    private List<FrameRecord> records(Path list) {
        try {
            return FramesCsv.read(list);
        } catch (UserException e) {
            Problem problem = new Problem(Kind.ALTERED, list);
            if (!problems.contains(problem)) {
                problems.add(problem);
            }
            return List.of();
        }
    }

    private void compare(Path folder, List<FrameRecord> records, Cancellation cancellation)
            throws IOException {
        Set<Path> listed = new HashSet<>();
        // The videos' folders belong to videos further down the tree, and are not looked into.
        Set<Path> searched = new TreeSet<>(Set.of(folder));
        Map<Path, List<FrameRecord>> archives = new LinkedHashMap<>();
        for (FrameRecord record : records) {
            cancellation.check();
            files++;
            if (FramePacker.isPacked(record)) {
                Path archive = folder.resolve(FramePacker.archive(record));
                listed.add(archive);
                archives.computeIfAbsent(archive, a -> new ArrayList<>()).add(record);
                continue;
            }
            Path file = folder.resolve(record.path());
            listed.add(file);
            searched.add(file.getParent());
            if (!Files.isRegularFile(file)) {
                problems.add(new Problem(Kind.MISSING, file));
            } else if (Files.size(file) != record.bytes()
                    || !Hashes.sha256(file).equals(record.sha256())) {
                problems.add(new Problem(Kind.ALTERED, file));
            }
        }
        for (Map.Entry<Path, List<FrameRecord>> archive : archives.entrySet()) {
            cancellation.check();
            compareArchive(archive.getKey(), archive.getValue());
        }
        for (Path each : searched) {
            addExtra(each, each.equals(folder), listed);
        }
    }

    private void addExtra(Path folder, boolean hasList, Set<Path> listed) throws IOException {
        List<Path> extra = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                boolean known =
                        // An altered list may have lost them; they are compared with a new one.
                        listAltered && OwnFiles.isNamedAsOurs(name)
                                || listed.contains(entry)
                                || hasList && isOurs(name, folder);
                if (!Files.isDirectory(entry) && !known) {
                    extra.add(entry);
                }
            }
        }
        extra.stream().sorted().forEach(path -> problems.add(new Problem(Kind.EXTRA, path)));
    }

    /** Lists and records beside a frames.csv; the output itself has those of the run as well. */
    private boolean isOurs(String name, Path folder) {
        return name.equals(FramesCsv.FILE_NAME)
                || name.equals(FrameStore.ABOUT)
                || name.equals(ProcedureFolder.ABOUT)
                || name.equals(FrameStore.JOURNAL)
                || name.equals(ProcedureFolder.JOURNAL)
                || folder.equals(output) && RUN_FILES.matcher(name).matches();
    }

    private void compareArchive(Path archive, List<FrameRecord> records) throws IOException {
        if (!Files.isRegularFile(archive)) {
            problems.add(new Problem(Kind.MISSING, archive));
            return;
        }
        // What each member must be: a hash.
        Map<String, String> expected = new HashMap<>();
        for (FrameRecord record : records) {
            String member = FramePacker.member(record);
            expected.put(member, record.sha256());
            expected.put(FramePacker.description(member), Hashes.sha256(FramePacker.json(record)));
        }
        try {
            Archive.read(
                    archive,
                    (name, content) -> {
                        String hash = expected.remove(name);
                        if (hash == null) {
                            problems.add(new Problem(Kind.EXTRA, member(archive, name)));
                        } else if (!hash.equals(Hashes.sha256(content))) {
                            problems.add(new Problem(Kind.ALTERED, member(archive, name)));
                        }
                    });
        } catch (IOException e) {
            problems.add(new Problem(Kind.ALTERED, archive));
            return;
        }
        expected.keySet().stream()
                .sorted()
                .forEach(name -> problems.add(new Problem(Kind.MISSING, member(archive, name))));
    }

    /** For messages alone: an archive may come from somebody else and name anything. */
    private static Path member(Path archive, String name) {
        return Path.of(archive + "/" + name.replaceAll("[\\p{Cntrl}]", "_"));
    }
}
