package org.surgenet.task.seg;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Folders;
import org.surgenet.dataset.OwnSplits;
import org.surgenet.dataset.SplitName;
import org.surgenet.task.Item;

/**
 * CholecSeg8k: {@code videoNN/videoNN_FFFFF/frame_F_endo.png} with {@code
 * frame_F_endo_watershed_mask.png}, whose grey value says the class. The values 0 and 255
 * (unlabelled pixels, a white border) are ignored. Source: METHOD A.6.
 */
final class CholecSeg8k implements DatasetReader<SegmentationSample> {
    /** How many classes it has. */
    static final Setting<Integer> CLASSES =
            Setting.of(
                    "classes",
                    Integer.class,
                    "13|8",
                    13,
                    "Classes of cholecseg8k: all 13, or EndoViT's 8 with rare tissues and the"
                            + " instruments merged (default: {default}).");

    static final String NAME = "cholecseg8k";

    static final List<String> CLASSES_13 =
            List.of(
                    "background",
                    "abdominal wall",
                    "liver",
                    "gastrointestinal tract",
                    "fat",
                    "grasper",
                    "connective tissue",
                    "blood",
                    "cystic duct",
                    "L-hook electrocautery",
                    "gallbladder",
                    "hepatic vein",
                    "liver ligament");

    /** EndoViT's merge: rare tissues into one class, both instruments into another. */
    static final List<String> CLASSES_8 =
            List.of(
                    "background",
                    "abdominal wall",
                    "liver",
                    "gastrointestinal tract",
                    "fat",
                    "gallbladder",
                    "other tissue",
                    "instrument");

    /** Grey value in the watershed mask of each of the thirteen classes. */
    private static final int[] GREY = {50, 11, 21, 13, 12, 31, 23, 24, 25, 32, 22, 33, 5};

    /** The merged class of each of the thirteen. */
    private static final int[] MERGED = {0, 1, 2, 3, 4, 7, 6, 6, 6, 7, 5, 6, 6};

    /** EndoViT's split by video. */
    private static final Map<SplitName, List<Integer>> ENDOVIT =
            Map.of(
                    SplitName.TRAIN,
                    List.of(1, 9, 18, 20, 24, 25, 26, 28, 35, 37, 43, 48, 55),
                    SplitName.VAL,
                    List.of(17, 52),
                    SplitName.TEST,
                    List.of(12, 27));

    private static final Pattern IMAGE = Pattern.compile("frame_(\\d+)_endo\\.png");
    private static final double FRAMES_PER_SECOND = 25;

    /** Folders above a frame: the video's, the clip's, and one more in Kaggle's copy. */
    private static final int LEVELS = 3;

    @Override
    public String format() {
        return NAME;
    }

    @Override
    public String layout() {
        return "cholecseg8k: video01/video01_00080/frame_80_endo.png with its watershed mask,"
                + " perhaps one folder deeper (Kaggle)";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(CLASSES);
    }

    @Override
    public SettingValues settingsFor(List<String> classes) {
        return classes.equals(CLASSES_8)
                ? SettingValues.DEFAULTS.with(CLASSES, CLASSES_8.size())
                : SettingValues.DEFAULTS;
    }

    @Override
    public Dataset<SegmentationSample> read(Path root, SettingValues values, Progress progress) {
        int classes = values.get(CLASSES);
        if (classes != CLASSES_13.size() && classes != CLASSES_8.size()) {
            throw new SettingException(CLASSES.key(), classes, "cholecseg8k has 13 or 8 classes");
        }
        Folders.require(root, "CholecSeg8k with folders video01, video09 and so on");
        LabelTable labels = labels(classes == 8);
        List<SegmentationSample> samples = new ArrayList<>();
        try (Progress.Task task = progress.start("reading " + root, "images", -1)) {
            readFolder(root, root, LEVELS, labels, samples, task);
        }
        if (samples.isEmpty()) {
            throw new UserException(
                    root
                            + ": no frame_*_endo.png two or three folders below; CholecSeg8k has"
                            + " video01/video01_00080/frame_80_endo.png");
        }
        requireOnce(samples);
        samples.sort(
                Comparator.comparing(SegmentationSample::patient)
                        .thenComparing(SegmentationSample::timeSeconds)
                        .thenComparing(SegmentationSample::name));
        TreeSet<String> patients = new TreeSet<>();
        samples.forEach(sample -> patients.add(sample.patient()));
        Map<String, SplitName> split = OwnSplits.byNumber(patients, ENDOVIT);
        return new Dataset<>(
                NAME,
                NAME,
                classes == 8 ? CLASSES_8 : CLASSES_13,
                samples,
                split,
                split.isEmpty() ? "" : "EndoViT's split of CholecSeg8k by video",
                List.of());
    }

    private static void readFolder(
            Path root,
            Path folder,
            int levels,
            LabelTable labels,
            List<SegmentationSample> samples,
            Progress.Task task) {
        for (Path entry : Folders.list(folder)) {
            if (levels > 0 && Files.isDirectory(entry)) {
                readFolder(root, entry, levels - 1, labels, samples, task);
            } else if (levels <= LEVELS - 2) {
                readImage(root, entry, labels, samples, task);
            }
        }
    }

    private static void readImage(
            Path root,
            Path image,
            LabelTable labels,
            List<SegmentationSample> samples,
            Progress.Task task) {
        Matcher matcher = IMAGE.matcher(image.getFileName().toString());
        if (!matcher.matches()) {
            return;
        }
        Path mask = image.resolveSibling("frame_" + matcher.group(1) + "_endo_watershed_mask.png");
        if (!Files.isRegularFile(mask)) {
            throw new UserException(
                    image + ": has no mask; expected " + mask.getFileName() + " beside it");
        }
        Folders.requireSameSize(image, mask);
        String video = image.getParent().getParent().getFileName().toString();
        samples.add(
                new SegmentationSample(
                        Folders.nameBelow(root, image),
                        image,
                        mask,
                        video,
                        video,
                        Long.parseLong(matcher.group(1)) / FRAMES_PER_SECOND,
                        labels));
        task.step(1, "");
    }

    /** The same frame in two copies of the data would be two samples. */
    private static void requireOnce(List<SegmentationSample> samples) {
        Map<String, Path> seen = new HashMap<>();
        for (SegmentationSample sample : samples) {
            Path clip = sample.image().getParent();
            String key = sample.video() + "/" + clip.getFileName() + "/" + sample.timeSeconds();
            Path before = seen.putIfAbsent(key, sample.image());
            if (before != null) {
                throw new UserException(
                        sample.image() + ": is the frame of " + before + "; remove one copy");
            }
        }
    }

    private static LabelTable labels(boolean merged) {
        Map<Integer, Integer> table = new HashMap<>();
        for (int c = 0; c < GREY.length; c++) {
            table.put(GREY[c], merged ? MERGED[c] : c);
        }
        table.put(0, Item.IGNORE);
        table.put(255, Item.IGNORE);
        return new LabelTable(
                table, "CholecSeg8k's watershed masks have 5, 11-13, 21-25, 31-33, 50, 0 and 255");
    }
}
