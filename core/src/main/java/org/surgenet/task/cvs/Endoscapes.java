package org.surgenet.task.cvs;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Folders;
import org.surgenet.dataset.SplitName;

/**
 * Endoscapes-CVS201: folders {@code train}, {@code val}, {@code test}, each with its images {@code
 * VIDEO_FRAME.jpg} and an {@code annotation_ds_coco.json} whose images carry {@code ds}, the mean
 * vote of three raters on each criterion (0, 1/3, 2/3, 1; METHOD A.6). Images without {@code ds} or
 * whose {@code is_ds_keyframe} is false are no samples. The patient is the video.
 */
final class Endoscapes implements DatasetReader<CvsSample> {
    static final String NAME = "endoscapes";

    /** The criteria: two structures, hepatocystic triangle dissected, cystic plate exposed. */
    static final List<String> CRITERIA = List.of("C1", "C2", "C3");

    private static final String ANNOTATIONS = "annotation_ds_coco.json";
    private static final Pattern IMAGE = Pattern.compile("(.+)_(\\d+)\\.[A-Za-z]+");
    private static final double FRAMES_PER_SECOND = 25;

    /** Files round a third to two or more decimals. */
    private static final double VOTE_TOLERANCE = 0.01;

    @Override
    public String format() {
        return NAME;
    }

    @Override
    public String layout() {
        return "endoscapes: train/, val/ and test/, each with its images and " + ANNOTATIONS;
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(Votes.TARGETS);
    }

    @Override
    public Dataset<CvsSample> read(Path root, SettingValues values, Progress progress) {
        Folders.require(root, "folders train, val and test, each with " + ANNOTATIONS);
        List<CvsSample> samples = new ArrayList<>();
        Map<String, SplitName> split = new HashMap<>();
        try (Progress.Task task = progress.start("reading " + root, "images", -1)) {
            for (SplitName part : SplitName.values()) {
                Path folder = root.resolve(part.label());
                if (Files.isDirectory(folder)) {
                    readPart(root, folder, part, samples, split, task);
                }
            }
        }
        if (samples.isEmpty()) {
            throw new UserException(
                    root + ": no labelled images in train/, val/ or test/ (" + ANNOTATIONS + ")");
        }
        samples.sort(
                Comparator.comparing(CvsSample::patient)
                        .thenComparing(CvsSample::timeSeconds)
                        .thenComparing(CvsSample::name));
        List<String> notes = new ArrayList<>();
        return new Dataset<>(
                NAME,
                NAME,
                CRITERIA,
                Votes.targets(samples, values, notes),
                split,
                "the folders train, val and test of " + root,
                notes);
    }

    private static void readPart(
            Path root,
            Path folder,
            SplitName part,
            List<CvsSample> samples,
            Map<String, SplitName> split,
            Progress.Task task) {
        Path file = folder.resolve(ANNOTATIONS);
        if (!Files.isRegularFile(file)) {
            throw new UserException(file + ": no such file; it holds the votes");
        }
        JsonNode images = Json.read(file).path("images");
        if (!images.isArray()) {
            throw new UserException(file + ": has no list 'images'; a COCO file is expected");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < images.size(); i++) {
            JsonNode image = images.get(i);
            String where = file + ": images[" + i + "]";
            String fileName = image.path("file_name").asText("");
            if (fileName.isEmpty()) {
                throw new UserException(where + ": has no file_name");
            }
            where += " (" + fileName + ")";
            if (!seen.add(fileName)) {
                throw new UserException(where + ": is in the list twice; remove one of them");
            }
            if (!image.has("ds") || !image.path("is_ds_keyframe").asBoolean(true)) {
                continue;
            }
            Path path = folder.resolve(fileName).normalize();
            if (!path.startsWith(folder.normalize()) || !Files.isRegularFile(path)) {
                throw new UserException(where + ": there is no such image in " + folder);
            }
            Matcher matcher = IMAGE.matcher(fileName);
            boolean numbered = matcher.matches();
            String video = numbered ? matcher.group(1) : image.path("video_id").asText("");
            if (video.isEmpty()) {
                throw new UserException(
                        where + ": its video is unknown; name it VIDEO_FRAME.jpg or give video_id");
            }
            SplitName other = split.putIfAbsent(video, part);
            if (other != null && other != part) {
                throw new UserException(
                        where
                                + ": video '"
                                + video
                                + "' is in "
                                + other.label()
                                + " too; every patient must be on one side only");
            }
            samples.add(
                    new CvsSample(
                            Folders.nameBelow(root, path),
                            path,
                            video,
                            video,
                            numbered
                                    ? Long.parseLong(matcher.group(2)) / FRAMES_PER_SECOND
                                    : Double.NaN,
                            votes(image.get("ds"), where)));
            task.step(1, "");
        }
    }

    private static List<Double> votes(JsonNode ds, String where) {
        if (!ds.isArray() || ds.size() != CRITERIA.size()) {
            throw new UserException(
                    where
                            + ": 'ds' has "
                            + (ds.isArray() ? ds.size() + " values" : "no list")
                            + " where the "
                            + CRITERIA.size()
                            + " criteria are expected");
        }
        List<Double> votes = new ArrayList<>();
        for (JsonNode value : ds) {
            double thirds = value.asDouble(Double.NaN) * 3;
            if (!value.isNumber()
                    || thirds < -VOTE_TOLERANCE
                    || thirds > 3 + VOTE_TOLERANCE
                    || Math.abs(thirds - Math.rint(thirds)) > 3 * VOTE_TOLERANCE) {
                throw new UserException(
                        where + ": 'ds' holds " + value + "; a mean of three votes is expected");
            }
            votes.add(Math.rint(thirds) / 3);
        }
        return List.copyOf(votes);
    }
}
