package org.surgenet.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.common.Informing;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.Timing;
import org.surgenet.report.HtmlPage;

/**
 * Takes a task's outputs over a part of a data set, writes them, and scores them.
 *
 * @param <S> the samples
 * @param <O> what is said of one picture
 */
public abstract class TaskReport<S extends Sample, O> {
    private final String task;
    private final ReportRequest<S> request;
    private final List<ScoreRow> rows = new ArrayList<>();
    private Optional<Timing> timing = Optional.empty();
    private final Informing charts = new Informing("charts and overlays");

    protected TaskReport(String task, ReportRequest<S> request) {
        this.task = task;
        this.request = request;
    }

    /** Takes the next item's output; items come in the data set's order. */
    public abstract void add(Item<S> item, O output) throws IOException;

    /**
     * Writes predictions and plots, puts the scores over the whole part into {@code metrics} and
     * all there is to see onto {@code page}.
     */
    public abstract void finish(ObjectNode metrics, HtmlPage page) throws IOException;

    /** How the scores are averaged, a sentence. */
    public abstract String averaging();

    /** The rows of {@code scores.csv}; complete after {@link #finish}. */
    public final List<ScoreRow> rows() {
        return rows;
    }

    /** Says, before the first item, which frames the predictions rest on; empty at first. */
    public final void setTiming(Optional<Timing> timing) {
        this.timing = timing;
    }

    /** Which frames the predictions rest on; empty for each frame alone, or where unknown. */
    protected final Optional<Timing> timing() {
        return timing;
    }

    protected final ReportRequest<S> request() {
        return request;
    }

    protected final String model() {
        return request.model();
    }

    protected final String task() {
        return task;
    }

    protected final Dataset<S> dataset() {
        return request.dataset();
    }

    /** A file or folder of the report. */
    protected final Path file(String name) {
        return request.output().resolve(name);
    }

    protected final void row(String unit, String metric, String label, double value, long n) {
        rows.add(
                new ScoreRow(model(), task, dataset().name(), unit, metric, label, value, n)
                        .with(timing));
    }

    /** Draws what is there to look at; scores and predictions do not depend on its success. */
    protected final void draw(Informing.Work work) {
        charts.run(work);
    }

    /** A score for people; a dash where missing. */
    public static String show(double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.3f", value);
    }

    protected static Double orNull(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
