package org.surgenet.task.seg;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Folders;
import org.surgenet.dataset.SplitName;
import org.surgenet.image.ImageHeader;
import org.surgenet.image.Images;
import org.surgenet.task.Item;

/**
 * COCO's instances as classes of pixels: polygons and run lengths, as CVAT, Label Studio and others
 * export them. The files are all {@code *.json} with a list {@code images} in the folder, in {@code
 * annotations/} and in {@code train/}, {@code val/} (or {@code valid/}) and {@code test/}. An image
 * is looked for beside its file, in the folder, and in {@code images/}, by its {@code file_name}.
 *
 * <p>Class 0 is the background, whether a category has this name or not; the others are the
 * categories in the order of their ids. The category {@code ignore} stands for pixels that count
 * nowhere. Annotations marked {@code iscrowd} are regions of their class like others. Images of
 * which an annotation has only a box are left out, since their labels are not whole.
 *
 * <p>Files that all name a part, by their folder or at the end of their own name, are a split, if
 * it is one by patient and has all three parts.
 */
final class Coco implements DatasetReader<SegmentationSample> {
    /** Which annotation lies on top. */
    enum Overlap {
        AREA,
        ORDER
    }

    /** What pixels are that no annotation covers. */
    enum Unannotated {
        BACKGROUND,
        IGNORE
    }

    /** Overlapping annotations. */
    static final Setting<Overlap> OVERLAP =
            Setting.of(
                    "overlap",
                    Overlap.class,
                    "area|order",
                    Overlap.AREA,
                    "Which of overlapping annotations of coco lies on top: the smaller area, or"
                            + " the later in the file's order (default: {default}).");

    /** Pixels without annotation. */
    static final Setting<Unannotated> UNANNOTATED =
            Setting.of(
                    "unannotated",
                    Unannotated.class,
                    "background|ignore",
                    Unannotated.BACKGROUND,
                    "What pixels of coco are that no annotation covers: background, or ignored in"
                            + " loss and scores (default: {default}).");

    /** Which files. */
    static final Setting<String> ANNOTATIONS =
            Setting.of(
                    "annotations",
                    String.class,
                    "PATTERN",
                    null,
                    "Annotation files of coco, where there are several for the same images: a name"
                            + " such as annotation_coco.json, or a path below {data} such as"
                            + " '*_seg/*.json' (default: all .json files with a list of images in"
                            + " it, in annotations/, train/, val/ and test/).");

    private static final String NAME = "coco";
    private static final String BACKGROUND = "background";
    private static final String IGNORED = "ignore";
    private static final int MOST_CLASSES = 255;

    private static final Map<String, SplitName> PARTS =
            Map.of(
                    "train", SplitName.TRAIN,
                    "val", SplitName.VAL,
                    "valid", SplitName.VAL,
                    "test", SplitName.TEST);
    private static final Pattern PART =
            Pattern.compile("(?:.*[^A-Za-z])?(train|val|valid|test)(?:20\\d\\d)?");

    private static final Pattern PART_FOLDER =
            Pattern.compile("(train|val|valid|test)(?:[^A-Za-z].*)?");

    @Override
    public String format() {
        return NAME;
    }

    @Override
    public String layout() {
        return NAME
                + ": COCO's annotations (.json, also in annotations/ or train/, val/ and test/) and"
                + " their images, as CVAT and Label Studio export them; perhaps patients.csv"
                + " (image,patient)";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(MaskFolders.PATIENT_PATTERN, OVERLAP, UNANNOTATED, ANNOTATIONS);
    }

    @Override
    public Dataset<SegmentationSample> read(Path root, SettingValues values, Progress progress) {
        Folders.require(root, "a folder with COCO's annotations and their images");
        List<CocoFile> files = files(root, values.get(ANNOTATIONS));
        Classes classes = Classes.of(files);
        Reading reading = new Reading(root, values, classes);
        int images = files.stream().mapToInt(file -> file.images().size()).sum();
        try (Progress.Task task = progress.start("reading " + root, "images", images)) {
            files.forEach(file -> reading.add(file, task));
        }
        return reading.dataset(files);
    }

