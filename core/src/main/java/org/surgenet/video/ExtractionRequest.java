package org.surgenet.video;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.surgenet.common.Rational;
import org.surgenet.common.Require;
import org.surgenet.common.SettingException;
import org.surgenet.video.ffmpeg.Hardware;
import org.surgenet.video.naming.PublishedFrames;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.picture.ImageFormat;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.sampling.Sampling;
import org.surgenet.video.store.Packing;
import org.surgenet.video.store.StillFilter;

/**
 * What to extract.
 *
 * @param videos with their places below {@code output}
 * @param output directory
 * @param sampling which frames
 * @param picture how they look
 * @param packing into archives; null for single files
 * @param published the frames to keep of those that {@link Sampling.Kind#SURGENET} takes; null for
 *     all
 * @param jobs decoders that work at once, positive
 * @param skipStatic leave out frames that show no change: see {@link StillFilter}
 * @param hwaccel device that decodes, one of {@link Hardware#names}; null for software
 * @param overwrite make complete videos again
 * @param selfCheck fraction of the groups of pictures that are also decoded in full and compared; 0
 *     for none
 * @param stallLimit how long a file may give nothing before it is given up
 * @param failuresFile name of the list of failures in {@code output}
 */
public record ExtractionRequest(
        List<VideoInput> videos,
        Path output,
        Sampling sampling,
        PictureRequest picture,
        Packing packing,
        PublishedFrames published,
        int jobs,
        boolean skipStatic,
        String hwaccel,
        boolean overwrite,
        double selfCheck,
        Duration stallLimit,
        String failuresFile) {
    /** Usual name of the list of failures. */
    public static final String FAILURES = "failures.csv";

    /** How long a file may give nothing unless told otherwise. */
    public static final Duration STALL_LIMIT = Duration.ofSeconds(60);

    /** Fraction of the groups of pictures that are compared unless told otherwise. */
    public static final double SELF_CHECK = 0.02;

    /**
     * @throws SettingException about the first value that makes no sense
     */
    public ExtractionRequest {
        videos = List.copyOf(videos);
        Require.atLeast(1, "jobs", jobs);
        Require.fraction("self-check", selfCheck);
    }

    /** A frame of each second with the usual looks, in one decoder, unless said otherwise. */
    public static Builder builder(List<VideoInput> videos, Path output) {
        return new Builder(videos, output);
    }

    /** Sets by name; what is not set is as by default. */
    public static final class Builder {
        private final List<VideoInput> videos;
        private final Path output;
        private Sampling sampling = Sampling.rate(Rational.ONE, Sampling.Rule.NEAREST);
        private PictureRequest picture = PictureRequest.builder().build();
        private Packing packing;
        private PublishedFrames published;
        private int jobs = 1;
        private boolean skipStatic;
        private String hwaccel;
        private boolean overwrite;
        private double selfCheck = SELF_CHECK;
        private Duration stallLimit = STALL_LIMIT;
        private String failuresFile = FAILURES;

        private Builder(List<VideoInput> videos, Path output) {
            this.videos = videos;
            this.output = output;
        }

        public Builder sampling(Sampling value) {
            sampling = value;
            return this;
        }

        public Builder picture(PictureRequest value) {
            picture = value;
            return this;
        }

        public Builder packing(Packing value) {
            packing = value;
            return this;
        }

        public Builder published(PublishedFrames value) {
            published = value;
            return this;
        }

        public Builder jobs(int value) {
            jobs = value;
            return this;
        }

        public Builder skipStatic(boolean value) {
            skipStatic = value;
            return this;
        }

        public Builder hwaccel(String value) {
            hwaccel = value;
            return this;
        }

        public Builder overwrite(boolean value) {
            overwrite = value;
            return this;
        }

        public Builder selfCheck(double value) {
            selfCheck = value;
            return this;
        }

        public Builder stallLimit(Duration value) {
            stallLimit = value;
            return this;
        }

        public Builder failuresFile(String value) {
            failuresFile = value;
            return this;
        }

        /**
         * @throws SettingException about the first value that makes no sense
         */
        public ExtractionRequest build() {
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
                    failuresFile);
        }
    }

    /** The same work on these videos. */
    public ExtractionRequest of(List<VideoInput> others) {
        return with(others, output);
    }

    /** The same work on other videos with another directory for the results. */
    ExtractionRequest with(List<VideoInput> others, Path directory) {
        return builder(others, directory)
                .sampling(sampling)
                .picture(picture)
                .packing(packing)
                .published(published)
                .jobs(jobs)
                .skipStatic(skipStatic)
                .hwaccel(hwaccel)
                .overwrite(overwrite)
                .selfCheck(selfCheck)
                .stallLimit(stallLimit)
                .failuresFile(failuresFile)
                .build();
    }

    /** One line that two requests share only if they make the same frames of a video. */
    String settings() {
        return sampling.fingerprint()
                + " size="
                + picture.size()
                + (picture.cropBorders() ? " without borders" : "")
                + (picture.upscale() ? " upscale" : "")
                + (picture.deinterlace() ? " deinterlaced" : "")
                + " format="
                + picture.format().suffix()
                + (picture.format() == ImageFormat.PNG ? "" : " quality=" + picture.quality())
                + (picture.format() == ImageFormat.JPG ? " colours=" + picture.colours() : "")
                + (packing == null
                        ? ""
                        : " pack=" + packing.kind().suffix() + " of " + packing.frames())
                + (skipStatic ? " without static" : "")
                + (hwaccel == null ? "" : " hwaccel=" + hwaccel)
                + (published == null ? "" : " list=" + published.fingerprint());
    }
}
