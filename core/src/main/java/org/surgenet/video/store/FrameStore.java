package org.surgenet.video.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.ToLongFunction;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.picture.FrameSink;

/**
 * A video's folder of frames while it is being filled: image files, a journal that tells which of
 * them are whole, so that a run that was cut off goes on where it stopped, and at the end {@code
 * video.json} and {@code frames.csv}. Thread-safe.
 */
public final class FrameStore implements FrameSink, AutoCloseable {
    /** What the frames were made from and how. */
    public static final String ABOUT = "video.json";

    public static final String JOURNAL = "frames.journal";

    /** Field of {@link #ABOUT}: hash of {@code frames.csv}, which tells whether it was altered. */
    public static final String LIST_HASH = "frames_csv_sha256";

    /** Field of {@link #ABOUT}: the archives' sizes in bytes, by their names. */
    private static final String ARCHIVES = "archives";

    private static final String VERSION = "2";

    /** Begins the journal's line that tells what the self-check has found. */
    private static final String CAUSE = "because ";

    /** Begins the journal's line of a frame that is left out since it shows no change. */
    private static final String STILL = "still ";

    private final Path folder;
    private final String video;
    private final String procedure;
    private final String suffix;
    private final String fingerprint;
    private final FramePacker packer;
    private final LongPredicate wanted;
    private final boolean replace;
    private final Set<String> own;
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private final BitSet still = new BitSet();
    private FileChannel journal;
    private boolean everything;
    private String cause = "";

    private record Entry(long ticks, FrameRecord record) {}

    /**
     * @param folder made if it is not there
     * @param video name of the video; the beginning of its frames' names
     * @param procedure kind of operation, empty if unknown
     * @param suffix of the image files
     * @param fingerprint of the source and all settings: frames made under another are not kept
     * @param packer puts the frames into archives in the end; null for single files
     * @param wanted numbers of the frames to keep; others are passed over
     * @param anew keep nothing of what an earlier run has left, and replace files that are not ours
     *     where they have the names of new ones
     * @throws UserException if one of ours would take the place of a file that is not
     */
    public FrameStore(
            Path folder,
            String video,
            String procedure,
            String suffix,
            String fingerprint,
            FramePacker packer,
            LongPredicate wanted,
            boolean anew)
            throws IOException {
        this.folder = folder;
        this.video = video;
        this.procedure = procedure;
        this.suffix = suffix;
        this.fingerprint = hash(fingerprint);
        this.packer = packer;
        this.wanted = wanted;
        Files.createDirectories(folder);
        this.replace = anew;
        this.own = OwnFiles.of(folder, video).tails();
        Path file = folder.resolve(JOURNAL);
        if (!anew && OwnFiles.isJournal(file)) {
            load(file);
        }
        rewrite();
    }