    private static List<CocoFile> files(Path root, String pattern) {
        List<CocoFile> files = new ArrayList<>();
        for (Path file : candidates(root)) {
            if (pattern == null ? usual(root, file) : wanted(root, file, pattern)) {
                CocoFile.read(file).ifPresent(files::add);
            }
        }
        if (files.isEmpty()) {
            throw new UserException(
                    root
                            + ": no "
                            + (pattern == null ? ".json file" : pattern)
                            + " with COCO's list 'images' here, in annotations/ or in train/, val/"
                            + " and test/");
        }
        return files;
    }

    /** All tables in the folder and one below. */
    private static List<Path> candidates(Path root) {
        List<Path> files = new ArrayList<>();
        for (Path entry : Folders.list(root)) {
            List<Path> inside = Files.isDirectory(entry) ? Folders.list(entry) : List.of(entry);
            inside.stream().filter(file -> file.toString().endsWith(".json")).forEach(files::add);
        }
        return files;
    }

    private static boolean usual(Path root, Path file) {
        String folder = folder(root, file);
        return folder.isEmpty() || folder.equals("annotations") || PARTS.containsKey(folder);
    }

    /** By the file's name or its path below the folder. */
    private static boolean wanted(Path root, Path file, String pattern) {
        try {
            PathMatcher matcher = root.getFileSystem().getPathMatcher("glob:" + pattern);
            return matcher.matches(file.getFileName()) && !pattern.contains("/")
                    ? usual(root, file)
                    : matcher.matches(root.relativize(file));
        } catch (PatternSyntaxException e) {
            throw new SettingException(
                    ANNOTATIONS.key(), pattern, "is not a pattern: " + e.getDescription(), e);
        }
    }

    private static String folder(Path root, Path file) {
        Path parent = root.relativize(file).getParent();
        return parent == null ? "" : parent.toString();
    }

    /** The part that a file is for, by its folder or name. */
    private static Optional<SplitName> part(Path root, Path file) {
        Matcher folder = PART_FOLDER.matcher(folder(root, file));
        Matcher name = PART.matcher(Folders.stem(file));
        return folder.matches()
                ? Optional.of(PARTS.get(folder.group(1)))
                : name.matches() ? Optional.of(PARTS.get(name.group(1))) : Optional.empty();
    }

    /**
     * @param names by index
     * @param labels class or {@link Item#IGNORE} by category id
     */
    private record Classes(List<String> names, Map<Long, Integer> labels) {
        static Classes of(List<CocoFile> files) {
            CocoFile first = files.get(0);
            for (CocoFile file : files) {
                if (!file.categories().equals(first.categories())) {
                    throw new UserException(
                            file.file()
                                    + ": its categories "
                                    + file.categories()
                                    + " are not those of "
                                    + first.file()
                                    + ", "
                                    + first.categories());
                }
            }
            List<String> names = new ArrayList<>(List.of(BACKGROUND));
            Map<Long, Integer> labels = new HashMap<>();
            first.categories()
                    .forEach(
                            (id, name) -> {
                                String plain = name.toLowerCase(Locale.ROOT);
                                String own = plain.equals(BACKGROUND) ? BACKGROUND : name;
                                boolean ignored = plain.equals(IGNORED);
                                if (!ignored && !names.contains(own)) {
                                    names.add(own);
                                }
                                labels.put(id, ignored ? Item.IGNORE : names.indexOf(own));
                            });
            if (names.size() < 2 || names.size() > MOST_CLASSES) {
                throw new UserException(
                        first.file()
                                + ": has "
                                + (names.size() - 1)
                                + " categories; 1 to "
                                + (MOST_CLASSES - 1)
                                + " are possible");
            }
            return new Classes(List.copyOf(names), labels);
        }
    }

