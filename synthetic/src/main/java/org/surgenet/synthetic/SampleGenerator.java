package org.surgenet.synthetic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Json;
import org.surgenet.common.Missing;
import org.surgenet.common.Progress;
import org.surgenet.common.Rational;
import org.surgenet.common.SameRun;
import org.surgenet.common.UserException;
import org.surgenet.video.container.VideoWriter;

/**
 * Makes a sample: videos, and the same operations once more as three labelled data sets in the
 * layouts of CholecSeg8k, Cholec80 and Endoscapes, with splits by patient.
 *
 * <p>A second run makes only the videos that are missing, or whose images or labels are.
 */
public final class SampleGenerator {
    /** Name of the file with the sample's parameters. */
    public static final String PARAMETERS = "sample.json";

    static final String PROCEDURE = "cholecystectomy";

    private final SampleRequest request;
    private final Path root;

    /**
     * What was made.
     *
     * @param videos in the sample
     * @param made those that this run rendered
     * @param frames in all videos together
     */
    public record Summary(int videos, int made, long frames) {}

    public SampleGenerator(SampleRequest request) {
        this.request = request;
        this.root = request.directory();
    }

    /**
     * Makes the sample, or what is missing of it.
     *
     * @throws UserException if the directory holds a sample of other parameters, or other files
     */
    public Summary generate(Progress progress, Cancellation cancellation) throws IOException {
        boolean begun = isBegun();
        try (Progress.Task task = progress.start("preparing", "folders", 1)) {
            if (!begun) {
                begin();
            }
            task.step(1, "");
        }
        int made = 0;
        long frames = 0;
        long each = Math.round(request.seconds() * SyntheticVideo.FRAMES_PER_SECOND);
        List<SyntheticVideo> all = new ArrayList<>();
        List<SyntheticVideo> missing = new ArrayList<>();
        for (int n = 1; n <= request.patients(); n++) {
            SyntheticVideo video = video(n);
            all.add(video);
            frames += video.frames();
            if (!isComplete(video)) {
                missing.add(video);
            }
        }
        ExecutorService pool =
                Executors.newFixedThreadPool(
                        Math.max(1, Math.min(request.workers(), missing.size())));
        try (Progress.Task task =
                progress.start("rendering", "frames", each * Math.max(1, missing.size()))) {
            List<Future<?>> jobs = new ArrayList<>();
            for (SyntheticVideo video : missing) {
                jobs.add(
                        pool.submit(
                                () -> {
                                    render(video, task, cancellation);
                                    return null;
                                }));
            }
            for (Future<?> job : jobs) {
                await(job);
                made++;
            }
        } finally {
            pool.shutdownNow();
        }
        writeLists(all);
        return new Summary(all.size(), made, frames);
    }

    private SyntheticVideo video(int number) {
        return new SyntheticVideo(
                request.seed(), number, request.seconds(), request.width(), request.height());
    }

    /** Whether the video and all its labels are there. */
    private boolean isComplete(SyntheticVideo video) {
        if (Missing.isMissing(videoFile(video)) || Missing.isMissing(phaseFile(video))) {
            return false;
        }
        SegmentationFolder segmentation = segmentation();
        CriteriaFolder criteria = criteria(video);
        for (int frame = 0; frame < video.frames(); frame++) {
            if (SegmentationFolder.wants(video, frame) && !segmentation.has(video, frame)
                    || CriteriaFolder.wants(video, frame) && !criteria.has(video, frame)) {
                return false;
            }
        }
        return true;
    }

    private SegmentationFolder segmentation() {
        return new SegmentationFolder(root.resolve("cholecseg8k"));
    }

    private CriteriaFolder criteria(SyntheticVideo video) {
        return new CriteriaFolder(root.resolve("endoscapes"), request.split(video.number()));
    }

    private Path phaseFile(SyntheticVideo video) {
        return root.resolve("cholec80")
                .resolve("phase_annotations")
                .resolve(video.name() + "-phase.txt");
    }

