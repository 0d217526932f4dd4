package org.surgenet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.common.UserException;
import org.surgenet.video.Extraction;
import org.surgenet.video.ExtractionRequest;
import org.surgenet.video.ImageFormat;
import org.surgenet.video.PictureRequest;
import org.surgenet.video.PictureSize;
import org.surgenet.video.Pseudonyms;
import org.surgenet.video.Rational;
import org.surgenet.video.Sampling;
import org.surgenet.video.Shard;
import org.surgenet.video.TimesFile;
import org.surgenet.video.Verification;
import org.surgenet.video.VideoInput;
import org.surgenet.video.VideoInputs;
import org.surgenet.video.VideoOutcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Turns videos into image files. */
@Command(
        name = "extract-frames",
        description = "Extract frames from surgical videos, with a list of them for each video.",
        footer = {
            "",
            "Example:",
            "  surgenet extract-frames videos/ --output frames --fps 1 --size short:256",
            "",
            "Each video gets a folder below --output, with its frames and, once they are all"
                    + " there, a frames.csv. Running the same command again goes on where it"
                    + " stopped."
        })
final class ExtractFramesCommand extends SurgenetCommand {
    @Parameters(
            arity = "1..*",
            paramLabel = "VIDEO|DIR|GLOB|@LIST",
            description =
                    "Video files, folders with videos, patterns in quotes, or text files that list"
                            + " them.")
    List<String> inputs;

    @Mixin OutputOptions output;

    @Option(
            names = "--fps",
            paramLabel = "RATE",
            defaultValue = "1",
            description =
                    "Frames a second of presentation time, such as 1, 29.97 or 1/2 (default:"
                            + " ${DEFAULT-VALUE}).")
    String fps;

    @Option(
            names = "--every",
            paramLabel = "N",
            description = "Take one in N frames instead of --fps frames a second.")
    Long every;

    @Option(names = "--keyframes", description = "Take the key frames instead: by far the fastest.")
    boolean keyframes;

    @Option(
            names = "--times",
            paramLabel = "FILE",
            description =
                    "Take the frames at the times in this text file instead, one on each line:"
                            + " seconds or H:MM:SS; the same for every video.")
    Path times;