    /** Makes samples of the files. */
    private static final class Reading {
        private final Path root;
        private final Overlap overlap;
        private final boolean ignoring;
        private final Classes classes;
        private final Patients patients;
        private final Map<Path, SegmentationSample> samples = new TreeMap<>();
        private final Map<String, Set<SplitName>> partsOf = new TreeMap<>();
        private int boxes;
        private int boxed;
        private int crowds;
        private int empty;
        private int led;
        private int contestedImages;
        private long contested;

        Reading(Path root, SettingValues values, Classes classes) {
            this.root = root;
            this.classes = classes;
            overlap = values.get(OVERLAP);
            ignoring = values.get(UNANNOTATED) == Unannotated.IGNORE;
            patients = new Patients(root, root, values.get(MaskFolders.PATIENT_PATTERN));
        }

        void add(CocoFile file, Progress.Task task) {
            Optional<SplitName> part = part(root, file.file());
            file.images()
                    .forEach(
                            (id, image) -> {
                                add(file, image, file.of(id), part);
                                task.step(1, "");
                            });
        }

        private void add(
                CocoFile file,
                CocoFile.Image image,
                List<CocoFile.Annotation> annotations,
                Optional<SplitName> part) {
            Path path = find(file.file(), image);
            int without = (int) annotations.stream().filter(a -> !a.hasShape()).count();
            if (without > 0) {
                boxes += without;
                boxed++;
                return;
            }
            if (annotations.isEmpty()) {
                empty++;
                if (ignoring) {
                    return;
                }
            }
            crowds += (int) annotations.stream().filter(CocoFile.Annotation::crowd).count();
            CocoLabels labels = labels(path, image, annotations);
            long claimed = labels.paint().contested();
            contested += claimed;
            contestedImages += claimed > 0 ? 1 : 0;
            String key = key(path);
            String patient = patients.of(key, path, image.video());
            SegmentationSample before =
                    samples.put(
                            path,
                            new SegmentationSample(
                                    Folders.nameBelow(root, path),
                                    path,
                                    file.file(),
                                    patient,
                                    image.video().isEmpty() ? patient : image.video(),
                                    Double.NaN,
                                    labels));
            if (before != null) {
                throw new UserException(
                        image.place()
                                + ": "
                                + path
                                + " is in "
                                + before.mask()
                                + " too; where several files have the same images, name one kind"
                                + " as annotations");
            }
            part.ifPresent(its -> partsOf.computeIfAbsent(patient, p -> new TreeSet<>()).add(its));
        }

        private CocoLabels labels(
                Path path, CocoFile.Image image, List<CocoFile.Annotation> annotations) {
            ImageHeader header = ImageHeader.read(path);
            image.requireSize(path, header);
            if ((long) header.width() * header.height() > Images.MAX_PIXELS) {
                throw new UserException(
                        path + ": has more than " + Images.MAX_PIXELS + " pixels; scale it down");
            }
            List<CocoLabels.Region> regions = new ArrayList<>();
            for (CocoFile.Annotation annotation : annotations) {
                Integer label = classes.labels.get(annotation.category());
                if (label == null) {
                    throw new UserException(
                            annotation.place()
                                    + ": has the category_id "
                                    + annotation.category()
                                    + ", which is not among the categories");
                }
                regions.add(
                        new CocoLabels.Region(
                                label, annotation.parts(header.width(), header.height())));
            }
            return new CocoLabels(
                    header.width(),
                    header.height(),
                    ignoring ? Item.IGNORE : 0,
                    List.copyOf(regions),
                    overlap);
        }

        /** An image's path without {@code images/}, the part and its ending. */
        private String key(Path path) {
            String name = Folders.nameBelow(root, path);
            int dot = name.lastIndexOf('.');
            return name.substring(0, dot > name.lastIndexOf('/') ? dot : name.length())
                    .replaceFirst("^images/", "")
                    .replaceFirst("^(default|(train|val|valid|test)([^A-Za-z/][^/]*)?)/", "");
        }

