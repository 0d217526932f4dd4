package org.surgenet.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells where an interval and a test, or two tests, give different answers, and what each asks. */
final class Disagreement {
    private static final int NAMED = 5;

    private Disagreement() {}

    /** One note on all comparisons whose answers differ, if there is any. */
    static Optional<String> note(List<Comparison.Group> groups, Settings settings) {
        if (settings.protocol() == Settings.Protocol.PAPER) {
            return Optional.empty();
        }
        List<String> found = new ArrayList<>();
        for (Comparison.Group group : groups) {
            for (Comparison.Difference d : group.differences()) {
                if (between(d, settings)) {
                    found.add(described(group.scores(), d));
                }
            }
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        int more = found.size() - NAMED;
        return Optional.of(
                "interval and tests disagree, before any correction, on "
                        + String.join("; ", found.subList(0, Math.min(NAMED, found.size())))
                        + (more > 0 ? "; and " + more + " more" : "")
                        + ". "
                        + PairedTests.ALL.stream()
                                .map(PairedTest::question)
                                .collect(Collectors.joining(" ")));
    }

    /** Whether the answers at the level of the interval differ. */
    private static boolean between(Comparison.Difference d, Settings settings) {
        if (Double.isNaN(d.pValue()) || Double.isNaN(d.interval().low())) {
            return false;
        }
        double level = 1 - settings.confidence();
        return d.tests().values().stream().anyMatch(result -> result.pValue() < level != apart(d));
    }

    private static boolean apart(Comparison.Difference d) {
        return d.interval().low() > 0 || d.interval().high() < 0;
    }

    private static String described(ScoreTable scores, Comparison.Difference d) {
        String text =
                String.format(
                        Locale.ROOT,
                        "%s: %s − %s (interval %s 0, %s)",
                        scores.title(),
                        d.model(),
                        d.baseline(),
                        apart(d) ? "without" : "with",
                        PairedTests.ALL.stream()
                                .filter(test -> d.tests().containsKey(test.id()))
                                .map(
                                        test ->
                                                test.name()
                                                        + " p = "
                                                        + Format.pValue(
                                                                d.tests().get(test.id()).pValue()))
                                .collect(Collectors.joining(", ")));
        return text.replace("= <", "< ");
    }
}
