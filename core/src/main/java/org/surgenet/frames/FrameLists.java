package org.surgenet.frames;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.CsvTable;
import org.surgenet.common.FolderWalk;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;

/**
 * Reads a list of frames from whatever the user names: a folder, a {@code frames.csv}, a {@code
 * curated.csv} (its kept rows), another CSV file with a {@code path} column, or a text file with a
 * path on each line.
 *
 * <p>Image files are named here, not opened: only the first is looked for, so that a list of
 * millions on a network file system is read in seconds and a list that lies in the wrong folder is
 * still found out at once.
 */
public final class FrameLists {
    private static final Logger LOG = LoggerFactory.getLogger(FrameLists.class);

    private static final Set<String> IMAGE_SUFFIXES =
            Set.of(
                    "jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp", "png", "webp", "bmp", "dib",
                    "tif", "tiff");

    /** Of images that are not read. */
    private static final Set<String> OTHER_IMAGE_SUFFIXES =
            Set.of(
                    "gif", "apng", "avif", "heic", "heif", "hif", "jp2", "j2k", "jpf", "jpx", "jxl",
                    "jxr", "pbm", "pgm", "ppm", "pnm", "pam", "pfm", "exr", "hdr", "tga", "ico",
                    "psd", "svg", "dcm", "dicom", "dng", "cr2", "cr3", "nef", "arw", "raf", "orf",
                    "rw2", "pcx", "ras", "sr", "dds");

    private static final int SHOWN = 5;

    private final Path source;
    private final Progress.Task task;
    private final List<Frame> frames = new ArrayList<>();
    // Millions of frames share few names.
    private final Map<String, String> names = new HashMap<>();

    private FrameLists(Path source, Progress.Task task) {
        this.source = source;
        this.task = task;
    }

    /** As {@link #read(Path, Progress)}, silently. */
    public static List<Frame> read(Path source) {
        return read(source, Progress.NONE);
    }

    /**
     * The frames that {@code source} names, in the list's order; a folder's in the order of their
     * paths.
     *
     * <p>A folder is searched with all folders below it, through links. Images that a {@code
     * frames.csv} in their own folder lists take procedure, video and time from it; for others the
     * video is the name of the folder they lie in. Hidden and unfinished files are left out. A path
     * in a CSV or text list is absolute or relative to the list's folder; in a {@code frames.csv}
     * it may not leave that folder.
     *
     * @throws UserException if the source is missing, malformed or names no frame
     */
    public static List<Frame> read(Path source, Progress progress) {
        try (Progress.Task task = progress.start("reading " + source, "frames", -1)) {
            FrameLists lists = new FrameLists(source, task);
            if (Files.isDirectory(source)) {
                lists.readFolder();
            } else if (!Files.exists(source)) {
                throw new UserException(
                        source + ": no such file or folder; give a folder, CSV or list of frames");
            } else if (suffix(source).equals("csv")) {
                lists.readCsv();
            } else if (IMAGE_SUFFIXES.contains(suffix(source))) {
                throw new UserException(
                        source + ": is an image; give its folder or a text file that lists it");
            } else {
                lists.readText();
            }
            return List.copyOf(lists.frames);
        }
    }

    /** True if the file's name says that it is an image, such as {@code .jpg} or {@code .PNG}. */
    public static boolean isImage(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && IMAGE_SUFFIXES.contains(suffix(file));
    }

    /**
     * Notes a file of a folder of images that is not taken: by name if its suffix is that of an
     * image.
     */
    public static void noteOther(Path file, OtherFiles others) {
        if (OTHER_IMAGE_SUFFIXES.contains(suffix(file))) {
            others.name(file, "images of this kind are not read; convert them to PNG or JPEG");
        } else if (!OtherFiles.unfinished(file)) {
            others.count(file);
        }
    }

    /** In one line each, what {@link #noteOther} noted; images that are not read come first. */
    public static List<String> notes(OtherFiles others) {
        List<String> notes = new ArrayList<>();
        List<OtherFiles.Named> named = others.named();
        if (!named.isEmpty()) {
            String some =
                    named.stream()
                            .limit(SHOWN)
                            .map(one -> one.file().getFileName().toString())
                            .collect(Collectors.joining(", "));
            notes.add(
                    Words.counted(named.size(), "image")
                            + " left out ("
                            + some
                            + (named.size() > SHOWN ? ", ..." : "")
                            + "): "
                            + named.get(0).cause());
        }
        if (!others.summary().isEmpty()) {
            notes.add(others.summary());
        }
        return notes;
    }

    private static String suffix(Path file) {
        return OtherFiles.suffix(file);
    }

