package org.surgenet.video;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.Rational;
import org.surgenet.video.naming.PublishedFrames;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.naming.VideoInputs;
import org.surgenet.video.picture.ImageFormat;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.picture.PictureSize;
import org.surgenet.video.sampling.Sampling;
import org.surgenet.video.store.Packing;

/** What tests extract unless they say otherwise: a small JPEG of each second, with two decoders. */
public final class TestRequest {
    private final List<VideoInput> videos;
    private final Path output;
    private Sampling sampling = Sampling.rate(Rational.ONE, Sampling.Rule.NEAREST);
    private PictureRequest picture = picture("short:48", ImageFormat.JPG, 90);
    private Packing packing;
    private PublishedFrames published;
    private int jobs = 2;
    private boolean skipStatic;
    private String hwaccel;
    private boolean overwrite;
    private double selfCheck = ExtractionRequest.SELF_CHECK;
    private Duration stallLimit = Duration.ofSeconds(60);

    private TestRequest(List<VideoInput> videos, Path output) {
        this.videos = videos;
        this.output = output;
    }

    public static TestRequest of(Path input, Path output) {
        return of(VideoInputs.find(List.of(input.toString()), new OtherFiles()), output);
    }

    public static TestRequest of(List<VideoInput> videos, Path output) {
        return new TestRequest(videos, output);
    }

    /** Pictures without crop, upscaling or change of fields and colours. */
    public static PictureRequest picture(String size, ImageFormat format, int quality) {
        return new PictureRequest(
                false,
                false,
                PictureSize.parse(size),
                false,
                format,
                quality,
                PictureRequest.JpegColours.VIDEO);
    }

    public TestRequest sampling(Sampling other) {
        sampling = other;
        return this;
    }

    public TestRequest picture(PictureRequest other) {
        picture = other;
        return this;
    }

    public TestRequest packing(Packing other) {
        packing = other;
        return this;
    }

    TestRequest published(PublishedFrames other) {
        published = other;
        return this;
    }

    public TestRequest jobs(int other) {
        jobs = other;
        return this;
    }

    TestRequest skipStatic(boolean other) {
        skipStatic = other;
        return this;
    }

    public TestRequest hwaccel(String other) {
        hwaccel = other;
        return this;
    }

    public TestRequest overwrite(boolean other) {
        overwrite = other;
        return this;
    }

    TestRequest selfCheck(double other) {
        selfCheck = other;
        return this;
    }

    TestRequest stallLimit(Duration other) {
        stallLimit = other;
        return this;
    }

    public ExtractionRequest make() {
        return new ExtractionRequest(
                videos,
                output,
                sampling,
                picture,
                packing,
                published,
                jobs,
                skipStatic,
                hwaccel,
                overwrite,
                selfCheck,
                stallLimit,
                ExtractionRequest.FAILURES);
    }
}