        /** The image, never outside the folder, whatever the file says. */
        private Path find(Path file, CocoFile.Image image) {
            String name = image.fileName().replace('\\', '/');
            boolean leaves = name.matches("(?s)/.*|[A-Za-z]:.*|(.*/)?\\.\\.(/.*)?");
            if (leaves) {
                led++;
                name = name.substring(name.lastIndexOf('/') + 1);
            }
            try {
                String part = part(root, file).map(SplitName::label).orElse("default");
                Path beside = file.toAbsolutePath().getParent();
                for (Path folder :
                        List.of(
                                beside,
                                beside.resolve("images"),
                                root,
                                root.resolve("images"),
                                root.resolve("images").resolve(part),
                                root.resolve(part))) {
                    Path path = folder.resolve(name);
                    if (!name.isEmpty() && Files.isRegularFile(path)) {
                        return root.resolve(
                                root.toAbsolutePath()
                                        .normalize()
                                        .relativize(path.toAbsolutePath().normalize()));
                    }
                }
            } catch (InvalidPathException e) {
                throw new UserException(image.place() + ": not a path: " + e.getReason(), e);
            }
            throw new UserException(
                    image.place()
                            + ": image '"
                            + name
                            + "' is missing in "
                            + root
                            + ", in images/ or beside the file");
        }

        Dataset<SegmentationSample> dataset(List<CocoFile> files) {
            if (samples.isEmpty()) {
                throw new UserException(
                        root
                                + ": none of its images has regions ("
                                + Words.counted(boxed, "image")
                                + " with boxes alone, "
                                + empty
                                + " without annotations)");
            }
            List<SegmentationSample> list = new ArrayList<>(samples.values());
            list.sort(
                    Comparator.comparing(SegmentationSample::patient)
                            .thenComparing(SegmentationSample::name));
            List<String> notes = notes();
            patients.note(list).ifPresent(notes::add);
            boolean all = files.stream().allMatch(file -> part(root, file.file()).isPresent());
            Map<String, SplitName> split = all ? split(notes) : Map.of();
            Path folder = root.toAbsolutePath().normalize().getFileName();
            return new Dataset<>(
                    folder == null ? NAME : folder.toString(),
                    NAME,
                    classes.names,
                    list,
                    split,
                    split.isEmpty() ? "" : "the annotation files' own parts",
                    notes);
        }

        private Map<String, SplitName> split(List<String> notes) {
            Map<String, SplitName> split = new LinkedHashMap<>();
            for (Map.Entry<String, Set<SplitName>> patient : partsOf.entrySet()) {
                if (patient.getValue().size() > 1) {
                    notes.add(
                            "the files' own split is not used: it has patient "
                                    + patient.getKey()
                                    + " on two sides");
                    return Map.of();
                }
                split.put(patient.getKey(), patient.getValue().iterator().next());
            }
            if (Set.copyOf(split.values()).size() < SplitName.values().length) {
                notes.add("the files' own split is not used: it has not all of train, val, test");
                return Map.of();
            }
            return split;
        }

        private List<String> notes() {
            List<String> notes = new ArrayList<>();
            if (boxed > 0) {
                notes.add(
                        Words.counted(boxed, "image")
                                + " left out for "
                                + Words.counted(boxes, "annotation")
                                + " that is a box alone, without a region");
            }
            if (empty > 0) {
                notes.add(
                        Words.counted(empty, "image")
                                + " without annotations "
                                + (ignoring ? "left out" : "taken as background"));
            }
            if (crowds > 0) {
                notes.add(
                        Words.counted(crowds, "annotation")
                                + " marked iscrowd taken as regions of their class");
            }
            if (contested > 0) {
                notes.add(
                        Words.counted(contested, "pixel")
                                + " in "
                                + Words.counted(contestedImages, "image")
                                + " under annotations of different classes: "
                                + (overlap == Overlap.AREA
                                        ? "the smaller area lies on top"
                                        : "the later annotation lies on top"));
            }
            if (led > 0) {
                notes.add(
                        Words.counted(led, "file name")
                                + " leading out of the folder, taken by the last part");
            }
            return notes;
        }
    }
}
