package org.surgenet.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.video.Extraction;
import org.surgenet.video.ExtractionEstimate;
import org.surgenet.video.ExtractionRequest;
import org.surgenet.video.ImageFormat;
import org.surgenet.video.SurgenetExtraction;
import org.surgenet.video.Verification;
import org.surgenet.video.VideoInput;
import org.surgenet.video.VideoOutcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
                    + " stopped.",
            "",
            "SurgeNet's YouTube frames from the videos and the published list of names:",
            "  surgenet extract-frames GenSurgery/ --output youtube --sampling surgenet \\",
            "      --frame-list frames_list.txt --order list --size source"
        })
final class ExtractFramesCommand extends SurgenetCommand {
    @Mixin VideoOptions videos;

    @Mixin OutputOptions output;

    @Mixin SamplingOptions sampling;

    @Mixin PictureOptions picture;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Decoders that work at once; 0 takes one for each core (default:"
                            + " ${DEFAULT-VALUE}). The result does not depend on it.")
    int jobs;

    @Option(
            names = "--stall-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "Give up a file that gives nothing for so long (default: ${DEFAULT-VALUE}).")
    int stallTimeout;

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
    protected String recordName(String name) {
        return videos.ownName(name);
    }

    @Override
    protected Set<String> confidential() {
        return videos.pseudonyms == null
                ? Set.of()
                : Set.of("inputs", "procedures", "pseudonymize");
    }

    @Override
    protected int execute(Context context) throws IOException {
        ExtractionRequest request = request(true);
        if (verify) {
            return verify(request, context);
        }
        long begin = System.nanoTime();
        List<VideoOutcome> outcomes =
                sampling.surgenet()
                        ? new SurgenetExtraction(
                                        request,
                                        sampling.order(),
                                        context.progress(),
                                        context.cancellation())
                                .run()
                        : new Extraction(request, context.progress(), context.cancellation()).run();
        ExtractionSummary summary =
                new ExtractionSummary(outcomes, (System.nanoTime() - begin) * 1e-9);
        summary.record(context.record());
        summary.print(context.out(), output.output, request.failuresFile());
        return summary.bad() > 0 ? ExitCode.DONE_WITH_SKIPPED : ExitCode.DONE;
    }

    private int verify(ExtractionRequest request, Context context) throws IOException {
        List<String> folders =
                sampling.surgenet()
                        ? SurgenetExtraction.folders(request.videos())
                        : request.videos().stream().map(VideoInput::folder).toList();
        Verification verification =
                new Verification(folders, request.output(), request.failuresFile());
        List<Verification.Problem> problems =
                verification.run(context.progress(), context.cancellation());
        for (Verification.Problem problem : problems) {
            context.out()
                    .println(problem.kind().name().toLowerCase(Locale.ROOT) + " " + problem.path());
        }
        context.out().flush();
        if (!problems.isEmpty()) {
            throw new UserException(
                    request.output()
                            + ": "
                            + problems.size()
                            + " files or folders are not as listed; delete the frames.csv beside"
                            + " them and run the command without --verify to make them again");
        }
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s of %s are as listed%n",
                        Words.counted(verification.files(), "frame"),
                        Words.counted(request.videos().size(), "video"));
        context.out().flush();
        return ExitCode.DONE;
    }

    @Override
    protected int dryRun(Context context) throws IOException {
        ExtractionRequest request = request(false);
        long bytes = request.videos().stream().mapToLong(VideoInput::bytes).sum();
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s, %.1f MB, to %s%n",
                        Words.counted(request.videos().size(), "video"),
                        bytes / 1e6,
                        output.output);
        ExtractionSummary.print(ExtractionEstimate.of(request), output.output, context.out());
        return ExitCode.DONE;
    }

    private ExtractionRequest request(boolean save) throws IOException {
        if (jobs < 0) {
            throw new UserException("--jobs " + jobs + ": must be 0 (one for each core) or more");
        }
        if (stallTimeout < 1) {
            throw new UserException("--stall-timeout " + stallTimeout + ": must be at least 1");
        }
        sampling.check();
        boolean itsNames = sampling.surgenet();
        if (itsNames && (picture.format != ImageFormat.JPG || picture.pack != null)) {
            throw new UserException(
                    "--sampling=surgenet makes the script's files, single JPEGs; --format and"
                            + " --pack cannot be given with it");
        }
        if (itsNames && videos.pseudonyms != null) {
            throw new UserException(
                    "--sampling=surgenet names frames after their videos; --pseudonymize cannot be"
                            + " given with it");
        }
        // Everything that can be wrong with options is found before the table of ids is written.
        ExtractionRequest settings = request(List.of());
        return settings.of(videos.videos(output.output, itsNames, save));
    }

    private ExtractionRequest request(List<VideoInput> inputs) {
        return new ExtractionRequest(
                inputs,
                output.output,
                sampling.sampling(),
                picture.picture(),
                picture.packing(),
                sampling.published(),
                jobs == 0 ? Runtime.getRuntime().availableProcessors() : jobs,
                output.overwrite,
                Duration.ofSeconds(stallTimeout),
                videos.ownName(ExtractionRequest.FAILURES));
    }
}
