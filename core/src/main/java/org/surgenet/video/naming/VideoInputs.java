package org.surgenet.video.naming;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.surgenet.common.FolderWalk;
import org.surgenet.common.Hashes;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.UserException;
import org.surgenet.common.UserPaths;

/**
 * Finds the videos that a user names, as files, folders, patterns and lists, and gives each a place
 * for its frames.
 */
public final class VideoInputs {
    private record Found(Path file, Path below, String procedure) {}

    // By absolute path, so that a file that is named twice is taken once.
    private final Map<Path, Found> found = new LinkedHashMap<>();

    private final OtherFiles others;

    private VideoInputs(OtherFiles others) {
        this.others = others;
    }

    /** As {@link #find(List, OtherFiles)}, without a word about other files. */
    static List<VideoInput> find(List<String> arguments) {
        return find(arguments, new OtherFiles());
    }

    /**
     * The videos that {@code arguments} name, sorted by path.
     *
     * <p>A file is taken whatever its suffix; a folder with all folders below it, through links,
     * gives the files with a video's suffix; a pattern ({@code *}, {@code **}, {@code ?}, {@code
     * [...]}, <code>{a,b}</code>) the files that match; {@code @LIST} the files and folders on the
     * lines of a text file, relative to the list's folder.
     *
     * <p>Frames of a file below a named folder go to the same place below the output, others to a
     * folder with the file's name without its suffix; where two would meet, the suffix, and if need
     * be a part of a hash of the path, tells them apart. The procedure is the name of the first
     * folder below the named one, if there is any.
     *
     * @param others gets the files of folders that are no videos, and, with the cause, those that
     *     seem to be videos and are not taken
     * @throws UserException if something is missing or nothing is found
     */
    public static List<VideoInput> find(List<String> arguments, OtherFiles others) {
        VideoInputs inputs = new VideoInputs(others);
        for (String argument : arguments) {
            if (argument.startsWith("@")) {
                inputs.addList(Path.of(argument.substring(1)));
            } else {
                inputs.add(argument, argument);
            }
        }
        if (inputs.found.isEmpty()) {
            throw new UserException(
                    String.join(" ", arguments)
                            + ": no videos; their suffixes are .mp4, .mkv,"
                            + " .avi, .mov, .mpg, .ts, .webm and the like"
                            + found(others));
        }
        return inputs.placed();
    }

    /** What is there instead, for the message that there are no videos. */
    private static String found(OtherFiles others) {
        if (!others.named().isEmpty()) {
            // Not its name, which may be a patient's.
            return " ("
                    + others.named().size()
                    + " there, but: "
                    + others.named().get(0).cause()
                    + ")";
        }
        return others.summary().isEmpty() ? "" : " (" + others.summary() + ")";
    }

    private void addList(Path list) {
        List<String> lines;
        try {
            lines = Files.readAllLines(list);
        } catch (CharacterCodingException e) {
            throw new UserException(
                    list + ": is not a text file; a list has one path on each line", e);
        } catch (IOException e) {
            throw new UserException(list + ": cannot be read as a list of videos", e);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replace("\uFEFF", "").strip();
            if (line.isEmpty()) {
                continue;
            }
            String where = list + ":" + (i + 1);
            Path path = inList(list, line, where);
            if (Files.isDirectory(path)) {
                add(path.toString(), where);
            } else {
                // A missing one is told of like a damaged one and does not stop the others.
                addFile(path, null);
            }
        }
    }

    private static Path inList(Path list, String line, String where) {
        Path folder = list.getParent();
        try {
            return UserPaths.in(folder == null ? Path.of("") : folder, line);
        } catch (UserException e) {
            throw new UserException(where + ": " + e.getMessage(), e);
        }
    }

