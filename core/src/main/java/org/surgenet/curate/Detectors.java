package org.surgenet.curate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Detectors in the order in which they judge, and the columns and reasons that follow from them.
 */
final class Detectors {
    /**
     * The columns that files have had from the beginning, in their order there; others follow in
     * the detectors' order.
     */
    private static final List<String> FIRST_COLUMNS =
            List.of(
                    "brightness",
                    "contrast",
                    "sharpness",
                    "border",
                    "disc_x",
                    "disc_y",
                    "disc_radius",
                    "saturation",
                    "tissue",
                    "redness",
                    "cold",
                    "flat",
                    "glare",
                    "hash");

    /** All there are. A frame that several would drop is dropped by the first of them. */
    static final Detectors ALL =
            new Detectors(
                    List.of(
                            new DarkDetector(),
                            new BrightDetector(),
                            new ScreenDetector(),
                            new OutOfBodyDetector(),
                            new BlurDetector(),
                            new FieldOfViewDetector(),
                            new LookDetector()));

    private final List<Detector> list;
    private final List<Score> columns;
    private final Map<String, Integer> indices = new HashMap<>();
    private final List<Reason> reasons = new ArrayList<>();

    /**
     * @throws IllegalArgumentException if two scores, reasons or thresholds have the same name
     */
    Detectors(List<Detector> detectors) {
        list = List.copyOf(detectors);
        columns =
                list.stream()
                        .flatMap(d -> d.scores().stream())
                        .sorted(Comparator.comparingInt(Detectors::rank))
                        .toList();
        for (int i = 0; i < columns.size(); i++) {
            indices.put(columns.get(i).name(), i);
        }
        reasons.add(Reason.UNREADABLE);
        reasons.add(Reason.EXCLUDED);
        list.forEach(d -> d.reason().ifPresent(reasons::add));
        reasons.add(Reason.DUPLICATE);
        reasons.add(Reason.NEAR_DUPLICATE);
        requireUnique(columns.stream().map(Score::name).toList());
        requireUnique(reasons.stream().map(Reason::id).toList());
        requireUnique(thresholds().stream().map(Threshold::name).toList());
    }

    private static int rank(Score score) {
        int rank = FIRST_COLUMNS.indexOf(score.name());
        return rank < 0 ? FIRST_COLUMNS.size() : rank;
    }

    private static void requireUnique(List<String> names) {
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("a name is there twice: " + names);
        }
    }

    List<Detector> list() {
        return list;
    }

    /** All scores in the order of their columns. */
    List<Score> columns() {
        return columns;
    }

    List<String> columnNames() {
        return columns.stream().map(Score::name).toList();
    }

    /** The index of a score's column. */
    int column(Score score) {
        return indices.get(score.name());
    }

    /**
     * All reasons. A frame to which several apply gets the first; duplicates are looked for among
     * the frames that have passed all before.
     */
    List<Reason> reasons() {
        return List.copyOf(reasons);
    }

    List<Threshold> thresholds() {
        return list.stream().flatMap(d -> d.thresholds().stream()).toList();
    }
}
