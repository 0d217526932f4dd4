package org.surgenet.task.cvs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Folders;
import org.surgenet.dataset.SplitName;

/**
 * Endoscapes2023 by its tables: {@code all_metadata.csv} (vid, frame, C1, C2, C3, is_ds_keyframe,
 * cvs_annotator_1 .. 3 with votes such as {@code [0.0, 1.0, 0.0]}) and the lists {@code
 * train_vids.txt}, {@code val_vids.txt} and {@code test_vids.txt}, with a video's number in each
 * line, also written as 1.0e+00. The images {@code VID_FRAME.jpg} are in {@code train/}, {@code
 * val/}, {@code test/} or {@code all/}. Frames that are no keyframes are no samples: their criteria
 * are made up between those of keyframes. Votes are the annotators' mean; where a keyframe has no
 * annotators' columns, C1 .. C3.
 */
final class EndoscapesCsv implements DatasetReader<CvsSample> {
    private static final String NAME = "endoscapes-csv";
    private static final String TABLE = "all_metadata.csv";
    private static final List<String> ANNOTATORS =
            List.of("cvs_annotator_1", "cvs_annotator_2", "cvs_annotator_3");
    private static final Pattern NUMBER = Pattern.compile("\\d+(\\.0*)?|\\d\\.\\d+e\\+\\d\\d");
    private static final double FRAMES_PER_SECOND = 25;

    /** Files round a third to two or more decimals. */
    private static final double TOLERANCE = 0.01;

    @Override
    public String format() {
        return NAME;
    }

    @Override
    public String layout() {
        return NAME
                + ": "
                + TABLE
                + " with train_vids.txt, val_vids.txt and test_vids.txt, and the images in train/,"
                + " val/, test/ or all/";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(Votes.TARGETS);
    }

    @Override
    public Dataset<CvsSample> read(Path root, SettingValues values, Progress progress) {
        Folders.require(root, TABLE + " with the images in train/, val/ and test/");
        Map<String, SplitName> split = split(root);
        Reading reading = new Reading(root, split);
        try (Progress.Task task = progress.start("reading " + root, "images", -1)) {
            for (CsvTable.Row row :
                    CsvTable.read(
                                    root.resolve(TABLE),
                                    "vid",
                                    "frame",
                                    "is_ds_keyframe",
                                    "C1",
                                    "C2",
                                    "C3")
                            .rows()) {
                reading.add(row);
                task.step(1, "");
            }
        }
        return reading.dataset(values);
    }

