package org.surgenet.finetune;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.surgenet.common.Informing;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.report.HtmlPage;

/** Takes a task's outputs over a part of a data set, writes them, and scores them. */
abstract class TaskReport<S extends Sample> {
    final String model;
    final TaskKind task;
    private final List<ScoreRow> rows = new ArrayList<>();
    private final Informing charts = new Informing("charts and overlays");
    final Path output;
    final Dataset<S> dataset;

    TaskReport(String model, TaskKind task, Path output, Dataset<S> dataset) {
        this.model = model;
        this.task = task;
        this.output = output;
        this.dataset = dataset;
    }

    /** Takes the next item's output; items come in the data set's order. */
    abstract void add(Item<S> item, NetworkOutput output) throws IOException;

    /**
     * Writes predictions and plots, puts the scores over the whole part into {@code metrics} and
     * all there is to see onto {@code page}.
     */
    abstract void finish(ObjectNode metrics, HtmlPage page) throws IOException;

    /** How the scores are averaged, a sentence. */
    abstract String averaging();

    /** The rows of {@code scores.csv}; complete after {@link #finish}. */
    final List<ScoreRow> rows() {
        return rows;
    }

    final void row(String unit, String metric, String label, double value, long n) {
        rows.add(new ScoreRow(model, task.label(), dataset.name(), unit, metric, label, value, n));
    }

    /** Draws what is there to look at; scores and predictions do not depend on its success. */
    final void draw(Informing.Work work) {
        charts.run(work);
    }

    /** A score for people; a dash where missing. */
    static String show(double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.3f", value);
    }

    static Double orNull(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
