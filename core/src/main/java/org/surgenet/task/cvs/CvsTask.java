package org.surgenet.task.cvs;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.surgenet.common.Preset;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Classifier;
import org.surgenet.task.ClassWeights;
import org.surgenet.task.GivenPredictions;
import org.surgenet.task.InputSize;
import org.surgenet.task.Item;
import org.surgenet.task.Objective;
import org.surgenet.task.Occurrences;
import org.surgenet.task.PredictionSheet;
import org.surgenet.task.PredictionTable;
import org.surgenet.task.ReportRequest;
import org.surgenet.task.Task;
import org.surgenet.task.TaskNetwork;
import org.surgenet.task.TaskReport;

/** The criteria of the critical view of safety, each fulfilled or not (METHOD A.6). */
public final class CvsTask implements Task<CvsSample, CriteriaOutput> {
    /** Weights of fulfilled criteria in the loss. */
    public static final Setting<ClassWeights> CLASS_WEIGHTS =
            ClassWeights.setting(
                    "Weights of fulfilled criteria in the loss, separated by commas; balanced takes"
                            + " negative per positive votes of the training part");

    /** The evaluation of the validation part, from which thresholds are taken. */
    public static final Setting<Path> THRESHOLDS_FROM =
            Setting.of(
                    "thresholds-from",
                    Path.class,
                    "FILE.csv",
                    null,
                    "Fit each criterion's threshold on this probabilities.csv, from an evaluation"
                            + " of the validation part by the same model, and give the balanced"
                            + " accuracy at these thresholds too. Another model's file, or one"
                            + " with a scored video, is refused.");

    @Override
    public String id() {
        return "cvs";
    }

    @Override
    public String title() {
        return "the critical view of safety";
    }

    @Override
    public Help help() {
        return new Help(
                "Fine-tune a backbone for the three criteria of the critical view of safety.",
                "The targets are the fractions of raters who saw a criterion fulfilled, or their"
                        + " majority ({targets}). The epoch"
                        + " with the highest mean average precision on the validation videos,"
                        + " against the raters' majority, becomes model.safetensors. The same"
                        + " command again goes on where it stopped.",
                "finetune-cvs {data} endoscapes {format} endoscapes {weights}"
                        + " run1/backbone.safetensors {output} cvs1");
    }

    @Override
    public List<DatasetReader<CvsSample>> readers() {
        return List.of(new Endoscapes(), new EndoscapesCsv(), new CvsCsv());
    }

    @Override
    public List<Setting<?>> trainingSettings() {
        return List.of(CLASS_WEIGHTS, ClassWeights.FILE);
    }

    @Override
    public List<Setting<?>> scoringSettings() {
        return List.of(THRESHOLDS_FROM);
    }

    @Override
    public List<Preset> presets() {
        return Preset.of(CvsTask.class, "paper-unverified", "camma");
    }

    @Override
    public Setting<InputSize> size() {
        return InputSize.setting(399, 224);
    }

    @Override
    public TaskNetwork network(Backbone backbone, int classes) {
        Classifier model = new Classifier(backbone, classes);
        return new TaskNetwork(model, backbone, model::forward);
    }

    @Override
    public Objective<CvsSample, CriteriaOutput> objective(
            SettingValues values,
            Dataset<CvsSample> dataset,
            List<CvsSample> training,
            Supplier<Occurrences> occurrences) {
        return new CvsObjective(
                ClassWeights.of(values, CLASS_WEIGHTS)
                        .resolve(
                                dataset.classes(),
                                () ->
                                        CvsObjective.balancedWeights(
                                                dataset.classes().size(), training)));
    }

    @Override
    public List<CriteriaOutput> decode(NDArray logits) {
        int images = Math.toIntExact(logits.getShape().get(0));
        float[] all = logits.toFloatArray();
        int classes = all.length / images;
        List<CriteriaOutput> outputs = new ArrayList<>(images);
        for (int i = 0; i < images; i++) {
            double[] values = new double[classes];
            for (int c = 0; c < classes; c++) {
                values[c] = 1 / (1 + Math.exp(-all[i * classes + c]));
            }
            outputs.add(new CriteriaOutput(values));
        }
        return outputs;
    }

    @Override
    public boolean isMultilabel() {
        return true;
    }

    @Override
    public CriteriaOutput perfect(Item<CvsSample> item) {
        boolean[] target = CvsObjective.majority(item.sample());
        double[] probabilities = new double[target.length];
        for (int c = 0; c < target.length; c++) {
            probabilities[c] = target[c] ? 1 : 0;
        }
        return new CriteriaOutput(probabilities);
    }

    @Override
    public long[] occurrences(Item<CvsSample> item, int classes) {
        boolean[] target = CvsObjective.majority(item.sample());
        long[] counts = new long[classes];
        for (int c = 0; c < classes; c++) {
            counts[c] = target[c] ? 1 : 0;
        }
        return counts;
    }

    @Override
    public List<String> headline() {
        return List.of("map", "balanced_accuracy");
    }

    @Override
    public List<String> results() {
        return List.of("probabilities.csv", "predictions.csv");
    }

    @Override
    public TaskReport<CvsSample, CriteriaOutput> report(ReportRequest<CvsSample> request) {
        return new CvsReport(id(), request);
    }

    @Override
    public PredictionSheet<CriteriaOutput> sheet(PredictionSheet.Request request) {
        return new CriteriaSheet(request.classes());
    }

    @Override
    public Optional<GivenPredictions<CvsSample, CriteriaOutput>> given(
            Path predictions, String datasetName) {
        return PredictionTable.of(predictions)
                .filter(table -> !table.names().isEmpty())
                .map(table -> new PredictedCriteria(table, datasetName));
    }
}