    private static Map<String, SplitName> split(Path root) {
        Map<String, SplitName> split = new TreeMap<>();
        for (SplitName part : SplitName.values()) {
            Path file = root.resolve(part.label() + "_vids.txt");
            List<String> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (line.isEmpty()) {
                    continue;
                }
                if (!NUMBER.matcher(line).matches()) {
                    throw new UserException(
                            file + ":" + (i + 1) + ": '" + line + "' is not the number of a video");
                }
                SplitName before = split.put(number(line), part);
                if (before != null) {
                    throw new UserException(
                            file
                                    + ":"
                                    + (i + 1)
                                    + ": video "
                                    + number(line)
                                    + " is in "
                                    + before.label()
                                    + "_vids.txt too");
                }
            }
        }
        return split;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UserException(
                    file + ": cannot be read; it lists the videos of a part, one in each line", e);
        }
    }

    /** 1, 1.0 and 1.000e+00 are the same video. */
    private static String number(String text) {
        return Long.toString((long) Double.parseDouble(text));
    }

    private static final class Reading {
        private static final Pattern LIST = Pattern.compile("\\[(.*)]");

        private final Path root;
        private final Map<String, SplitName> split;
        private final List<CvsSample> samples = new ArrayList<>();
        private final Map<String, Long> lineOf = new HashMap<>();
        private int between;
        private int differing;

        Reading(Path root, Map<String, SplitName> split) {
            this.root = root;
            this.split = split;
        }

        void add(CsvTable.Row row) {
            if (!keyframe(row)) {
                between++;
                return;
            }
            String video = whole(row, "vid");
            String frame = whole(row, "frame");
            String stem = video + "_" + frame;
            Long before = lineOf.putIfAbsent(stem, row.line());
            if (before != null) {
                throw row.error("frame", "of video " + video + " is on line " + before + " too");
            }
            Path image = image(row, video, stem);
            samples.add(
                    new CvsSample(
                            Folders.nameBelow(root, image),
                            image,
                            video,
                            video,
                            Long.parseLong(frame) / FRAMES_PER_SECOND,
                            votes(row)));
        }

        private static boolean keyframe(CsvTable.Row row) {
            return switch (row.get("is_ds_keyframe")) {
                case "True", "true", "1" -> true;
                case "False", "false", "0" -> false;
                default -> throw row.error("is_ds_keyframe", "is neither True nor False");
            };
        }

        private static String whole(CsvTable.Row row, String column) {
            if (!NUMBER.matcher(row.get(column)).matches()) {
                throw row.error(column, "is not a whole number");
            }
            return number(row.get(column));
        }

        private Path image(CsvTable.Row row, String video, String stem) {
            SplitName part = split.get(video);
            List<String> folders = new ArrayList<>(List.of("all"));
            if (part != null) {
                folders.add(0, part.label());
            }
            return folders.stream()
                    .map(folder -> root.resolve(folder).resolve(stem + ".jpg"))
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    row.error(
                                            "frame",
                                            "has no image "
                                                    + stem
                                                    + ".jpg in "
                                                    + String.join("/ or ", folders)
                                                    + "/"));
        }

        private List<Double> votes(CsvTable.Row row) {
            List<List<Double>> raters = new ArrayList<>();
            for (String column : ANNOTATORS) {
                if (!row.get(column, "").isEmpty()) {
                    raters.add(rater(row, column));
                }
            }
            List<Double> votes = new ArrayList<>();
            boolean differs = false;
            for (int c = 0; c < Endoscapes.CRITERIA.size(); c++) {
                int criterion = c;
                double given = CvsCsv.fraction(row, Endoscapes.CRITERIA.get(c));
                double mean =
                        raters.stream()
                                .mapToDouble(rater -> rater.get(criterion))
                                .average()
                                .orElse(given);
                differs |= Math.abs(mean - given) > TOLERANCE;
                votes.add(mean);
            }
            differing += differs ? 1 : 0;
            return List.copyOf(votes);
        }

        private static List<Double> rater(CsvTable.Row row, String column) {
            Matcher list = LIST.matcher(row.get(column));
            String[] parts = list.matches() ? list.group(1).split(",") : new String[0];
            List<Double> votes = new ArrayList<>();
            for (String part : parts) {
                String vote = part.strip();
                if (!vote.matches("[01](\\.0*)?")) {
                    throw row.error(column, "has a vote that is neither 0 nor 1");
                }
                votes.add(Double.parseDouble(vote));
            }
            if (votes.size() != Endoscapes.CRITERIA.size()) {
                throw row.error(column, "is not a list of three votes, such as [0.0, 1.0, 0.0]");
            }
            return votes;
        }

        Dataset<CvsSample> dataset(SettingValues values) {
            if (samples.isEmpty()) {
                throw new UserException(root.resolve(TABLE) + ": has no keyframes");
            }
            samples.sort(
                    Comparator.comparing(CvsSample::patient)
                            .thenComparing(CvsSample::timeSeconds)
                            .thenComparing(CvsSample::name));
            List<String> notes = new ArrayList<>();
            if (between > 0) {
                notes.add(Words.counted(between, "frame") + " between keyframes left out");
            }
            if (differing > 0) {
                notes.add(
                        Words.counted(differing, "keyframe")
                                + " with other C1, C2, C3 than the annotators' mean, which is"
                                + " taken");
            }
            noteVideos(notes);
            Map<String, SplitName> present = new TreeMap<>(split);
            present.keySet().retainAll(videos());
            return new Dataset<>(
                    NAME,
                    NAME,
                    Endoscapes.CRITERIA,
                    Votes.targets(samples, values, notes),
                    present,
                    "train_vids.txt, val_vids.txt and test_vids.txt of " + root,
                    notes);
        }

        private Set<String> videos() {
            Set<String> videos = new HashSet<>();
            samples.forEach(sample -> videos.add(sample.video()));
            return videos;
        }

        private void noteVideos(List<String> notes) {
            Set<String> videos = videos();
            long unlisted = videos.stream().filter(video -> !split.containsKey(video)).count();
            long absent = split.keySet().stream().filter(video -> !videos.contains(video)).count();
            if (unlisted > 0) {
                notes.add(Words.counted(unlisted, "video") + " in no list, and so in no part");
            }
            if (absent > 0) {
                notes.add(Words.counted(absent, "listed video") + " without keyframes");
            }
        }
    }
}
