package org.surgenet.task.seg;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.surgenet.common.CsvTable;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.dataset.Folders;

/** Whose each image is, see {@link MaskFolders}. */
final class Patients {
    private final Path images;
    private final Path file;
    private final Map<String, String> table = new HashMap<>();
    private final Pattern pattern;
    private int guessed;

    /**
     * @param root folder that may have {@code patients.csv}
     * @param images folder that images' names are relative to
     * @param pattern null for none
     * @throws UserException if {@code patients.csv} is there and is not as described, or the
     *     pattern is none
     */
    Patients(Path root, Path images, String pattern) {
        this.images = images;
        file = root.resolve("patients.csv");
        this.pattern = pattern == null ? null : compiled(pattern);
        if (pattern == null && Files.exists(file)) {
            read();
        }
    }

    private static Pattern compiled(String pattern) {
        String key = MaskFolders.PATIENT_PATTERN.key();
        try {
            Pattern compiled = Pattern.compile(pattern);
            if (compiled.matcher("").groupCount() < 1) {
                throw new SettingException(
                        key, pattern, "needs a group, such as (case[0-9]+), which is the patient");
            }
            return compiled;
        } catch (PatternSyntaxException e) {
            throw new SettingException(
                    key, pattern, "is no regular expression: " + e.getDescription(), e);
        }
    }

    private void read() {
        for (CsvTable.Row row : CsvTable.read(file, "image", "patient").rows()) {
            if (row.get("patient").isEmpty()) {
                throw row.error("patient", "is empty");
            }
            if (table.put(row.get("image"), row.get("patient")) != null) {
                throw row.error("image", "is on an earlier line too");
            }
        }
    }

    /**
     * The patient of an image.
     *
     * @param key the image's path below its folder, without endings
     * @param known what the data themselves say, which a table or pattern overrules; may be empty
     * @throws UserException if the table does not name the image or the pattern does not fit
     */
    String of(String key, Path image, String known) {
        if (pattern != null) {
            return matched(image);
        }
        if (!table.isEmpty()) {
            return listed(key, image);
        }
        if (!known.isEmpty()) {
            return known;
        }
        int folder = key.indexOf('/');
        if (folder > 0) {
            return key.substring(0, folder);
        }
        guessed++;
        int end = key.indexOf("__");
        end = end > 0 ? end : key.indexOf('_');
        return end > 0 ? key.substring(0, end) : key;
    }

    private String matched(Path image) {
        String name = Folders.nameBelow(images, image);
        Matcher matcher = pattern.matcher(name);
        if (!matcher.find() || matcher.group(1) == null || matcher.group(1).isEmpty()) {
            throw new UserException(
                    image
                            + ": "
                            + MaskFolders.PATIENT_PATTERN.key()
                            + " "
                            + pattern
                            + " finds no patient in '"
                            + name
                            + "'");
        }
        return matcher.group(1);
    }

    private String listed(String key, Path image) {
        String name = Folders.nameBelow(images, image);
        Set<String> spellings =
                new LinkedHashSet<>(
                        List.of(name, image.getFileName().toString(), Folders.stem(image), key));
        return spellings.stream()
                .map(table::get)
                .filter(patient -> patient != null)
                .findFirst()
                .orElseThrow(
                        () ->
                                new UserException(
                                        file
                                                + ": does not name image "
                                                + image.getFileName()
                                                + "; add a line"));
    }

    /**
     * What to say of patients that were guessed; empty if none was.
     *
     * @throws UserException if every image would be a patient of its own
     */
    Optional<String> note(List<SegmentationSample> samples) {
        if (guessed == 0) {
            return Optional.empty();
        }
        long patients = samples.stream().map(SegmentationSample::patient).distinct().count();
        if (patients == samples.size() && samples.size() > 1) {
            throw new UserException(
                    images
                            + ": whose the "
                            + samples.size()
                            + " images are cannot be told from their names (each would be a"
                            + " patient of its own, and neighbouring frames would be in training"
                            + " and test); write patients.csv (image,patient), put each patient's"
                            + " images into a folder of their own, or give patient-pattern, which"
                            + " is '(.+)' if every image is of another patient");
        }
        return Optional.of(
                Words.counted(Math.toIntExact(patients), "patient")
                        + " in "
                        + Words.counted(samples.size(), "image")
                        + ", guessed from the names up to the first _; patients.csv or"
                        + " patient-pattern says it for certain");
    }
}
