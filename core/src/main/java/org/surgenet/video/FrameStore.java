package org.surgenet.video;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;

/**
 * A video's folder of frames while it is being filled: image files, a journal that tells which of
 * them are whole, so that a run that was cut off goes on where it stopped, and at the end {@code
 * video.json} and {@code frames.csv}. Thread-safe.
 */
final class FrameStore implements FrameSink, AutoCloseable {
    /** What the frames were made from and how. */
    static final String ABOUT = "video.json";

    private static final String JOURNAL = "frames.journal";

    private final Path folder;
    private final String video;
    private final String procedure;
    private final String suffix;
    private final String fingerprint;
    private final FramePacker packer;
    private final LongPredicate wanted;
    private final Map<Long, Entry> entries = new TreeMap<>();
    private FileChannel journal;
    private boolean everything;

    private record Entry(long ticks, FrameRecord record) {}

    /**
     * @param folder made if it is not there
     * @param video name of the video; the beginning of its frames' names
     * @param procedure kind of operation, empty if unknown
     * @param suffix of the image files
     * @param fingerprint of the source and all settings: frames made under another are not kept
     * @param packer puts the frames into archives in the end; null for single files
     * @param wanted numbers of the frames to keep; others are passed over
     * @param anew keep nothing of what an earlier run has left
     */
    FrameStore(
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
        this.fingerprint = Hashes.sha256(fingerprint.getBytes(StandardCharsets.UTF_8));
        this.packer = packer;
        this.wanted = wanted;
        Files.createDirectories(folder);
        Path file = folder.resolve(JOURNAL);
        if (!anew && Files.exists(file)) {
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
                String[] f = line.split(" ", -1);
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
        return "surgenet journal 1 " + fingerprint + (all ? " everything" : " groups");
    }

    private void rewrite() throws IOException {
        closeJournal();
        Path file = folder.resolve(JOURNAL);
        StringBuilder text = new StringBuilder(heading(everything)).append('\n');
        entries.values().forEach(entry -> text.append(line(entry)));
        AtomicFiles.writeString(file, text.toString());
        journal = FileChannel.open(file, StandardOpenOption.APPEND);
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
    synchronized boolean decodesEverything() {
        return everything;
    }

    /** Drops all frames so far: they are made anew from a decoding of the whole video. */
    synchronized void restart() throws IOException {
        entries.clear();
        everything = true;
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

    synchronized int size() {
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
                ByteBuffer line =
                        ByteBuffer.wrap(line(entry).getBytes(StandardCharsets.ISO_8859_1));
                while (line.hasRemaining()) {
                    journal.write(line);
                }
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
    synchronized void finish(ObjectNode about) {
        try {
            List<FrameRecord> records = new ArrayList<>();
            entries.values().forEach(entry -> records.add(entry.record()));
            closeJournal();
            Set<String> keep = new HashSet<>();
            records.forEach(record -> keep.add(record.path()));
            List<FrameRecord> listed = records;
            if (packer != null) {
                packer.write(records);
                listed = packer.packed(records);
                listed.forEach(record -> keep.add(FramePacker.archive(record)));
            }
            sweep(keep);
            Json.write(folder.resolve(ABOUT), about);
            FramesCsv.write(folder.resolve(FramesCsv.FILE_NAME), listed);
            tidy(folder, video, suffix);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    /**
     * What is left to do once {@code frames.csv} is written, whenever the run before was cut off.
     * Frames that lie in archives are deleted as single files, the journal last.
     */
    static void tidy(Path folder, String video, String suffix) throws IOException {
        if (!Files.exists(folder.resolve(JOURNAL))) {
            return;
        }
        Set<String> keep = new HashSet<>();
        for (FrameRecord record : FramesCsv.read(folder.resolve(FramesCsv.FILE_NAME))) {
            keep.add(FramePacker.isPacked(record) ? FramePacker.archive(record) : record.path());
        }
        sweep(folder, video, suffix, keep);
        Files.delete(folder.resolve(JOURNAL));
    }

    /** Nothing came out of the video: leaves no folder behind. */
    synchronized void abandon() throws IOException {
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
        sweep(folder, video, suffix, keep);
    }

    /** Deletes this video's frames and archives but those to keep, and nothing else. */
    private static void sweep(Path folder, String video, String suffix, Set<String> keep)
            throws IOException {
        Pattern ours =
                Pattern.compile(
                        Pattern.quote(video)
                                + "(_\\d{6,18}\\."
                                + suffix
                                + "|-\\d{6}\\.(tar|zip))("
                                + Pattern.quote(AtomicFiles.PART_SUFFIX)
                                + ")?");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (ours.matcher(name).matches() && !keep.contains(name)) {
                    Files.delete(file);
                }
            }
        }
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