    private void readFolder() {
        Map<Path, Frame> listed = new HashMap<>();
        boolean[] curated = new boolean[1];
        OtherFiles others = new OtherFiles();
        FolderWalk.visible(
                source,
                file -> {
                    String name = file.getFileName().toString();
                    if (name.equals(FramesCsv.FILE_NAME)) {
                        FramesCsv.read(file).forEach(r -> list(listed, file, r));
                    } else if (isImage(file)) {
                        add(new Frame(file, "", folderName(file), Double.NaN));
                    } else {
                        noteOther(file, others);
                    }
                    curated[0] |= name.equals("curated.csv");
                });
        if (frames.isEmpty()) {
            throw new UserException(
                    source
                            + ": has no images (.jpg, .png, .webp, .bmp, .tif) in it or below"
                            + notes(others).stream().map(n -> "; " + n).findFirst().orElse("")
                            + (curated[0] ? "; name the curated.csv in it to read its rows" : ""));
        }
        for (String note : notes(others)) {
            if (note.equals(others.summary())) {
                LOG.info("{}: {}", source, note);
            } else {
                LOG.warn("{}: {}", source, note);
            }
        }
        frames.replaceAll(frame -> listed.getOrDefault(frame.path(), frame));
        frames.sort(Comparator.comparing(Frame::path));
    }

    private void list(Map<Path, Frame> listed, Path csv, FrameRecord record) {
        Path path = csv.resolveSibling(record.path());
        if (listed.isEmpty()) {
            requireLoose(path);
        }
        listed.put(
                path,
                new Frame(
                        path,
                        name(record.procedure()),
                        name(record.video()),
                        record.timeSeconds()));
    }

    private void readCsv() {
        CsvTable.scan(source, this::addRow, "path");
        requireFrames();
    }

    private void addRow(CsvTable.Row row) {
        if (!kept(row)) {
            return;
        }
        Path path =
                isManifest(row)
                        ? FramePaths.inside(row, "path")
                        : FramePaths.beside(row.get("path"), source, row.line());
        requireFirst(path, row.line());
        double time = row.get("time_s", "").isEmpty() ? Double.NaN : row.number("time_s");
        add(
                new Frame(
                        path,
                        name(row.get("procedure", "")),
                        row.get("video", "").isEmpty() ? folderName(path) : name(row.get("video")),
                        time));
    }

    private static boolean isManifest(CsvTable.Row row) {
        return row.file().getFileName().toString().equals(FramesCsv.FILE_NAME)
                || row.header().equals(FramesCsv.HEADER);
    }

    private static boolean kept(CsvTable.Row row) {
        return switch (row.get("keep", "true")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw row.error("keep", "is neither true nor false");
        };
    }

    private void readText() {
        try (BufferedReader reader = Files.newBufferedReader(source, StandardCharsets.UTF_8)) {
            long line = 0;
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                line++;
                text = text.replace("\uFEFF", "").strip();
                if (text.isEmpty()) {
                    continue;
                }
                Path path = FramePaths.beside(text, source, line);
                requireFirst(path, line);
                add(new Frame(path, "", folderName(path), Double.NaN));
            }
        } catch (CharacterCodingException e) {
            throw new UserException(
                    source + ": is not a text file; a list has one path on each line", e);
        } catch (IOException e) {
            throw new UserException(source + ": cannot be read: " + e.getMessage(), e);
        }
        requireFrames();
    }

    private void requireFirst(Path path, long line) {
        if (!frames.isEmpty()) {
            return;
        }
        requireLoose(path);
        if (!Files.exists(path)) {
            throw new UserException(
                    source
                            + ":"
                            + line
                            + ": no such file: "
                            + path
                            + "; paths are absolute or relative to the list's folder");
        }
    }

    /** A packed frame's path goes on behind the archive's name, as if that were a folder. */
    private static void requireLoose(Path path) {
        Path archive = path.getParent();
        while (archive != null && !Set.of("tar", "zip").contains(suffix(archive))) {
            archive = archive.getParent();
        }
        if (archive != null && Files.isRegularFile(archive)) {
            throw new UserException(
                    archive
                            + ": holds packed frames, which are for other readers; extract them"
                            + " again, not packed, for this command");
        }
    }

    private void requireFrames() {
        if (frames.isEmpty()) {
            throw new UserException(source + ": names no frames");
        }
    }

    private void add(Frame frame) {
        frames.add(frame);
        task.step(1, "");
    }

    private String folderName(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        Path name = folder == null ? null : folder.getFileName();
        return name == null ? "" : name(name.toString());
    }

    private String name(String text) {
        return names.computeIfAbsent(text, t -> t);
    }
}
