package org.surgenet.video.dicom;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.Rational;
import org.surgenet.video.file.FileParts;

/**
 * The video in a DICOM file, as recorders and archives of hospitals export it: where its stream
 * lies, and the little that the header says of it. What the header says of patient, date and place
 * is not read; see {@link DicomReader}.
 *
 * <p>The stream is MPEG-2, H.264 or HEVC, as such or in a transport stream, a program stream or an
 * MP4 file. A stream as such has no times; its frames come at the rate in its own header, or else
 * at that of the DICOM header: Frame Time, or Cine Rate, or Recommended Display Frame Rate. A Frame
 * Time Vector with different times counts before its own rate, which cannot tell them.
 */
public final class DicomVideo implements AutoCloseable {
    private static final Set<String> SUFFIXES = Set.of("dcm", "dicom");
    private static final double SLOWEST = 0.1;
    private static final double FASTEST = 1000;

    /** Microseconds that a frame is shown at most, ten hours. */
    private static final double LONGEST = 3.6e10;

    /** The attribute with a time for each frame. */
    public static final String VECTOR = "Frame Time Vector";

    private static final double MICROSECONDS_IN_A_MILLISECOND = 1000;

    /** Rates of cameras, of which a time in milliseconds gives some digits. */
    private static final List<Rational> USUAL =
            List.of(
                    new Rational(24000, 1001),
                    new Rational(24, 1),
                    new Rational(25, 1),
                    new Rational(30000, 1001),
                    new Rational(30, 1),
                    new Rational(50, 1),
                    new Rational(60000, 1001),
                    new Rational(60, 1),
                    new Rational(120, 1));

    private final DicomSyntax syntax;
    private final FileParts parts;
    private long frames;
    private Rational frameTime = Rational.ZERO;
    private long[] times;
    private Rational cineRate = Rational.ZERO;
    private Rational displayRate = Rational.ZERO;
    private String damage = "";

    private DicomVideo(DicomSyntax syntax, FileParts parts) {
        this.syntax = syntax;
        this.parts = parts;
    }

