package org.surgenet.features;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.surgenet.common.UserException;
import org.surgenet.report.Charts;

/** Frames as points in the plane of their features' first two principal components. */
public final class FeatureMap {
    /** More colours nobody tells apart. */
    private static final int COLOURS = 24;

    private static final String UNKNOWN = "(none)";

    private FeatureMap() {}

    /** The name of the picture that is coloured by a column. */
    public static String fileName(String column) {
        return "map-" + column.replaceAll("[^A-Za-z0-9_.-]", "_") + ".png";
    }

    /**
     * Draws a picture for each column, in which frames with the same text have one colour: the
     * texts of the most frames, at most 24; the others are grey together.
     *
     * @param title above the pictures
     * @throws UserException if the table has no such column, or too few features for a plane
     */
    public static void write(FeatureTable table, List<String> columns, String title, Path directory)
            throws IOException {
        for (String column : columns) {
            if (table.column(column).isEmpty()) {
                throw new UserException(
                        "no map can be coloured by '"
                                + column
                                + "': the features have no such column, but "
                                + String.join(", ", table.columns().keySet()));
            }
        }
        if (table.length() < 2) {
            throw new UserException("a map needs at least two features of each frame");
        }
        PrincipalPlane plane = PrincipalPlane.of(table.features());
        for (String column : columns) {
            Groups groups = groups(table.column(column).orElseThrow());
            Charts.scatter(
                            title + ", coloured by " + column,
                            axis(1, plane.shares()[0]),
                            axis(2, plane.shares()[1]),
                            groups.names,
                            groups.of,
                            plane.points())
                    .write(directory.resolve(fileName(column)));
        }
    }

    private static String axis(int component, double share) {
        return String.format(
                Locale.ROOT,
                "principal component %d (%.1f %% of the variance)",
                component,
                100 * share);
    }

    /**
     * Frames by text.
     *
     * @param names of the groups, with the number of frames
     * @param of each frame; −1 for one without a colour of its own
     */
    private record Groups(List<String> names, int[] of) {}

    private static Groups groups(List<String> texts) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        texts.forEach(text -> counts.merge(text.isEmpty() ? UNKNOWN : text, 1, Integer::sum));
        List<String> largest =
                counts.keySet().stream()
                        .sorted(Comparator.comparing(counts::get).reversed())
                        .limit(COLOURS)
                        .sorted()
                        .toList();
        int[] of =
                texts.stream()
                        .mapToInt(text -> largest.indexOf(text.isEmpty() ? UNKNOWN : text))
                        .toArray();
        List<String> names = new ArrayList<>();
        largest.forEach(text -> names.add(text + " (" + counts.get(text) + ")"));
        int others = counts.size() - largest.size();
        if (others > 0) {
            int frames = texts.size() - largest.stream().mapToInt(counts::get).sum();
            names.add(others + " others (" + frames + ")");
        }
        return new Groups(names, of);
    }
}
