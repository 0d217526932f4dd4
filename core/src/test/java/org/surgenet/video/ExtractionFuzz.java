package org.surgenet.video;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.decode.FullExtraction;
import org.surgenet.video.decode.FuzzReference;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.picture.FrameSink;
import org.surgenet.video.picture.ImageFormat;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.sampling.Sampler;
import org.surgenet.video.sampling.Sampling;
import org.surgenet.video.store.FrameStore;

/**
 * Extracts random videos and compares each picture, bit for bit, its time and its place with those
 * of a full decode: the product's own of the same request, and where times leave no doubt also a
 * plain loop over FFmpeg with the choice written down a second time ({@link FuzzReference}). The
 * extraction runs without its self-check, which would find and hide what is looked for here.
 *
 * <p>A number decides all of a stream, so that it fails again when it is asked for again.
 */
final class ExtractionFuzz {
    private static final PictureRequest PICTURE =
            TestRequest.picture("source", ImageFormat.PNG, 95);

    private final Path folder;
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private int streams;
    private int inPart;
    private int referred;
    private int said;
    private int notMade;
    private int lacking;

    /**
     * @param folder for the streams; those that fail stay there
     */
    ExtractionFuzz(Path folder) {
        this.folder = folder;
    }

    /**
     * Arguments: the first number, how many, and the folder for what fails. Prints a report; the
     * exit code is 1 if a stream failed.
     */
    public static void main(String[] arguments) throws Exception {
        // What is said of each video is in the report where it matters.
        ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger("org.surgenet"))
                .setLevel(ch.qos.logback.classic.Level.OFF);
        long seed = Long.parseLong(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        ExtractionFuzz fuzz = new ExtractionFuzz(Files.createDirectories(Path.of(arguments[2])));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int told = 0;
        for (int i = 0; i < count; i++) {
            fuzz.run(seed + i);
            for (; told < fuzz.failures.size(); told++) {
                out.println(fuzz.failures.get(told));
            }
            if ((i + 1) % 100 == 0) {
                out.printf(
                        Locale.ROOT, "# %d of %d, %d failed%n", i + 1, count, fuzz.failures.size());
            }
        }
        out.print(fuzz.report());
        System.exit(fuzz.failures.isEmpty() ? 0 : 1);
    }

    List<String> failures() {
        return failures;
    }

    /** How many streams were made and compared. */
    int streams() {
        return streams;
    }

    /** How many of them were decoded in part. */
    int inPart() {
        return inPart;
    }

    /** What was tried, what came of it. */
    String report() {
        StringBuilder text = new StringBuilder();
        text.append("streams compared: ").append(streams).append('\n');
        text.append("  decoded in part: ").append(inPart).append('\n');
        text.append("  compared with a plain decode as well: ").append(referred).append('\n');
        text.append("  with damage said: ").append(said).append('\n');
        text.append("numbers for which nothing could be made: ").append(notMade).append('\n');
        text.append("drawings with an encoder that is lacking: ").append(lacking).append('\n');
        counts.forEach(
                (what, n) -> text.append("  ").append(what).append(": ").append(n).append('\n'));
        text.append("failed: ").append(failures.size()).append('\n');
        failures.forEach(failure -> text.append(failure).append('\n'));
        return text.toString();
    }

    /** Makes the stream of a number, extracts it and compares. */
    void run(long seed) throws IOException, InterruptedException {
        Path own = Files.createDirectories(folder.resolve("seed-" + seed));
        FuzzStream stream;
        try {
            stream = FuzzStream.make(seed, own);
        } catch (FuzzStream.NotMadeException e) {
            notMade++;
            count("not made: " + e.getMessage());
            delete(own);
            return;
        }
        streams++;
        lacking += stream.lacking;
        count("encoder " + stream.codec);
        count("container " + stream.container.replaceAll(".*>", ""));
        count("change " + stream.change);
        Sampling sampling = FuzzSampling.draw(new FuzzDice(~seed));
        count("sampling " + sampling.kind());
        List<String> wrong = new ArrayList<>();
        try {
            compare(stream, sampling, own, wrong);
        } catch (IOException | RuntimeException e) {
            wrong.add(e.toString());
        }
        if (wrong.isEmpty()) {
            delete(own);
        } else if (excuse(stream.file) != null) {
            count("left out: " + excuse(stream.file));
            delete(own);
        } else {
            failures.add(failure(stream, sampling, wrong));
        }
    }

