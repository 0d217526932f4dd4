package org.surgenet.task.seg;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.surgenet.common.CsvTable;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Folders;
import org.surgenet.frames.FrameLists;
import org.surgenet.task.Item;

/**
 * Pairs of one's own: {@code images/} and {@code masks/}, matched by their names without extension,
 * after a trailing {@code _frame}, {@code _image} or {@code _img} of the image and {@code _mask},
 * {@code _seg}, {@code _segmentation}, {@code _label}, {@code _labels} or {@code _gt} (with or
 * without a number) of the mask are dropped.
 *
 * <p>{@code classes.csv} (value,name; optional) says what mask values mean: classes are numbered in
 * the order in which their names first appear, the first being the background; several values may
 * share a name; the name {@code ignore} stands for pixels that count nowhere. Without it masks are
 * binary: 0 background, 1 or 255 foreground.
 *
 * <p>Whose image it is, says {@code patients.csv} (image,patient; image with or without extension),
 * or {@code patient-pattern}, or the folder that it lies in below {@code images/}. Without these
 * the patient is guessed: the name up to the first {@code __}, else up to the first {@code _}, else
 * the whole name. A guess that makes a patient of every image is refused: a split by patient would
 * be one by image.
 */
final class MaskFolders implements DatasetReader<SegmentationSample> {
    static final String NAME = "folders";

    private static final Pattern IMAGE_ENDING = Pattern.compile("_+(frame|image|img)$");
    private static final Pattern MASK_ENDING =
            Pattern.compile("_+(mask|seg|segmentation|label|labels|gt)\\d*$");
    private static final String IGNORE_NAME = "ignore";

    /** Where in an image's name its patient is. */
    static final Setting<String> PATIENT_PATTERN =
            Setting.of(
                    "patient-pattern",
                    String.class,
                    "REGEX",
                    null,
                    "Regular expression, for folders and coco, whose first group is the patient in"
                        + " the image's path below images/ (coco: below {data}), such as"
                        + " '(case[0-9]+)'; '(.+)' makes every image a patient of its own (default:"
                        + " patients.csv, else the folder below images/, else the name up to the"
                        + " first _).");

    @Override
    public List<Setting<?>> settings() {
        return List.of(PATIENT_PATTERN);
    }

    @Override
    public String format() {
        return NAME;
    }

    @Override
    public String layout() {
        return "folders: images/NAME.jpg and masks/NAME.png, or both in a folder per patient, with"
                + " classes.csv (value,name) and patients.csv (image,patient)";
    }

    private record Classes(List<String> names, LabelTable labels) {}

    @Override
    public Dataset<SegmentationSample> read(Path root, SettingValues values, Progress progress) {
        Folders.require(root, "a folder with images/ and masks/");
        OtherFiles others = new OtherFiles();
        Map<String, Path> images =
                byKey(
                        Folders.require(root.resolve("images"), "the images here"),
                        IMAGE_ENDING,
                        others);
        Map<String, Path> masks =
                byKey(
                        Folders.require(root.resolve("masks"), "a mask for each image"),
                        MASK_ENDING,
                        others);
        if (images.isEmpty()) {
            throw new UserException(root.resolve("images") + ": has no images in it");
        }
        Classes classes = classes(root.resolve("classes.csv"));
        Patients patients = new Patients(root, root.resolve("images"), values.get(PATIENT_PATTERN));

        List<SegmentationSample> samples = new ArrayList<>();
        try (Progress.Task task = progress.start("reading " + root, "images", images.size())) {
            images.forEach(
                    (key, image) -> {
                        Path mask = masks.remove(key);
                        if (mask == null) {
                            throw new UserException(
                                    image
                                            + ": has no mask; expected "
                                            + root.resolve("masks").resolve(key + ".png")
                                            + " or "
                                            + key
                                            + "_mask.png");
                        }
                        Folders.requireSameSize(image, mask);
                        String patient = patients.of(key, image, "");
                        samples.add(
                                new SegmentationSample(
                                        Folders.nameBelow(root.resolve("images"), image),
                                        image,
                                        mask,
                                        patient,
                                        patient,
                                        Double.NaN,
                                        classes.labels()));
                        task.step(1, "");
                    });
        }
        if (!masks.isEmpty()) {
            throw new UserException(
                    masks.values().iterator().next()
                            + ": belongs to no image in "
                            + root.resolve("images"));
        }
        Path folder = root.toAbsolutePath().normalize().getFileName();
        return new Dataset<>(
                folder == null ? NAME : folder.toString(),
                NAME,
                classes.names(),
                samples,
                Map.of(),
                "",
                notes(others, patients, samples));
    }

    private static List<String> notes(
            OtherFiles others, Patients patients, List<SegmentationSample> samples) {
        List<String> notes = new ArrayList<>(FrameLists.notes(others));
        patients.note(samples).ifPresent(notes::add);
        return notes;
    }

    /** Files by their path below the folder, without what image and mask do not share. */
    private static Map<String, Path> byKey(Path folder, Pattern ending, OtherFiles others) {
        Map<String, Path> files = new TreeMap<>();
        collect(folder, "", ending, others, files);
        return files;
    }

    private static void collect(
            Path folder,
            String prefix,
            Pattern ending,
            OtherFiles others,
            Map<String, Path> files) {
        for (Path file : Folders.list(folder)) {
            if (Files.isDirectory(file)) {
                collect(file, prefix + file.getFileName() + "/", ending, others, files);
                continue;
            }
            if (!FrameLists.isImage(file)) {
                FrameLists.noteOther(file, others);
                continue;
            }
            String key = prefix + ending.matcher(Folders.stem(file)).replaceFirst("");
            Path before = files.putIfAbsent(key, file);
            if (before != null) {
                throw new UserException(
                        file
                                + ": its name matches the same pair as "
                                + before.getFileName()
                                + "; rename or remove one of them");
            }
        }
    }

    private static Classes classes(Path file) {
        Map<Integer, Integer> table = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            table.put(0, 0);
            table.put(1, 1);
            table.put(255, 1);
            return new Classes(
                    List.of("background", "foreground"),
                    new LabelTable(
                            table,
                            "without a classes.csv masks are binary (0; 1 or 255). Write "
                                    + file
                                    + " with the columns value,name"));
        }
        List<String> names = new ArrayList<>();
        for (CsvTable.Row row : CsvTable.read(file, "value", "name").rows()) {
            long value = row.integer("value");
            String name = row.get("name");
            if (value < 0 || value > 255) {
                throw row.error("value", "is outside 0 .. 255");
            }
            if (name.isEmpty()) {
                throw row.error("name", "is empty");
            }
            boolean ignored = name.toLowerCase(Locale.ROOT).equals(IGNORE_NAME);
            if (!ignored && !names.contains(name)) {
                names.add(name);
            }
            int index = ignored ? Item.IGNORE : names.indexOf(name);
            if (table.put((int) value, index) != null) {
                throw row.error("value", "is on an earlier line too");
            }
        }
        if (names.size() < 2) {
            throw new UserException(
                    file + ": names " + names.size() + " class; the background and another needed");
        }
        return new Classes(
                List.copyOf(names), new LabelTable(table, "add a line for it to " + file));
    }
}