    @Option(
            names = "--rule",
            paramLabel = "nearest|first",
            defaultValue = "nearest",
            description =
                    "Which frame stands for a time: nearest, as ffmpeg's fps filter does it; or the"
                            + " first one at or after it (default: ${DEFAULT-VALUE}).")
    Sampling.Rule rule;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            description = "Leave out what comes before this time: seconds or H:MM:SS.")
    String start;

    @Option(
            names = "--end",
            paramLabel = "TIME",
            description = "Leave out what comes from this time on: seconds or H:MM:SS.")
    String end;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "short:256",
            description =
                    "WIDTHxHEIGHT, short:N or long:N for the shorter or longer side, or source"
                            + " (default: ${DEFAULT-VALUE}). Frames never become larger than they"
                            + " are, unless --upscale is given.")
    String size;

    @Option(names = "--upscale", description = "Let frames become larger than they are.")
    boolean upscale;

    @Option(
            names = "--crop-borders",
            description =
                    "Cut off letterbox bars and the black surround of the endoscope's disc: one"
                            + " rectangle for each video, found on 15 of its key frames, before"
                            + " scaling.")
    boolean cropBorders;

    @Option(
            names = "--format",
            paramLabel = "jpg|png|webp",
            defaultValue = "jpg",
            description = "Kind of image files: ${COMPLETION-CANDIDATES} (default: jpg).")
    ImageFormat format;

    @Option(
            names = "--quality",
            paramLabel = "1..100",
            defaultValue = "95",
            description = "Quality of JPEG (libjpeg's scale) and WebP (default: ${DEFAULT-VALUE}).")
    int quality;

    @Option(
            names = "--jpeg-colours",
            paramLabel = "video|true",
            defaultValue = "video",
            description =
                    "Colours of JPEG files: video keeps the video's own coding, as ffmpeg does;"
                            + " true converts BT.709 to the BT.601 that readers of JPEG assume"
                            + " (default: ${DEFAULT-VALUE}).")
    PictureRequest.JpegColours colours;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Decoders that work at once; 0 takes one for each core (default:"
                            + " ${DEFAULT-VALUE}). The result does not depend on it.")
    int jobs;

    @Option(
            names = "--shard",
            paramLabel = "I/N|auto",
            description =
                    "Do the I-th of N parts of the videos, counted from 0 and balanced by size;"
                            + " auto takes both from SLURM_ARRAY_TASK_ID and"
                            + " SLURM_ARRAY_TASK_COUNT.")
    String shard;

    @Option(
            names = "--stall-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "Give up a file that gives nothing for so long (default: ${DEFAULT-VALUE}).")
    int stallTimeout;

    @Option(
            names = "--pseudonymize",
            paramLabel = "TABLE.csv",
            description =
                    "Call videos and their folders by ids made with a secret key, here and in all"
                            + " lists and logs. The key and the table that leads back are kept in"
                            + " this file, readable by its owner alone; it must lie outside"
                            + " --output. Give the same file again to get the same ids.")
    Path pseudonyms;

    @Option(
            names = "--verify",
            description =
                    "Extract nothing; read the frames of these videos in --output again and list"
                            + " missing, extra and altered files.")
    boolean verify;

    @Override
    protected Optional<Path> runDirectory() {
        return verify ? Optional.empty() : Optional.of(output.output);
    }

    @Override
    protected int execute(Context context) throws IOException {
        ExtractionRequest request = request(true);
        if (verify) {
            return verify(request, context);
        }
        List<VideoOutcome> outcomes =
                new Extraction(request, context.progress(), context.cancellation()).run();
        long frames = outcomes.stream().mapToLong(VideoOutcome::frames).sum();
        long already = count(outcomes, VideoOutcome.State.ALREADY_COMPLETE);
        long bad = outcomes.stream().filter(VideoOutcome::failed).count();
        context.record()
                .put("videos", outcomes.size())
                .put("videos_already_complete", already)
                .put("videos_failed", bad)
                .put("frames", frames);
        context.out()
                .printf(
                        Locale.ROOT,
                        "%d frames of %d videos in %s%s%n",
                        frames,
                        outcomes.size(),
                        output.output,
                        already == 0
                                ? ""
                                : "; "
                                        + already
                                        + " of "
                                        + outcomes.size()
                                        + " videos already complete");
        if (bad > 0) {
            context.out()
                    .printf(
                            Locale.ROOT,
                            "%d videos are damaged or unreadable: see %s%n",
                            bad,
                            output.output.resolve(request.failuresFile()));
        }
        context.out().flush();
        return bad > 0 ? ExitCode.DONE_WITH_SKIPPED : ExitCode.DONE;
    }

    private static int verify(ExtractionRequest request, Context context) throws IOException {
        Verification verification =
                new Verification(request.videos(), request.output(), request.failuresFile());
        List<Verification.Problem> problems =
                verification.run(context.progress(), context.cancellation());
        for (Verification.Problem problem : problems) {
            context.out()
                    .println(problem.kind().name().toLowerCase(Locale.ROOT) + " " + problem.path());
        }
        context.out().flush();
        if (problems.isEmpty()) {
            context.out()
                    .printf(
                            Locale.ROOT,
                            "%d frames of %d videos are as listed%n",
                            verification.files(),
                            request.videos().size());
            context.out().flush();
            return ExitCode.DONE;
        }
        throw new UserException(
                request.output()
                        + ": "
                        + problems.size()
                        + " files or videos are not as listed; delete the frames.csv beside them"
                        + " and run the command without --verify to make them again");
    }

    private static long count(List<VideoOutcome> outcomes, VideoOutcome.State state) {
        return outcomes.stream().filter(outcome -> outcome.state() == state).count();
    }

    @Override
    protected int dryRun(Context context) throws IOException {
        ExtractionRequest request = request(false);
        long bytes = request.videos().stream().mapToLong(VideoInput::bytes).sum();
        context.out()
                .printf(
                        Locale.ROOT,
                        "%d videos, %.1f MB, to %s%n",
                        request.videos().size(),
                        bytes / 1e6,
                        output.output);
        context.out().flush();
        return ExitCode.DONE;
    }

    private List<VideoInput> pseudonymous(List<VideoInput> videos, boolean save)
            throws IOException {
        if (pseudonyms
                .toAbsolutePath()
                .normalize()
                .startsWith(output.output.toAbsolutePath().normalize())) {
            throw new UserException(
                    "--pseudonymize "
                            + pseudonyms
                            + ": lies in --output, beside the frames that it"
                            + " would give away; keep it elsewhere");
        }
        for (String input : inputs) {
            if (!input.startsWith("@") && Files.isRegularFile(Path.of(input))) {
                throw new UserException(
                        "--pseudonymize: name a folder or an @LIST, not files: the command line is"
                                + " recorded in run.json");
            }
        }
        Pseudonyms table = Pseudonyms.open(pseudonyms);
        List<VideoInput> result = table.apply(videos);
        if (save) {
            table.save();
        }
        return result;
    }

    private ExtractionRequest request(boolean save) throws IOException {
        if (jobs < 0) {
            throw new UserException("--jobs " + jobs + ": must be 0 (one for each core) or more");
        }
        if (stallTimeout < 1) {
            throw new UserException("--stall-timeout " + stallTimeout + ": must be at least 1");
        }
        if ((keyframes ? 1 : 0) + (every == null ? 0 : 1) + (times == null ? 0 : 1) > 1) {
            throw new UserException(
                    "--keyframes, --every and --times exclude each other; give one");
        }
        List<VideoInput> videos = VideoInputs.find(inputs);
        if (pseudonyms != null) {
            videos = pseudonymous(videos, save);
        }
        String failures = ExtractionRequest.FAILURES;
        if (shard != null) {
            Shard part = Shard.parse(shard, System.getenv());
            videos = part.of(videos);
            failures = part.fileName(failures);
        }
        return new ExtractionRequest(
                videos,
                output.output,
                sampling(),
                new PictureRequest(
                        cropBorders, PictureSize.parse(size), upscale, format, quality, colours),
                jobs == 0 ? Runtime.getRuntime().availableProcessors() : jobs,
                output.overwrite,
                Duration.ofSeconds(stallTimeout),
                failures);
    }

    private Sampling sampling() {
        Sampling sampling;
        if (keyframes) {
            sampling = Sampling.keyframes();
        } else if (every != null) {
            sampling = Sampling.every(every);
        } else if (times != null) {
            sampling = Sampling.times(TimesFile.read(times), rule);
        } else {
            sampling = Sampling.rate(Rational.parse(fps, "--fps"), rule);
        }
        return sampling.between(
                start == null ? null : Rational.parseTime(start, "--start"),
                end == null ? null : Rational.parseTime(end, "--end"));
    }
}