    /** What FFmpeg itself makes of a stream that failed; null where that is no excuse. */
    private static String excuse(Path file) {
        try {
            return FuzzReference.isFaulty(file)
                    ? "errors that FFmpeg finds and, unless told to stop, only logs"
                    : FuzzReference.isUndetermined(file)
                            ? "decoded by FFmpeg one way or another"
                            : null;
        } catch (IOException e) {
            // It stays a failure: one of the two ways of reading opens what the other does not.
            return null;
        }
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    private static String failure(FuzzStream stream, Sampling sampling, List<String> wrong) {
        return "seed "
                + stream.seed
                + " ("
                + stream.codec
                + ", "
                + stream.container
                + ", "
                + stream.change
                + "; "
                + sampling.fingerprint()
                + ")\n    "
                + String.join("\n    ", wrong)
                + "\n    made by:\n      "
                + String.join("\n      ", stream.commands);
    }

    private void compare(FuzzStream stream, Sampling sampling, Path own, List<String> wrong)
            throws IOException {
        Path output = own.resolve("out");
        VideoInput input =
                new VideoInput(
                        stream.file, stream.file.toString(), "v", "v", "", Files.size(stream.file));
        ExtractionRequest request =
                TestRequest.of(List.of(input), output)
                        .sampling(sampling)
                        .picture(PICTURE)
                        .selfCheck(0)
                        .build();
        VideoOutcome outcome =
                new Extraction(request, Progress.NONE, Cancellation.NEVER).run().get(0);
        boolean damage =
                outcome.failed()
                        && outcome.state() != VideoOutcome.State.NO_FRAME
                        && outcome.state() != VideoOutcome.State.FEWER;
        said += damage ? 1 : 0;
        if (damage && stream.kind == FuzzStream.Kind.CLEAN && decodes(stream.file)) {
            wrong.add("damage is said of a sound file: " + outcome.cause());
        }
        if (outcome.state() == VideoOutcome.State.FAILED) {
            return;
        }
        Path made = output.resolve("v");
        JsonNode about = Json.read(made.resolve(FrameStore.ABOUT));
        boolean groups = about.path("decoded").asText().startsWith("groups");
        inPart += groups ? 1 : 0;
        List<FrameRecord> frames = FramesCsv.read(made.resolve(FramesCsv.FILE_NAME));
        files(made, frames, wrong);
        if (damage && stream.kind == FuzzStream.Kind.DAMAGED) {
            return;
        }
        if (groups && !compareInFull(stream, sampling, frames, wrong)) {
            return;
        }
        if (!damage && !about.has("joins") && !about.has("times_corrected")) {
            refer(stream, sampling, frames, wrong);
        }
    }

    /** Whether a plain decode finds no fault, so that a word of damage is false. */
    private static boolean decodes(Path file) {
        try (FuzzReference reference = new FuzzReference(file, Sampling.every(1), 0)) {
            return !reference.isDamaged() && !reference.frames.isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** The pictures are those that the list names. */
    private static void files(Path made, List<FrameRecord> frames, List<String> wrong)
            throws IOException {
        for (FrameRecord frame : frames) {
            if (!Hashes.sha256(made.resolve(frame.path())).equals(frame.sha256())) {
                wrong.add(frame.path() + " is not the file that the list names");
            }
        }
    }

    /**
     * Compares with the product's full decode.
     *
     * @return false if that meets damage where the extraction had nothing to decode, so that its
     *     frames are others by right
     */
    private boolean compareInFull(
            FuzzStream stream, Sampling sampling, List<FrameRecord> frames, List<String> wrong)
            throws IOException {
        Kept kept = new Kept();
        try (VideoFile file =
                VideoFile.open(stream.file, Duration.ofSeconds(60), Cancellation.NEVER)) {
            Sampler sampler = new Sampler(sampling, file.timeBase(), file.start());
            new FullExtraction(file, PICTURE, null, sampler, kept, Cancellation.NEVER)
                    .run(bytes -> {});
            if (file.damage() != null && stream.kind == FuzzStream.Kind.DAMAGED) {
                count("damage in groups that were not decoded");
                return false;
            }
        }
        difference("the product's full decode", frames, kept.frames, wrong);
        return true;
    }

    private void refer(
            FuzzStream stream, Sampling sampling, List<FrameRecord> frames, List<String> wrong)
            throws IOException {
        Kept kept = new Kept();
        double last;
        try (VideoFile file =
                        VideoFile.open(stream.file, Duration.ofSeconds(60), Cancellation.NEVER);
                FuzzReference reference = new FuzzReference(stream.file, sampling, file.start())) {
            if (!reference.isPlain()) {
                return;
            }
            reference.store(file, PICTURE, kept);
            last = file.seconds(reference.lastTicks());
        }
        referred++;
        List<FrameRecord> compared =
                frames.stream().filter(f -> Math.abs(f.timeSeconds() - last) > 1e-6).toList();
        difference("a plain decode", compared, kept.frames, wrong);
    }

    private static void difference(
            String from, List<FrameRecord> frames, List<FrameRecord> right, List<String> wrong) {
        if (frames.size() != right.size()) {
            wrong.add(
                    "differs from "
                            + from
                            + ": "
                            + frames.size()
                            + " frames, not "
                            + right.size()
                            + "; at "
                            + times(frames)
                            + ", not "
                            + times(right));
            return;
        }
        for (int i = 0; i < frames.size(); i++) {
            FrameRecord is = frames.get(i);
            FrameRecord other = right.get(i);
            String what =
                    Math.abs(is.timeSeconds() - other.timeSeconds()) > 2e-6
                            ? "time " + is.timeSeconds() + ", not " + other.timeSeconds()
                            : is.width() != other.width() || is.height() != other.height()
                                    ? "size"
                                    : is.sha256().equals(other.sha256()) ? "" : "pixels";
            if (!what.isEmpty()) {
                wrong.add(
                        "differs from "
                                + from
                                + ": frame "
                                + i
                                + " at "
                                + is.timeSeconds()
                                + " s: "
                                + what);
            }
        }
    }

    private static List<Double> times(List<FrameRecord> frames) {
        return frames.stream().map(FrameRecord::timeSeconds).toList();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Frames that no disk takes. */
    private static final class Kept implements FrameSink {
        final List<FrameRecord> frames = new ArrayList<>();

        @Override
        public boolean has(long number, long ticks) {
            return false;
        }

        @Override
        public void put(
                long number, long ticks, double seconds, byte[] image, int width, int height) {
            frames.add(
                    new FrameRecord(
                            "",
                            "",
                            "v",
                            number,
                            seconds,
                            width,
                            height,
                            image.length,
                            Hashes.sha256(image)));
        }
    }
}
