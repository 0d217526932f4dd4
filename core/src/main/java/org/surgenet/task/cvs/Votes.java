package org.surgenet.task.cvs;

import java.util.List;
import java.util.function.Predicate;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.common.Words;
import org.surgenet.metrics.MultilabelScores;

/** What a network learns of raters who disagree. */
final class Votes {
    /** Kinds of targets. */
    enum Targets {
        SOFT,
        MAJORITY
    }

    /** Which kind. */
    static final Setting<Targets> TARGETS =
            Setting.of(
                    "targets",
                    Targets.class,
                    "soft|majority",
                    Targets.SOFT,
                    "Targets of the criteria: the fraction of raters who saw a criterion fulfilled,"
                            + " or 1 where at least half did and else 0 (default: {default}).");

    private Votes() {}

    /**
     * The samples with the targets that are wanted.
     *
     * @param notes takes how many votes were changed, and how many of them were ties
     */
    static List<CvsSample> targets(
            List<CvsSample> samples, SettingValues values, List<String> notes) {
        if (values.get(TARGETS) == Targets.SOFT) {
            return samples;
        }
        long changed = votes(samples, vote -> vote != 0 && vote != 1);
        if (changed > 0) {
            long ties = votes(samples, vote -> vote == 0.5);
            notes.add(
                    Words.counted(changed, "mean vote")
                            + " replaced by the majority's"
                            + (ties > 0 ? ", of which " + ties + " ties by 1" : ""));
        }
        return samples.stream().map(Votes::majority).toList();
    }

    private static long votes(List<CvsSample> samples, Predicate<Double> which) {
        return samples.stream().flatMap(sample -> sample.votes().stream()).filter(which).count();
    }

    private static CvsSample majority(CvsSample sample) {
        return new CvsSample(
                sample.name(),
                sample.image(),
                sample.patient(),
                sample.video(),
                sample.timeSeconds(),
                sample.votes().stream().map(v -> MultilabelScores.majority(v) ? 1.0 : 0).toList());
    }
}
