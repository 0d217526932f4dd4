package org.surgenet.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns scores into the rows of {@code scores.csv}. Every unit gets every row, missing values
 * included, so that two models scored on the same units have the same rows. Names of metrics are
 * those that {@code bootstrap-stats --metric} takes.
 */
public final class ScoreRows {
    private final String model;
    private final String dataset;

    /** Rows of one model on one data set. */
    public ScoreRows(String model, String dataset) {
        this.model = model;
        this.dataset = dataset;
    }

    /**
     * Rows {@code dice} and {@code iou} per patient: the class mean without background as {@link
     * ScoreRow#ALL}, and each class by its name, background included. n is the number of images.
     *
     * @param units of {@link SegmentationScores#perPatient(DiceAverage)}
     * @param classes names, index 0 being the background
     */
    public List<ScoreRow> segmentation(List<SegmentationScores.Unit> units, List<String> classes) {
        List<ScoreRow> rows = new ArrayList<>();
        for (SegmentationScores.Unit unit : units) {
            Writer writer = new Writer(rows, "seg", unit.unit(), unit.images());
            writer.add("dice", unit.meanDice(), unit.dice(), classes);
            writer.add("iou", unit.meanIou(), unit.iou(), classes);
        }
        return rows;
    }

    /**
     * Rows per video: {@code accuracy}; {@code relaxed_accuracy} where asked for; and, as means
     * over the phases that occur and by phase, {@code macro_f1} and {@code f1}, {@code
     * macro_jaccard} and {@code jaccard}, {@code macro_precision} and {@code precision}, {@code
     * macro_recall} and {@code recall}. n is the number of frames.
     *
     * @param relaxed whether a tolerance was given, so that the relaxed accuracy says something
     */
    public List<ScoreRow> phases(
            List<PhaseScores.Video> videos, List<String> phases, boolean relaxed) {
        List<ScoreRow> rows = new ArrayList<>();
        for (PhaseScores.Video video : videos) {
            Writer writer = new Writer(rows, "phase", video.video(), video.frames());
            writer.add("accuracy", video.accuracy());
            if (relaxed) {
                writer.add("relaxed_accuracy", video.relaxedAccuracy());
            }
            writer.add("macro_f1", video.macroF1());
            writer.add("macro_jaccard", video.macroJaccard());
            writer.add("macro_precision", video.macroPrecision());
            writer.add("macro_recall", video.macroRecall());
            writer.add("f1", video.f1(), phases);
            writer.add("jaccard", video.jaccard(), phases);
            writer.add("precision", video.precision(), phases);
            writer.add("recall", video.recall(), phases);
        }
        return rows;
    }

    /**
     * Rows per video: {@code map}, {@code balanced_accuracy}, {@code roc_auc} and {@code brier} as
     * means over criteria; {@code all_criteria_balanced_accuracy}; and by criterion {@code ap},
     * {@code balanced_accuracy}, {@code roc_auc}, {@code brier}. n is the number of frames.
     */
    public List<ScoreRow> criteria(List<CriteriaScores.Unit> videos, List<String> criteria) {
        List<ScoreRow> rows = new ArrayList<>();
        for (CriteriaScores.Unit video : videos) {
            Writer writer = new Writer(rows, "cvs", video.unit(), video.frames());
            writer.add("map", video.map());
            writer.add("balanced_accuracy", video.balancedAccuracy());
            writer.add("roc_auc", video.rocAuc());
            writer.add("brier", video.brier());
            writer.add("all_criteria_balanced_accuracy", video.allBalancedAccuracy());
            for (int c = 0; c < criteria.size(); c++) {
                MultilabelScores.Criterion scores = video.criteria().get(c);
                writer.add("ap", criteria.get(c), scores.averagePrecision());
                writer.add("balanced_accuracy", criteria.get(c), scores.balancedAccuracy());
                writer.add("roc_auc", criteria.get(c), scores.rocAuc());
                writer.add("brier", criteria.get(c), scores.brier());
            }
        }
        return rows;
    }

    /** Appends the rows of one unit. */
    private final class Writer {
        private final List<ScoreRow> rows;
        private final String task;
        private final String unit;
        private final long n;

        Writer(List<ScoreRow> rows, String task, String unit, long n) {
            this.rows = rows;
            this.task = task;
            this.unit = unit;
            this.n = n;
        }

        void add(String metric, double value) {
            add(metric, ScoreRow.ALL, value);
        }

        void add(String metric, String label, double value) {
            rows.add(new ScoreRow(model, task, dataset, unit, metric, label, value, n));
        }

        void add(String metric, double[] values, List<String> labels) {
            if (values.length != labels.size()) {
                throw new IllegalArgumentException(
                        values.length
                                + " values of "
                                + metric
                                + " but "
                                + labels.size()
                                + " names");
            }
            for (int i = 0; i < values.length; i++) {
                add(metric, labels.get(i), values[i]);
            }
        }

        void add(String metric, double mean, double[] values, List<String> labels) {
            add(metric, mean);
            add(metric, values, labels);
        }
    }
}
