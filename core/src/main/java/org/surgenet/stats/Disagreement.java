package org.surgenet.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
                        + ". Interval and permutation test both ask whether the difference shown is"
                        + " 0: the interval by drawing other patients or videos, the test by"
                        + " exchanging the two models on each. The Wilcoxon test asks whether"
                        + " differences are symmetric about 0, which skewed ones with a mean of 0"
                        + " are not.");
    }

    /** Whether the answers at the level of the interval differ. */
    private static boolean between(Comparison.Difference d, Settings settings) {
        if (Double.isNaN(d.pValue()) || Double.isNaN(d.interval().low())) {
            return false;
        }
        double level = 1 - settings.confidence();
        boolean found = d.permutation().pValue() < level;
        return apart(d) != found || d.wilcoxon() != null && d.wilcoxon().pValue() < level != found;
    }

    private static boolean apart(Comparison.Difference d) {
        return d.interval().low() > 0 || d.interval().high() < 0;
    }

    private static String described(ScoreTable scores, Comparison.Difference d) {
        String text =
                String.format(
                        Locale.ROOT,
                        "%s: %s − %s (interval %s 0, permutation p = %s%s)",
                        scores.title(),
                        d.model(),
                        d.baseline(),
                        apart(d) ? "without" : "with",
                        Format.pValue(d.permutation().pValue()),
                        d.wilcoxon() == null
                                ? ""
                                : ", Wilcoxon p = " + Format.pValue(d.wilcoxon().pValue()));
        return text.replace("= <", "< ");
    }
}