    /** Lines that a sudden end has torn, and frames whose file is not whole, are dropped. */
    private void load(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            String first = reader.readLine();
            if (!heading(false).equals(first) && !heading(true).equals(first)) {
                return;
            }
            everything = heading(true).equals(first);
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(CAUSE)) {
                    cause = line.substring(CAUSE.length());
                    continue;
                }
                String[] f = line.split(" ", -1);
                if (line.startsWith(STILL) && f.length == 3 && f[2].equals(".")) {
                    still.set(Integer.parseInt(f[1]));
                    continue;
                }
                if (f.length != 8 || !f[7].equals(".")) {
                    continue;
                }
                long number = Long.parseLong(f[0]);
                FrameRecord record =
                        new FrameRecord(
                                name(number),
                                procedure,
                                video,
                                number,
                                Double.parseDouble(f[2]),
                                Integer.parseInt(f[3]),
                                Integer.parseInt(f[4]),
                                Long.parseLong(f[5]),
                                f[6]);
                Path image = folder.resolve(record.path());
                if (Files.exists(image) && Files.size(image) == record.bytes()) {
                    entries.put(number, new Entry(Long.parseLong(f[1]), record));
                }
            }
        }
    }

    private String heading(boolean all) {
        return heading(fingerprint, all);
    }

    private static String heading(String fingerprint, boolean all) {
        return OwnFiles.JOURNAL_MARK
                + VERSION
                + " "
                + fingerprint
                + (all ? " everything" : " groups");
    }

    private void rewrite() throws IOException {
        closeJournal();
        Path file = folder.resolve(JOURNAL);
        StringBuilder text = new StringBuilder(heading(everything)).append('\n');
        if (!cause.isEmpty()) {
            text.append(CAUSE).append(cause).append('\n');
        }
        own.forEach(tail -> text.append(ownLine(tail)));
        entries.values().forEach(entry -> text.append(line(entry)));
        still.stream().forEach(number -> text.append(stillLine(number)));
        AtomicFiles.writeString(file, text.toString());
        journal = FileChannel.open(file, StandardOpenOption.APPEND);
    }

    private static String ownLine(String tail) {
        return OwnFiles.JOURNAL_OWN + tail + " .\n";
    }

    /**
     * Notes that a file is ours, before it is written.
     *
     * @throws UserException if something else is there under its name
     */
    private void claim(String name) throws IOException {
        String tail = name.substring(video.length());
        synchronized (this) {
            if (own.contains(tail)) {
                return;
            }
            if (!replace && Files.exists(folder.resolve(name))) {
                throw new UserException(
                        folder.resolve(name)
                                + ": is there, but not made by this extraction; move it away, then"
                                + " run the same command again");
            }
            own.add(tail);
            append(ownLine(tail));
        }
    }

    private void append(String text) throws IOException {
        ByteBuffer line = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (line.hasRemaining()) {
            journal.write(line);
        }
    }

    private static String line(Entry entry) {
        FrameRecord r = entry.record();
        return String.join(
                        " ",
                        Long.toString(r.frame()),
                        Long.toString(entry.ticks()),
                        Double.toString(r.timeSeconds()),
                        Integer.toString(r.width()),
                        Integer.toString(r.height()),
                        Long.toString(r.bytes()),
                        r.sha256(),
                        ".")
                + "\n";
    }

    private String name(long number) {
        return String.format(Locale.ROOT, "%s_%06d.%s", video, number, suffix);
    }

    /** True if the journal says that an earlier run had to decode the whole video. */
    public synchronized boolean decodesEverything() {
        return everything;
    }

    /** What the self-check has found, in this run or an earlier one; empty if nothing. */
    public synchronized String difference() {
        return cause;
    }

    /**
     * Drops all frames so far: they are made anew from a decoding of the whole video.
     *
     * @param difference what the self-check has found; empty if that is not why
     */
    public synchronized void restart(String difference) throws IOException {
        entries.clear();
        still.clear();
        everything = true;
        cause = difference;
        rewrite();
    }

    /** True if it is not wanted, or is there and was taken at the same time. */
    @Override
    public synchronized boolean has(long number, long ticks) {
        if (!wanted.test(number)) {
            return true;
        }
        Entry entry = entries.get(number);
        return entry != null && entry.ticks() == ticks;
    }

    /**
     * Where each frame is decided on by those before it: drops what lies behind the first one that
     * is neither kept nor left out.
     *
     * @return that one's number
     */
    synchronized long keepDecided() throws IOException {
        int next = 0;
        while (entries.containsKey((long) next) || still.get(next)) {
            next++;
        }
        entries.tailMap((long) next).clear();
        still.clear(next, Math.max(next, still.length()));
        rewrite();
        return next;
    }

    /** The number of the last frame that is kept; -1 if none is. */
    synchronized long lastKept() {
        return entries.isEmpty() ? -1 : entries.lastKey();
    }

    /** How many frames are left out since they show no change. */
    public synchronized int leftOut() {
        return still.cardinality();
    }

    /**
     * Notes that a frame shows no change and is left out.
     *
     * @throws UserException if the disk refuses
     */
    synchronized void leaveOut(long number) {
        try {
            still.set(Math.toIntExact(number));
            append(stillLine(number));
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private static String stillLine(long number) {
        return STILL + number + " .\n";
    }

    /**
     * A size that frames have.
     *
     * @param frames how many
     * @param from time of the first of them in seconds
     */
    public record Size(int width, int height, long frames, double from) {}

    /** The sizes that the frames have, in the order in which they come. */
    public synchronized List<Size> sizes() {
        Map<String, Size> sizes = new LinkedHashMap<>();
        for (Entry entry : entries.values()) {
            FrameRecord r = entry.record();
            sizes.merge(
                    r.width() + "x" + r.height(),
                    new Size(r.width(), r.height(), 1, r.timeSeconds()),
                    (old, one) ->
                            new Size(old.width(), old.height(), old.frames() + 1, old.from()));
        }
        return List.copyOf(sizes.values());
    }

    public synchronized int size() {
        return entries.size();
    }

    /**
     * Writes a frame's file, then notes it in the journal.
     *
     * @throws UserException if the disk refuses
     */
    @Override
    public void put(long number, long ticks, double seconds, byte[] image, int width, int height) {
        String name = name(number);
        try {
            claim(name);
            AtomicFiles.writeUnforced(folder.resolve(name), out -> out.write(image));
            Entry entry =
                    new Entry(
                            ticks,
                            new FrameRecord(
                                    name,
                                    procedure,
                                    video,
                                    number,
                                    seconds,
                                    width,
                                    height,
                                    image.length,
                                    Hashes.sha256(image)));
            synchronized (this) {
                entries.put(number, entry);
                append(line(entry));
            }
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private UserException refused(IOException e) {
        return new UserException(
                folder
                        + ": cannot be written: "
                        + e.getMessage()
                        + "; what is complete stays, run the same command again to go on",
                e);
    }

    /**
     * Completes the folder: removes leftovers of earlier runs, writes {@code video.json}, then
     * {@code frames.csv}.
     */
    public synchronized void finish(ObjectNode about) {
        try {
            List<FrameRecord> records = new ArrayList<>();
            entries.values().forEach(entry -> records.add(entry.record()));
            Set<String> keep = new HashSet<>();
            List<FrameRecord> listed = records;
            if (packer != null) {
                listed = packer.packed(records);
                listed.forEach(record -> keep.add(FramePacker.archive(record)));
                for (String archive : new java.util.TreeSet<>(keep)) {
                    claim(archive);
                }
                packer.write(records);
                ObjectNode sizes = about.putObject(ARCHIVES);
                for (String archive : new java.util.TreeSet<>(keep)) {
                    sizes.put(archive, Files.size(folder.resolve(archive)));
                }
            }
            records.forEach(record -> keep.add(record.path()));
            closeJournal();
            sweep(keep);
            about.put(LIST_HASH, FramesCsv.hash(listed));
            Json.write(folder.resolve(ABOUT), about);
            FramesCsv.write(folder.resolve(FramesCsv.FILE_NAME), listed);
            tidy(folder, video);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    /**
     * What is left to do once {@code frames.csv} is written, whenever the run before was cut off.
     * Frames that lie in archives are deleted as single files, the journal last.
     */
    public static void tidy(Path folder, String video) throws IOException {
        if (!OwnFiles.isJournal(folder.resolve(JOURNAL))) {
            return;
        }
        Set<String> keep = new HashSet<>();
        for (FrameRecord record : FramesCsv.read(folder.resolve(FramesCsv.FILE_NAME))) {
            keep.add(FramePacker.isPacked(record) ? FramePacker.archive(record) : record.path());
        }
        sweep(folder, video, OwnFiles.of(folder, video).tails(), keep);
        Files.delete(folder.resolve(JOURNAL));
    }

    /**
     * How the files of a complete folder differ from its list, as far as their sizes tell.
     *
     * @param missing listed and not there
     * @param altered of another size than listed, or shorter than what an archive must hold
     */
    public record Differences(List<String> missing, List<String> altered) {}

    /**
     * Compares the sizes of a complete folder's files with its list.
     *
     * @param about the folder's record
     * @throws UserException if the list cannot be read
     */
    public static Differences differences(Path folder, JsonNode about) throws IOException {
        List<String> missing = new ArrayList<>();
        List<String> altered = new ArrayList<>();
        Map<String, Long> archives = new LinkedHashMap<>();
        for (FrameRecord record : FramesCsv.read(folder.resolve(FramesCsv.FILE_NAME))) {
            if (FramePacker.isPacked(record)) {
                archives.merge(FramePacker.archive(record), record.bytes(), Long::sum);
                continue;
            }
            long size = size(folder.resolve(record.path()));
            if (size != record.bytes()) {
                (size < 0 ? missing : altered).add(record.path());
            }
        }
        for (Map.Entry<String, Long> archive : archives.entrySet()) {
            long size = size(folder.resolve(archive.getKey()));
            JsonNode made = about.path(ARCHIVES).path(archive.getKey());
            if (made.isMissingNode() ? size < archive.getValue() : size != made.asLong()) {
                (size < 0 ? missing : altered).add(archive.getKey());
            }
        }
        return new Differences(missing, altered);
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    /** Nothing came out of the video: leaves no folder behind. */
    public synchronized void abandon() throws IOException {
        closeJournal();
        sweep(Set.of());
        Files.deleteIfExists(folder.resolve(JOURNAL));
        try (DirectoryStream<Path> rest = Files.newDirectoryStream(folder)) {
            if (!rest.iterator().hasNext()) {
                Files.delete(folder);
            }
        }
    }

    private void sweep(Set<String> keep) throws IOException {
        sweep(folder, video, own, keep);
    }

    /** Deletes our files but those to keep, and nothing else. */
    private static void sweep(Path folder, String video, Set<String> own, Set<String> keep)
            throws IOException {
        if (own.isEmpty()) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                String whole = OwnFiles.withoutPart(name);
                boolean ours =
                        whole.startsWith(video) && own.contains(whole.substring(video.length()));
                if (ours && !keep.contains(name)) {
                    Files.delete(file);
                }
            }
        }
    }

    /**
     * Makes a complete folder incomplete. Its files stay ours.
     *
     * @param text a journal's lines, which take the place of {@code frames.csv} as their record
     */
    private static void reopen(Path folder, String text) throws IOException {
        AtomicFiles.writeString(folder.resolve(JOURNAL), text);
        Files.deleteIfExists(folder.resolve(FramesCsv.FILE_NAME));
    }

    /** Makes a complete folder incomplete, so that all of its frames are made again. */
    public static void reopen(Path folder, OwnFiles own) throws IOException {
        if (Files.exists(folder.resolve(FramesCsv.FILE_NAME)) || !own.tails().isEmpty()) {
            StringBuilder text = new StringBuilder(OwnFiles.JOURNAL_MARK + VERSION + " reopened\n");
            own.tails().forEach(tail -> text.append(ownLine(tail)));
            reopen(folder, text.toString());
        }
    }

    /**
     * Makes a complete folder incomplete, so that the next run makes the frames that are missing
     * among {@code intact}.
     *
     * @param fingerprint as for the constructor
     * @param everything whether all frames were decoded for it
     * @param intact records whose files are as listed
     * @param ticks of each
     */
    public static void reopen(
            Path folder,
            OwnFiles own,
            String fingerprint,
            boolean everything,
            List<FrameRecord> intact,
            ToLongFunction<FrameRecord> ticks)
            throws IOException {
        StringBuilder text = new StringBuilder(heading(hash(fingerprint), everything)).append('\n');
        own.tails().forEach(tail -> text.append(ownLine(tail)));
        intact.forEach(r -> text.append(line(new Entry(ticks.applyAsLong(r), r))));
        reopen(folder, text.toString());
    }

    private static String hash(String fingerprint) {
        return Hashes.sha256(fingerprint.getBytes(StandardCharsets.UTF_8));
    }

    private void closeJournal() throws IOException {
        if (journal != null) {
            journal.close();
            journal = null;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closeJournal();
    }
}