    private static void await(Future<?> job) throws IOException {
        try {
            job.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private ObjectNode parameters() {
        ObjectNode parameters = Json.object();
        parameters.put("synthetic", true);
        parameters.put("generator", 2);
        parameters.put("patients", request.patients());
        parameters.put("seconds", request.seconds());
        parameters.put("width", request.width());
        parameters.put("height", request.height());
        parameters.put("seed", request.seed());
        return parameters;
    }

    /**
     * Whether this sample was begun before.
     *
     * @throws UserException if a sample of other parameters was
     */
    private boolean isBegun() {
        Path file = root.resolve(PARAMETERS);
        if (!Files.exists(file) || request.overwrite()) {
            return false;
        }
        SameRun.require(file, "a sample", Json.read(file), parameters());
        return true;
    }

    /** Writes the parameters first, so that another run knows what lies here. */
    private void begin() throws IOException {
        Path file = root.resolve(PARAMETERS);
        if (Files.exists(file)) {
            for (String part :
                    new String[] {"videos", "cholecseg8k", "cholec80", "endoscapes", "splits"}) {
                deleteTree(root.resolve(part));
            }
        }
        Json.write(file, parameters());
        AtomicFiles.writeString(root.resolve("README.txt"), readme());
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private Path videoFile(SyntheticVideo video) {
        return root.resolve("videos").resolve(PROCEDURE).resolve(video.name() + ".mp4");
    }

    private void render(SyntheticVideo video, Progress.Task task, Cancellation cancellation)
            throws IOException {
        SegmentationFolder segmentation = segmentation();
        CriteriaFolder criteria = criteria(video);
        writePhases(video);
        long bitRate = (long) (0.45 * request.width() * request.height() * Timeline.FPS);
        try (VideoWriter writer =
                VideoWriter.h264(
                        videoFile(video),
                        request.width(),
                        request.height(),
                        new Rational(Timeline.FPS, 1),
                        2 * Timeline.FPS,
                        bitRate)) {
            for (int frame = 0; frame < video.frames(); frame++) {
                cancellation.check();
                Picture picture = video.render(frame);
                writer.write(picture.rgb());
                if (SegmentationFolder.wants(video, frame)) {
                    segmentation.write(video, frame, picture);
                }
                if (CriteriaFolder.wants(video, frame)) {
                    criteria.write(video, frame, picture);
                }
                task.step(1, video.name());
            }
            writer.finish();
        }
        video.release();
    }

    /** Cholec80's two tab-separated columns, one row per frame at 25 frames a second. */
    private void writePhases(SyntheticVideo video) throws IOException {
        StringBuilder text = new StringBuilder("Frame\tPhase\n");
        for (int frame = 0; frame < video.frames(); frame++) {
            text.append(frame).append('\t').append(video.phase(frame).label()).append('\n');
        }
        AtomicFiles.writeString(phaseFile(video), text.toString());
    }

    private void writeLists(List<SyntheticVideo> videos) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (SyntheticVideo video : videos) {
            rows.add(List.of(video.name(), request.split(video.number())));
            link(
                    videoFile(video),
                    root.resolve("cholec80").resolve("videos").resolve(video.name() + ".mp4"));
        }
        CsvTable.write(
                root.resolve("splits").resolve("patients.csv"), List.of("patient", "split"), rows);
        CriteriaFolder.writeAnnotations(root.resolve("endoscapes"), videos, request);
    }

    /** The same file under a second name; a copy where the file system has no links. */
    private static void link(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            return;
        }
        Files.createDirectories(to.getParent());
        try {
            Files.createLink(to, from);
        } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
            Files.copy(from, to);
        }
    }

    private String readme() {
        return String.format(
                Locale.ROOT,
                """
                SYNTHETIC SURGERY

                Every picture here was drawn by a program (surgenet make-sample). No patient, no
                operation and no recording stands behind any of it. It is for trying out and testing
                software; results on it say nothing about surgery.

                %d videos of one invented patient each, %s s at 25 frames a second, %dx%d, seed %d.

                videos/%s/videoNN.mp4   the videos (H.264)
                cholecseg8k/            frames with exact masks, laid out as CholecSeg8k
                cholec80/               the same videos with phase_annotations/, laid out as Cholec80
                endoscapes/             frames with the three criteria of the critical view of safety
                                        (means of three simulated raters), laid out as Endoscapes
                splits/patients.csv     which patient is for training, validation, test

                In the masks, instruments other than the hook count as grasper, and the artery as
                connective tissue: CholecSeg8k's classes have no place of their own for them.
                """,
                request.patients(),
                request.seconds(),
                request.width(),
                request.height(),
                request.seed(),
                PROCEDURE);
    }
}
