package org.surgenet.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.Processors;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.video.Extraction;
import org.surgenet.video.ExtractionEstimate;
import org.surgenet.video.ExtractionRequest;
import org.surgenet.video.SurgenetExtraction;
import org.surgenet.video.Verification;
import org.surgenet.video.VideoOutcome;
import org.surgenet.video.ffmpeg.Hardware;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.picture.ImageFormat;
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
                    "Number of parallel decoders; 0 = one per core (default:"
                            + " ${DEFAULT-VALUE}). The result does not depend on it.")
    int jobs;

    @Option(
            names = "--stall-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "Abandon a file that delivers no data for this many seconds (default:"
                            + " ${DEFAULT-VALUE}).")
    int stallTimeout;

    @Option(
            names = "--self-check",
            paramLabel = "SHARE",
            defaultValue = "" + ExtractionRequest.SELF_CHECK,
            description =
                    "Fraction of the groups of pictures (GOPs) to decode in full as well and to"
                            + " compare bit for bit, 0 to 1 (default: ${DEFAULT-VALUE}). Above 0,"
                            + " each video has at least one checked. If a frame differs, the whole"
                            + " video is decoded in full.")
    double selfCheck;

    @Option(
            names = "--hwaccel",
            paramLabel = "NAME",
            description =
                    "Decode on a device, by FFmpeg's name for it, such as cuda or vaapi; auto takes"
                            + " whatever there is, and software where there is nothing, and says"
                            + " so. Off unless given. Not tested on hardware. Pixels may differ"
                            + " from those of software, and every frame is decoded, since leaving"
                            + " packets out is proven for software alone.")
    String hwaccel;

    @Option(
            names = "--verify",
            description =
                    "Extract nothing; read the frames of these videos in --output again and list"
                            + " missing, extra and altered files.")
    boolean verify;

    @Option(
            names = "--repair",
            description =
                    "Verify as --verify does, then extract again what is missing or altered, and"
                            + " what is not yet complete; everything else stays as it is. Files"
                            + " that no frames.csv lists are named and left alone.")
    boolean repair;

    /** What lies beside the videos; filled when they are looked for. */
    private OtherFiles others;

    @Override
    protected boolean goesOn() {
        return true;
    }

    @Override
    protected List<String> results() {
        return List.of(videos.ownName(ExtractionRequest.FAILURES));
    }

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
        return named() ? Set.of() : Set.of("inputs", "procedures", "pseudonymize");
    }

    @Override
    protected Optional<String> misuse() {
        Optional<String> wrong = wrongValue();
        if (wrong.isPresent()) {
            return wrong;
        }
        if (hwaccel != null && !Hardware.names().contains(hwaccel)) {
            return Optional.of(
                    "--hwaccel "
                            + hwaccel
                            + ": not known; this FFmpeg knows "
                            + String.join(", ", Hardware.names()));
        }
        return sampling.contradiction(this::typed);
    }

    /** The first option whose value cannot be meant. */
    private Optional<String> wrongValue() {
        return OptionValues.firstWrong(
                OptionValues.check("--jobs", jobs, jobs >= 0, "0 (one for each core) or more"),
                OptionValues.check("--stall-timeout", stallTimeout, stallTimeout >= 1, "1 or more"),
                OptionValues.check(
                        "--self-check", selfCheck, selfCheck >= 0 && selfCheck <= 1, "from 0 to 1"),
                sampling.wrongValue(),
                picture.wrongValue(),
                videos.wrongValue(),
                OptionValues.contradiction(
                        "--sampling=surgenet makes the script's files, single JPEGs; --format and"
                                + " --pack cannot be given with it",
                        sampling.surgenet()
                                && (picture.format != ImageFormat.JPG || picture.pack != null)),
                OptionValues.contradiction(
                        "--sampling=surgenet names frames after their videos; --pseudonymize"
                                + " cannot be given with it",
                        sampling.surgenet() && !named()),
                OptionValues.contradiction(
                        "--repair cannot be given with " + (verify ? "--verify" : "--overwrite"),
                        repair && (verify || output.overwrite)));
    }

    /** Whether an option's value comes from the command line. */
    private boolean typed(String option) {
        return invocation.source(spec.findOption(option)).equals(Invocation.COMMAND_LINE);
    }

    @Override
    protected int execute(Context context) throws IOException {
        ExtractionRequest request = request(true);
        if (verify) {
            return verify(request, context);
        }
        long begin = System.nanoTime();
        List<VideoOutcome> outcomes =
                sampling.surgenet() ? bySurgenet(request, context) : byVideo(request, context);
        ExtractionSummary summary =
                new ExtractionSummary(
                        outcomes, others, named(), (System.nanoTime() - begin) * 1e-9);
        summary.record(context.record());
        summary.print(context.out(), output.output, request.failuresFile());
        return summary.bad() > 0 || !others.named().isEmpty()
                ? ExitCode.DONE_WITH_SKIPPED
                : ExitCode.DONE;
    }

    /** Whether files may be called by their names. */
    private boolean named() {
        return videos.pseudonyms == null;
    }

    private List<VideoOutcome> byVideo(ExtractionRequest request, Context context)
            throws IOException {
        Extraction extraction = new Extraction(request, context.progress(), context.cancellation());
        if (repair) {
            extraction.reopen(verification(request, context).damaged());
        }
        return extraction.run();
    }

    private List<VideoOutcome> bySurgenet(ExtractionRequest request, Context context)
            throws IOException {
        SurgenetExtraction extraction =
                new SurgenetExtraction(
                        request, sampling.order(), context.progress(), context.cancellation());
        if (repair) {
            extraction.reopen(verification(request, context).damaged());
        }
        return extraction.run();
    }

    /** Compares the output with its lists and prints what differs. */
    private Verification verification(ExtractionRequest request, Context context)
            throws IOException {
        List<String> folders =
                sampling.surgenet()
                        ? SurgenetExtraction.folders(request.videos())
                        : request.videos().stream().map(VideoInput::folder).toList();
        Verification verification =
                new Verification(folders, request.output(), request.failuresFile());
        for (Verification.Problem problem :
                verification.run(context.progress(), context.cancellation())) {
            context.out()
                    .println(problem.kind().name().toLowerCase(Locale.ROOT) + " " + problem.path());
        }
        context.out().flush();
        return verification;
    }

    private int verify(ExtractionRequest request, Context context) throws IOException {
        Verification verification = verification(request, context);
        List<Verification.Problem> problems = verification.problems();
        if (!problems.isEmpty()) {
            throw new UserException(
                    request.output()
                            + ": "
                            + problems.size()
                            + " files or folders are not as listed; "
                            + advice(verification));
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

    /** What makes a damaged output whole. */
    private static String advice(Verification verification) {
        List<Path> alone = verification.withoutRecord();
        String repair =
                "run the same command with --repair instead of --verify to extract them again";
        if (alone.isEmpty()) {
            return repair;
        }
        return "first move away "
                + alone.get(0)
                + (alone.size() == 1 ? "" : " and " + (alone.size() - 1) + " more")
                + " (without its video.json nothing proves what in it was made here, so that"
                + " --repair leaves it alone), then "
                + repair;
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
        ExtractionSummary.print(others, named(), context.out());
        return ExitCode.DONE;
    }

    private ExtractionRequest request(boolean save) throws IOException {
        boolean itsNames = sampling.surgenet();
        // Everything that can be wrong with options is found before the table of ids is written.
        ExtractionRequest settings = request(List.of());
        others = new OtherFiles(output.output);
        return settings.of(videos.videos(output.output, others, itsNames, save));
    }

    private ExtractionRequest request(List<VideoInput> inputs) {
        return ExtractionRequest.builder(inputs, output.output)
                .sampling(sampling.sampling())
                .picture(picture.picture())
                .packing(picture.packing())
                .published(sampling.published())
                .jobs(jobs == 0 ? Processors.available() : jobs)
                .skipStatic(sampling.skipStatic)
                .hwaccel(hwaccel)
                .overwrite(output.overwrite)
                .selfCheck(selfCheck)
                .stallLimit(Duration.ofSeconds(stallTimeout))
                .failuresFile(videos.ownName(ExtractionRequest.FAILURES))
                .build();
    }
}
