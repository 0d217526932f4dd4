package org.surgenet.task;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;

/**
 * How much classes count in a loss.
 *
 * @param mode where the numbers are from
 * @param given the numbers of modes {@code GIVEN} and {@code NAMED}
 * @param names the classes of mode {@code NAMED}
 */
public record ClassWeights(Mode mode, double[] given, List<String> names) {
    /** The setting that holds them. */
    public static final String KEY = "class-weights";

    private static final String CLASS = "class";
    private static final String WEIGHT = "weight";

    /** All classes count the same. */
    public static final ClassWeights NONE = new ClassWeights(Mode.NONE, new double[0], List.of());

    /** Where the numbers are from. */
    public enum Mode {
        /** All classes count the same. */
        NONE,
        /** From the training data, so that rare classes count as much as frequent ones. */
        BALANCED,
        /** Numbers in the order of the classes. */
        GIVEN,
        /** Numbers by the names of the classes, from a file. */
        NAMED
    }

    /**
     * The setting of them.
     *
     * @param description without its end
     */
    public static Setting<ClassWeights> setting(String description) {
        return new Setting<>(
                KEY,
                ClassWeights.class,
                ClassWeights::parse,
                "none|balanced|W,...",
                NONE,
                description + " (default: {default}).");
    }

    /** A file with them, instead of numbers in the other setting. */
    public static final Setting<Path> FILE =
            Setting.of(
                    "class-weights-file",
                    Path.class,
                    "FILE.csv",
                    null,
                    "Take the class weights from this CSV with the columns class and weight, a line"
                            + " for each class (default: as {class-weights} says).");

    /**
     * Those that the two settings together say.
     *
     * @param setting see {@link #setting}
     * @throws UserException if both are given, or the file cannot be read or makes no sense
     */
    public static ClassWeights of(SettingValues values, Setting<ClassWeights> setting) {
        ClassWeights numbers = values.get(setting);
        Path file = values.get(FILE);
        if (file == null) {
            return numbers;
        }
        if (numbers.mode != Mode.NONE) {
            throw SettingException.about(FILE.key(), " and " + KEY + " exclude each other");
        }
        return ofFile(file);
    }

    /**
     * Reads {@code none}, {@code balanced} or numbers separated by commas.
     *
     * @throws UserException if the text is none of these or a number is not positive
     */
    public static ClassWeights parse(String text) {
        for (Mode mode : new Mode[] {Mode.NONE, Mode.BALANCED}) {
            if (text.equalsIgnoreCase(mode.name())) {
                return mode == Mode.NONE ? NONE : new ClassWeights(mode, new double[0], List.of());
            }
        }
        try {
            double[] numbers =
                    Arrays.stream(text.split(",", -1))
                            .map(String::strip)
                            .mapToDouble(Double::parseDouble)
                            .toArray();
            if (Arrays.stream(numbers).allMatch(w -> w > 0 && Double.isFinite(w))) {
                return new ClassWeights(Mode.GIVEN, numbers, List.of());
            }
        } catch (NumberFormatException e) {
            throw problem(text, e);
        }
        throw problem(text, null);
    }

    private static UserException problem(String text, NumberFormatException cause) {
        return new SettingException(
                KEY,
                text,
                "must be none, balanced, or a positive number per class separated by commas",
                cause);
    }

    private static ClassWeights ofFile(Path file) {
        CsvTable table = CsvTable.read(file, CLASS, WEIGHT);
        List<String> names = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        for (CsvTable.Row row : table.rows()) {
            String name = row.get(CLASS);
            double weight = row.number(WEIGHT);
            if (!(weight > 0) || Double.isInfinite(weight)) {
                throw row.error(WEIGHT, "is not a positive number");
            }
            if (names.contains(name)) {
                throw row.error(CLASS, "names a class that has a weight already");
            }
            names.add(name);
            weights.add(weight);
        }
        return new ClassWeights(
                Mode.NAMED,
                weights.stream().mapToDouble(Double::doubleValue).toArray(),
                List.copyOf(names));
    }

    /**
     * The weights to use; null for none.
     *
     * @param classes names by index
     * @param balanced what mode {@code BALANCED} comes to
     * @throws UserException if the numbers are not of these classes
     */
    public double[] resolve(List<String> classes, Supplier<double[]> balanced) {
        return switch (mode) {
            case NONE -> null;
            case BALANCED -> balanced.get();
            case GIVEN -> {
                if (given.length != classes.size()) {
                    throw SettingException.about(
                            KEY,
                            " has "
                                    + given.length
                                    + " numbers, but there are "
                                    + classes.size()
                                    + " classes");
                }
                yield given;
            }
            case NAMED -> named(classes);
        };
    }

    private double[] named(List<String> classes) {
        List<String> unknown = new ArrayList<>(names);
        unknown.removeAll(classes);
        List<String> missing = new ArrayList<>(classes);
        missing.removeAll(names);
        if (!unknown.isEmpty() || !missing.isEmpty()) {
            throw SettingException.about(
                    KEY,
                    " do not fit the classes: "
                            + (unknown.isEmpty() ? "" : "unknown " + String.join(", ", unknown))
                            + (unknown.isEmpty() || missing.isEmpty() ? "" : "; ")
                            + (missing.isEmpty()
                                    ? ""
                                    : "without a weight " + String.join(", ", missing)));
        }
        return classes.stream().mapToDouble(name -> given[names.indexOf(name)]).toArray();
    }

    @Override
    public String toString() {
        return switch (mode) {
            case NONE, BALANCED -> mode.name().toLowerCase(Locale.ROOT);
            case GIVEN -> Arrays.toString(given);
            case NAMED -> names + " " + Arrays.toString(given);
        };
    }
}