    /**
     * Opens the video of a DICOM file.
     *
     * @return null if the file is not DICOM
     * @throws IOException with the cause, in words for the user, if it is and holds no video that
     *     can be read
     */
    public static DicomVideo open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        DicomVideo video = null;
        try {
            DicomReader reader = new DicomReader(channel);
            if (!reader.isDicom()) {
                return null;
            }
            DicomSyntax syntax = reader.syntax();
            if (!syntax.video()) {
                throw new IOException(
                        "a DICOM file without video: its transfer syntax is "
                                + syntax.words()
                                + "; MPEG-2, MPEG-4 AVC/H.264 and HEVC are read");
            }
            DicomVideo found = new DicomVideo(syntax, new FileParts(channel));
            reader.read(found);
            video = found;
            return video;
        } finally {
            if (video == null) {
                channel.close();
            }
        }
    }

    /** True if the file has a suffix of DICOM files. */
    public static boolean isCalledDicom(Path file) {
        return SUFFIXES.contains(OtherFiles.suffix(file));
    }

    /** What is in a file that may be DICOM. */
    public enum Content {
        VIDEO,
        /** A DICOM file of images or of something else. */
        OTHER,
        /** A DICOM file whose header does not tell. */
        DAMAGED,
        NOT_DICOM
    }

    /**
     * What a file's beginning tells of it.
     *
     * @param words the transfer syntax; empty if it is unknown
     */
    public record Kind(Content content, String words) {}

    /** Looks at a file's beginning alone; of one that cannot be read nothing is claimed. */
    public static Kind kind(Path file) {
        Content content = Content.NOT_DICOM;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            DicomReader reader = new DicomReader(channel);
            if (reader.isDicom()) {
                content = Content.DAMAGED;
                DicomSyntax syntax = reader.syntax();
                return new Kind(syntax.video() ? Content.VIDEO : Content.OTHER, syntax.words());
            }
        } catch (IOException e) {
            // Told of when it is opened, if it is.
            return new Kind(content, "");
        }
        return new Kind(content, "");
    }

    void frames(String text) {
        frames = text.matches("\\+?[0-9]{1,9}") ? Long.parseLong(text) : 0;
    }

    void cineRate(String text) {
        cineRate = wholeRate(text);
    }

    void displayRate(String text) {
        displayRate = wholeRate(text);
    }

    private static Rational wholeRate(String text) {
        return text.matches("\\+?[0-9]{1,3}")
                ? new Rational(Long.parseLong(text), 1)
                : Rational.ZERO;
    }

    /** Milliseconds of a frame, rounded to some digits. */
    void frameTime(String text) {
        if (!text.matches("\\+?[0-9]{1,6}(\\.[0-9]{0,12})?([eE][-+]?[0-9]{1,2})?")) {
            return;
        }
        double milliseconds = Double.parseDouble(text);
        if (!(milliseconds >= 1000 / FASTEST && milliseconds <= 1000 / SLOWEST)) {
            return;
        }
        int dot = text.indexOf('.');
        boolean plain = !text.matches(".*[eE].*");
        double unit = !plain ? 1e-4 : dot < 0 ? 1 : Math.pow(10, dot + 1 - text.length());
        frameTime =
                usual(milliseconds, Math.max(unit / 2, 1e-9 * milliseconds))
                        .orElseGet(
                                () -> {
                                    long micros =
                                            Math.round(
                                                    milliseconds * MICROSECONDS_IN_A_MILLISECOND);
                                    return new Rational(1_000_000, micros);
                                });
    }

    /** The usual rate that the time has been rounded from, if there is one. */
    private static Optional<Rational> usual(double milliseconds, double error) {
        Rational best = null;
        double least = error * (1 + 1e-6);
        for (Rational rate : USUAL) {
            double distance = Math.abs(1000 / rate.toDouble() - milliseconds);
            if (distance <= least) {
                least = distance;
                best = rate;
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * Milliseconds from each frame to the next, where Frame Time is not there: the first number,
     * for the first frame, is 0 (PS3.3, C.7.6.5). Equal ones are as good as a Frame Time.
     */
    void frameTimes(String text) {
        String[] numbers = text.split("\\\\", -1);
        if (frameTime.num() > 0 || numbers.length < 2) {
            return;
        }
        long[] ends = new long[numbers.length];
        boolean equal = true;
        for (int i = 1; i < numbers.length; i++) {
            String number = numbers[i].strip();
            if (!number.matches("\\+?[0-9]{1,7}(\\.[0-9]{0,12})?([eE][-+]?[0-9]{1,2})?")) {
                return;
            }
            double micros = Double.parseDouble(number) * MICROSECONDS_IN_A_MILLISECOND;
            if (!(micros >= 1 && micros <= LONGEST)) {
                return;
            }
            ends[i] = ends[i - 1] + Math.round(micros);
            equal &= number.equals(numbers[1].strip());
        }
        if (equal) {
            frameTime(numbers[1].strip());
        } else {
            times = ends;
        }
    }

    /**
     * When a frame is shown, microseconds after the first, where the header says it of each; frames
     * behind its list go on at the last distance. Negative if it does not.
     */
    public long frameMicros(long number) {
        if (times == null) {
            return -1;
        }
        int last = times.length - 1;
        return number <= last
                ? times[(int) number]
                : times[last] + (number - last) * (times[last] - times[last - 1]);
    }

    void damage(String what) {
        damage = what;
    }

    public DicomSyntax syntax() {
        return syntax;
    }

    /** Where the stream lies. */
    public FileParts parts() {
        return parts;
    }

    /** How many frames the header says; 0 if it does not. */
    public long frames() {
        return frames;
    }

    /** Frame rate of the header; zero if it does not say one. */
    public Rational frameRate() {
        if (frameTime.num() > 0) {
            return frameTime;
        }
        if (times != null) {
            // On the average.
            return new Rational(1_000_000L * (times.length - 1), times[times.length - 1]);
        }
        return cineRate.num() > 0 ? cineRate : displayRate;
    }

    /** The attribute that says the frame rate; empty if none does. */
    public String frameRateAttribute() {
        if (frameTime.num() > 0) {
            return "Frame Time";
        }
        if (times != null) {
            return VECTOR;
        }
        if (cineRate.num() > 0) {
            return "Cine Rate";
        }
        return displayRate.num() > 0 ? "Recommended Display Frame Rate" : "";
    }

    /** What is wrong with the fragments, so that the stream may end early; empty if nothing is. */
    public String damage() {
        return damage;
    }

    @Override
    public void close() {
        parts.close();
    }
}
