package org.surgenet.video.naming;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.Hashes;
import org.surgenet.common.UserException;

/**
 * A list of frames by the names that SurgeNet's {@code create_SurgeNetXL.py} gives them, one on
 * each line: {@code VIDEO_frame_N_SampleI.jpg}. Holds millions of them in 8 bytes each.
 */
public final class PublishedFrames {
    private static final Pattern NAME =
            Pattern.compile("(.*)_frame_(\\d{1,9})_Sample(\\d{1,9})\\.jpg");
    private static final int HALF = 32;

    private final Map<String, long[]> frames = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final String fingerprint;
    private int size;

    private PublishedFrames(Path file) throws IOException {
        this.fingerprint = Hashes.sha256(file).substring(0, 16);
    }

    /**
     * Reads a list.
     *
     * @throws UserException naming file and line if it cannot be read or a line is no such name
     */
    public static PublishedFrames read(Path file) {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            PublishedFrames list = new PublishedFrames(file);
            long number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                String text = line.replace("\uFEFF", "").strip();
                if (!text.isEmpty()) {
                    list.add(text, file + ":" + number);
                }
            }
            if (list.size == 0) {
                throw new UserException(file + ": names no frames");
            }
            list.sort();
            return list;
        } catch (CharacterCodingException e) {
            throw new UserException(file + ": is not a text file in UTF-8", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read as a list of frames", e);
        }
    }

    private void add(String text, String where) {
        Matcher matcher = NAME.matcher(text);
        if (!matcher.matches()) {
            throw new UserException(
                    where + ": '" + text + "' is not of the form VIDEO_frame_N_SampleI.jpg");
        }
        String video = matcher.group(1);
        int count = counts.getOrDefault(video, 0);
        long[] of = frames.getOrDefault(video, new long[16]);
        if (count == of.length) {
            of = Arrays.copyOf(of, 2 * count);
        }
        of[count] = packed(Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)));
        frames.put(video, of);
        counts.put(video, count + 1);
        size++;
    }

    private void sort() {
        frames.replaceAll(
                (video, of) -> {
                    long[] exact = Arrays.copyOf(of, counts.get(video));
                    Arrays.sort(exact);
                    return exact;
                });
        counts.clear();
    }

    private static long packed(long number, long sample) {
        return number << HALF | sample;
    }

    /** Frames in the list. */
    public int size() {
        return size;
    }

    /** Equal for equal lists. */
    public String fingerprint() {
        return fingerprint;
    }

    /** True if the list has frame {@code number} of the video with this count. */
    public boolean contains(String video, long number, long sample) {
        long[] of = frames.get(video);
        return of != null && Arrays.binarySearch(of, packed(number, sample)) >= 0;
    }

    /** True if the list has frame {@code number} of the video with any count. */
    public boolean contains(String video, long number) {
        long[] of = frames.get(video);
        if (of == null) {
            return false;
        }
        int at = Arrays.binarySearch(of, packed(number, 0));
        int first = at < 0 ? -at - 1 : at;
        return first < of.length && of[first] >>> HALF == number;
    }

    /**
     * The counts that the video's first frame must have had for the list's names: one, unless the
     * list has several videos of this name; none if it has no frame of it.
     */
    public Set<Long> starts(String video) {
        Set<Long> starts = new TreeSet<>();
        for (long frame : frames.getOrDefault(video, new long[0])) {
            starts.add((frame & 0xffff_ffffL) - (frame >>> HALF));
        }
        return starts;
    }
}
