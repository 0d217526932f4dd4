package org.surgenet.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The measures of each kind of prediction, in the order of {@code scores.csv}. */
public final class Measures {
    /** Of pixels summed over a patient's images, by class; class 0 is the background. */
    public static final List<Measure<ClassCounts[]>> OF_PIXELS =
            List.of(
                    ofCounts("ppv", ClassCounts::precision),
                    ofCounts("sensitivity", ClassCounts::recall));

    /** Of the outlines of one image, by class; index 0, the background, is null. */
    public static final List<Measure<SurfaceDistances[]>> OF_OUTLINES =
            List.of(
                    ofOutlines("hd95", SurfaceDistances::hd95),
                    ofOutlines("assd", SurfaceDistances::average),
                    ofOutlines("nsd", SurfaceDistances::dice));

    /** Of a video's frames with their phases. */
    public static final List<Measure<PhaseScores.Video>> OF_PHASES =
            List.of(
                    Measure.of("accuracy", PhaseScores.Video::accuracy),
                    Measure.of("macro_f1", PhaseScores.Video::macroF1),
                    Measure.of("macro_precision", PhaseScores.Video::macroPrecision),
                    Measure.of("macro_recall", PhaseScores.Video::macroRecall),
                    Measure.of("macro_jaccard", PhaseScores.Video::macroJaccard));

    /** Of a video's frames, where boundaries are relaxed. */
    public static final Measure<PhaseScores.Video> OF_RELAXED_PHASES =
            Measure.of("relaxed_accuracy", PhaseScores.Video::relaxedAccuracy);

    /** Of a video's frames with their phases, phase by phase. */
    public static final List<Measure<PhaseScores.Video>> OF_EACH_PHASE =
            List.of(
                    Measure.of("f1", PhaseScores.Video::macroF1, PhaseScores.Video::f1),
                    Measure.of(
                            "precision",
                            PhaseScores.Video::macroPrecision,
                            PhaseScores.Video::precision),
                    Measure.of("recall", PhaseScores.Video::macroRecall, PhaseScores.Video::recall),
                    Measure.of(
                            "jaccard",
                            PhaseScores.Video::macroJaccard,
                            PhaseScores.Video::jaccard));

    /** Of the sequence of a video's segments. */
    public static final List<Measure<Segments.Pair>> OF_SEGMENTS =
            Stream.concat(
                            Stream.of(
                                    Measure.<Segments.Pair>of(
                                            "edit",
                                            p -> Segments.editScore(p.target(), p.prediction()))),
                            Segments.OVERLAPS.stream()
                                    .map(
                                            k ->
                                                    Measure.<Segments.Pair>of(
                                                            "segment_f1_" + k,
                                                            p -> p.counts(k).f1())))
                    .toList();

    /** Of the frames of one criterion. */
    public static final List<Measure<MultilabelScores.Criterion>> OF_CRITERIA =
            List.of(
                    Measure.of("ap", MultilabelScores.Criterion::averagePrecision),
                    Measure.of("balanced_accuracy", MultilabelScores.Criterion::balancedAccuracy),
                    Measure.of("brier", MultilabelScores.Criterion::brier));

    private Measures() {}

    private static Measure<ClassCounts[]> ofCounts(String id, ToDoubleFunction<ClassCounts> score) {
        return ofForeground(id, counts -> Arrays.stream(counts).mapToDouble(score).toArray());
    }

    private static Measure<SurfaceDistances[]> ofOutlines(
            String id, ToDoubleFunction<SurfaceDistances> score) {
        return ofForeground(
                id,
                outlines ->
                        Arrays.stream(outlines)
                                .mapToDouble(o -> o == null ? Double.NaN : score.applyAsDouble(o))
                                .toArray());
    }

    /** Over all classes it is the mean without the background. */
    private static <P> Measure<P> ofForeground(String id, Function<P, double[]> byClass) {
        return Measure.of(id, p -> foreground(byClass.apply(p)), byClass);
    }

    /** The mean over classes without the background. */
    public static double foreground(double[] byClass) {
        return Means.mean(Arrays.copyOfRange(byClass, 1, byClass.length));
    }

    /** The metric of a measure that brings its own. */
    static Optional<Metric> metric(String id) {
        return Stream.of(OF_PIXELS, OF_OUTLINES, OF_PHASES, OF_EACH_PHASE, OF_SEGMENTS, OF_CRITERIA)
                .flatMap(List::stream)
                .map(Measure::metric)
                .filter(metric -> metric.id().equals(id))
                .findFirst();
    }
}
