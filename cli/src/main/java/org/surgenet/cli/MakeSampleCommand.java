package org.surgenet.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.UserException;
import org.surgenet.synthetic.SampleGenerator;
import org.surgenet.synthetic.SampleRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code surgenet make-sample}. */
@Command(
        name = "make-sample",
        description = {
            "Draw synthetic laparoscopic videos with exact labels, to try the program on.",
            "",
            "The sample holds videos of several invented patients and the same operations as"
                    + " labelled data in the layouts of CholecSeg8k (masks), Cholec80 (phases) and"
                    + " Endoscapes (critical view of safety). No patient stands behind it."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  surgenet make-sample sample --patients 6 --seconds 20"})
final class MakeSampleCommand extends SurgenetCommand {
    private static final Pattern SIZE = Pattern.compile("(\\d+)x(\\d+)");

    @Parameters(paramLabel = "DIR", description = "Directory for the sample; made if missing.")
    Path directory;

    @Option(
            names = "--patients",
            defaultValue = "14",
            paramLabel = "N",
            description =
                    "Videos, each of its own patient; about 3/7 are for training, 1/7 for"
                            + " validation, 3/7 for the test (default: ${DEFAULT-VALUE}).")
    int patients;

    @Option(
            names = "--seconds",
            defaultValue = "20",
            paramLabel = "S",
            description = "Length of each video, in seconds (default: ${DEFAULT-VALUE}).")
    double seconds;

    @Option(
            names = "--size",
            defaultValue = "320x192",
            paramLabel = "WxH",
            description =
                    "Width and height of the videos in pixels, even numbers (default:"
                            + " ${DEFAULT-VALUE}).")
    String size;

    @Option(
            names = "--overwrite",
            description = "Replace a sample that the directory holds instead of completing it.")
    boolean overwrite;

    @Mixin SeedOption seed;

    @Mixin WorkersOption workers;

    private SampleRequest request() {
        Matcher matcher = SIZE.matcher(size);
        if (!matcher.matches()) {
            throw new UserException("--size " + size + ": must be WIDTHxHEIGHT, such as 320x192");
        }
        return new SampleRequest(
                directory,
                patients,
                seconds,
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                seed.seed,
                overwrite,
                workers.count());
    }

    @Override
    protected List<String> results() {
        return List.of("README.txt", "videos", "splits", "cholecseg8k", "cholec80", "endoscapes");
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.of(directory);
    }

    @Override
    protected int dryRun(Context context) {
        SampleRequest request = request();
        double frames = request.patients() * request.seconds() * 25;
        double megapixels = frames * request.width() * request.height() / 1e6;
        context.out()
                .printf(
                        Locale.ROOT,
                        "would draw %d videos, %.0f frames, about %.0f MB, in about %.0f s on one"
                                + " core%n",
                        request.patients(),
                        frames,
                        megapixels * 0.09,
                        megapixels * 0.1);
        return ExitCode.DONE;
    }

    @Override
    protected int execute(Context context) throws Exception {
        SampleRequest request = request();
        context.record().put("seed", request.seed()).put("synthetic", true);
        SampleGenerator.Summary summary =
                new SampleGenerator(request).generate(context.progress(), context.cancellation());
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s: %d synthetic videos (%d drawn now, %d were there), %d frames%n",
                        directory,
                        summary.videos(),
                        summary.made(),
                        summary.videos() - summary.made(),
                        summary.frames());
        return ExitCode.DONE;
    }
}