    private static Path path(String text, String where) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UserException(where + ": not a path: " + e.getReason(), e);
        }
    }

    private void add(String argument, String where) {
        boolean pattern = argument.matches(".*[*?\\[{].*");
        Path path = pattern && !exists(argument) ? null : path(argument, where);
        if (path == null) {
            addPattern(argument);
        } else if (Files.isDirectory(path)) {
            walk(path, this::isVideo, hidden -> true);
        } else if (Files.exists(path)) {
            addFile(path, null);
        } else {
            throw new UserException(where + ": no such file or folder");
        }
    }

    private static boolean exists(String text) {
        try {
            return Files.exists(Path.of(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private void addPattern(String pattern) {
        Path base = Path.of("");
        Path given = path(pattern, pattern);
        if (given.isAbsolute()) {
            base = given.getRoot();
        }
        int fixed = 0;
        while (fixed < given.getNameCount() - 1
                && !given.getName(fixed).toString().matches(".*[*?\\[{].*")) {
            base = base.resolve(given.getName(fixed++));
        }
        if (!Files.isDirectory(base)) {
            throw new UserException(pattern + ": no such folder: " + base);
        }
        PathMatcher matcher =
                given.getFileSystem()
                        .getPathMatcher(
                                "glob:" + given.subpath(fixed, given.getNameCount()).toString());
        Path start = base;
        int before = found.size();
        Filter meant = file -> matcher.matches(start.relativize(file));
        walk(base, meant, meant);
        if (found.size() == before) {
            throw new UserException(pattern + ": matches no file");
        }
    }

    /** Which files of a folder are meant. */
    private interface Filter {
        boolean accepts(Path file);
    }

    /** Whether a file of a folder is a video; what is none is noted. */
    private boolean isVideo(Path file) {
        VideoKinds.Kind kind = VideoKinds.of(file);
        if (kind.video()) {
            return true;
        }
        if (!kind.other().isEmpty()) {
            others.count(file, kind.other());
            return false;
        }
        VideoKinds.notTaken(file)
                .ifPresentOrElse(cause -> others.name(file, cause), () -> others.count(file));
        return false;
    }

    private void noteHidden(Path file) {
        if (VideoKinds.isHiddenVideo(file)) {
            others.name(file, "hidden by the dot before its name; rename it to take it");
        }
    }

    /**
     * @param hidden which of the hidden files are told of if they are videos
     */
    private void walk(Path folder, Filter filter, Filter hidden) {
        List<Path> files = new ArrayList<>();
        FolderWalk.visible(
                folder,
                file -> {
                    if (filter.accepts(file)) {
                        files.add(file);
                    }
                },
                file -> {
                    if (hidden.accepts(file)) {
                        noteHidden(file);
                    }
                });
        files.sort(Comparator.naturalOrder());
        for (Path file : files) {
            addFile(file, folder.relativize(file));
        }
    }

    private void addFile(Path file, Path below) {
        Path inside = below == null ? file.getFileName() : below;
        String procedure =
                inside.getNameCount() > 1 ? FileNames.safe(inside.getName(0).toString()) : "";
        found.putIfAbsent(file.toAbsolutePath().normalize(), new Found(file, inside, procedure));
    }

    private List<VideoInput> placed() {
        List<Map.Entry<Path, Found>> all = new ArrayList<>(found.entrySet());
        all.sort(Map.Entry.comparingByKey());
        Map<String, Integer> byStem = count(all, false);
        Map<String, Integer> byName = count(all, true);
        List<VideoInput> inputs = new ArrayList<>();
        for (Map.Entry<Path, Found> entry : all) {
            Found video = entry.getValue();
            String place = place(video.below(), false);
            if (byStem.get(key(place)) > 1) {
                place = place(video.below(), true);
                if (byName.get(key(place)) > 1 || byStem.containsKey(key(place))) {
                    byte[] path =
                            entry.getKey()
                                    .toString()
                                    .getBytes(java.nio.charset.StandardCharsets.UTF_8);
                    place += "-" + Hashes.sha256(path).substring(0, 8);
                }
            }
            inputs.add(
                    new VideoInput(
                            video.file(),
                            video.file().toString(),
                            place,
                            place.substring(place.lastIndexOf('/') + 1),
                            video.procedure(),
                            size(video.file())));
        }
        return inputs;
    }

    private static Map<String, Integer> count(List<Map.Entry<Path, Found>> all, boolean whole) {
        Map<String, Integer> counts = new HashMap<>();
        for (Map.Entry<Path, Found> entry : all) {
            counts.merge(key(place(entry.getValue().below(), whole)), 1, Integer::sum);
        }
        return counts;
    }

    /** Names that differ in case alone meet on some file systems. */
    private static String key(String place) {
        return place.toLowerCase(Locale.ROOT);
    }

    private static String place(Path below, boolean withSuffix) {
        StringBuilder place = new StringBuilder();
        for (Path part : below.getParent() == null ? List.<Path>of() : below.getParent()) {
            // A pattern may lead upwards; frames stay below the output: ".." becomes "__".
            String name = part.toString();
            place.append(FileNames.safe(name)).append('/');
        }
        String name = below.getFileName().toString();
        int dot = name.lastIndexOf('.');
        String stem = dot <= 0 ? name : name.substring(0, dot);
        String suffix = dot <= 0 ? "" : name.substring(dot + 1);
        String file = withSuffix && !suffix.isEmpty() ? stem + "_" + suffix : stem;
        return place.append(FileNames.safe(file)).toString();
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            // Told of when it is opened.
            return 0;
        }
    }
}
