package org.surgenet.video.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;

/**
 * Which files of a video's folder an extraction has made. A file is ours if a record of ours names
 * it: a {@code frames.csv} beside our {@code video.json}, or the journal of a run that was cut off,
 * which names each file before it is written. A name that looks like one of ours proves nothing;
 * such a file is neither replaced nor deleted.
 *
 * <p>Files are known by their tails: what follows the video's name, as {@code _000012.jpg} or
 * {@code -000000.tar}.
 */
public final class OwnFiles {
    /** The beginning of every journal. */
    public static final String JOURNAL_MARK = "surgenet journal ";

    /** Begins the line of a journal that names a file about to be written. */
    static final String JOURNAL_OWN = "own ";

    private static final Pattern TAIL =
            Pattern.compile("_\\d{6,18}\\.[a-z]{3,4}|-\\d{6}\\.(tar|zip)");
    private static final Set<String> IMAGES =
            Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff");
    private static final Pattern SETTINGS =
            Pattern.compile("format=([a-z]+)(?:.* pack=(tar|zip) of (\\d{1,9}))?");

    /** More frames than any video has; a record may be damaged. */
    private static final long MOST = 10_000_000;

    private final Path folder;
    private final String video;
    private final Set<String> tails = new TreeSet<>();

    private OwnFiles(Path folder, String video) {
        this.folder = folder;
        this.video = video;
    }

    /** What the records in a folder name; nothing where it is not there. */
    public static OwnFiles of(Path folder, String video) throws IOException {
        OwnFiles own = new OwnFiles(folder, video);
        own.readJournal();
        Path list = folder.resolve(FramesCsv.FILE_NAME);
        Path about = folder.resolve(FrameStore.ABOUT);
        if (isAbout(about)) {
            if (Files.isRegularFile(list)) {
                own.readList(list);
            } else {
                own.infer(Json.read(about));
            }
        }
        return own;
    }

    private void readList(Path list) {
        List<FrameRecord> records;
        try {
            records = FramesCsv.read(list);
        } catch (UserException e) {
            // Altered beyond reading; what it was is told beside it.
            infer(Json.read(folder.resolve(FrameStore.ABOUT)));
            return;
        }
        for (FrameRecord record : records) {
            boolean packed = FramePacker.isPacked(record);
            add(packed ? FramePacker.archive(record) : record.path());
        }
    }

    /** The files of a folder whose {@code frames.csv} is gone, from what is told beside it. */
    private void infer(JsonNode about) {
        Matcher settings = SETTINGS.matcher(about.path("settings").asText());
        if (!settings.find()) {
            return;
        }
        long frames = Math.min(about.path("taken").asLong(), MOST);
        for (long i = 0; i < frames && settings.group(2) == null; i++) {
            addTail(String.format(Locale.ROOT, "_%06d.%s", i, settings.group(1)));
        }
        if (settings.group(2) != null) {
            long each = Long.parseLong(settings.group(3));
            for (long i = 0; i * each < frames; i++) {
                addTail(String.format(Locale.ROOT, "-%06d.%s", i, settings.group(2)));
            }
        }
    }

    private void readJournal() throws IOException {
        Path journal = folder.resolve(FrameStore.JOURNAL);
        if (!isJournal(journal)) {
            return;
        }
        try (BufferedReader reader =
                Files.newBufferedReader(journal, StandardCharsets.ISO_8859_1)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(JOURNAL_OWN) && line.endsWith(" .")) {
                    addTail(line.substring(JOURNAL_OWN.length(), line.length() - 2));
                }
            }
        }
    }

    /** True if a file is a journal of ours. */
    static boolean isJournal(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            String first = reader.readLine();
            return first != null && first.startsWith(JOURNAL_MARK);
        }
    }

    /** True if a file is a {@code video.json} of ours. */
    public static boolean isAbout(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try {
            JsonNode node = Json.read(file);
            return node.path("source").isTextual()
                    && node.path("settings").isTextual()
                    && node.path("frames").isIntegralNumber();
        } catch (UserException e) {
            return false;
        }
    }

    /**
     * Whether {@code frames.csv} is as it was written.
     *
     * @param about our {@code video.json}
     */
    public static boolean isUntouched(Path list, JsonNode about) throws IOException {
        return !about.has(FrameStore.LIST_HASH)
                || about.path(FrameStore.LIST_HASH).asText().equals(Hashes.sha256(list));
    }

    /**
     * Whether a name is like those that an extraction of some video gives, which proves nothing.
     */
    public static boolean isNamedAsOurs(String name) {
        return TAIL.matcher(name).find();
    }

    /** Adds a file by its name, if that is one that an extraction of this video gives. */
    private void add(String name) {
        if (name.startsWith(video)) {
            addTail(name.substring(video.length()));
        }
    }

    private void addTail(String tail) {
        // Whatever a list says, nothing else is ever deleted.
        if (TAIL.matcher(tail).matches()) {
            tails.add(tail);
        }
    }

    /** The tails of our files, whether they are there or not. */
    Set<String> tails() {
        return tails;
    }

    private boolean has(String name) {
        String whole = withoutPart(name);
        return whole.startsWith(video) && tails.contains(whole.substring(video.length()));
    }

    /** A name without the suffix of unfinished files. */
    static String withoutPart(String name) {
        return name.endsWith(AtomicFiles.PART_SUFFIX)
                ? name.substring(0, name.length() - AtomicFiles.PART_SUFFIX.length())
                : name;
    }

    /** Why the folder is not to be used: lists, images or archives that no record of ours names. */
    public Optional<String> refusal() throws IOException {
        List<String> foreign = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    if (Files.isRegularFile(entry) && isForeign(entry)) {
                        foreign.add(entry.getFileName().toString());
                    }
                }
            }
        }
        if (foreign.isEmpty()) {
            return Optional.empty();
        }
        foreign.sort(null);
        int shown = Math.min(3, foreign.size());
        String names = String.join(", ", foreign.subList(0, shown));
        return Optional.of(
                folder
                        + ": contains "
                        + names
                        + (foreign.size() > shown
                                ? " and " + (foreign.size() - shown) + " more"
                                : "")
                        + ", not made by an extraction that is on record; move it away, or use"
                        + " another output, or set overwrite to replace files with the names of new"
                        + " ones");
    }

    private boolean isForeign(Path file) throws IOException {
        String name = file.getFileName().toString();
        switch (name) {
            case FramesCsv.FILE_NAME -> {
                return !isAbout(folder.resolve(FrameStore.ABOUT));
            }
            case FrameStore.ABOUT -> {
                return !isAbout(file);
            }
            case FrameStore.JOURNAL -> {
                return !isJournal(file);
            }
            default -> {}
        }
        if (name.startsWith(".") || has(name)) {
            return false;
        }
        String suffix = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        boolean ours =
                name.startsWith(video)
                        && TAIL.matcher(withoutPart(name).substring(video.length())).matches();
        // Into a folder of ours others may put what they like, but not in the place of a frame.
        return ours || IMAGES.contains(suffix) && tails.isEmpty();
    }
}
