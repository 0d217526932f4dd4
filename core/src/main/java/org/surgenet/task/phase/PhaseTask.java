package org.surgenet.task.phase;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.surgenet.common.Preset;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.dataset.ClassMerges;
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

/** The surgical phase that a frame belongs to, under the backbone's own head (METHOD A.3). */
public final class PhaseTask implements Task<PhaseSample, PhaseOutput> {
    /** Weights of the phases in the loss. */
    public static final Setting<ClassWeights> CLASS_WEIGHTS =
            ClassWeights.setting(
                    "Weights of the phases in the loss, separated by commas; balanced takes them"
                            + " from the training part, so that all phases count the same");

    /** Which score decides which epoch is kept. */
    public static final Setting<PhaseMetric> BEST_BY =
            Setting.of(
                    "best-by",
                    PhaseMetric.class,
                    "accuracy|macro-f1",
                    PhaseMetric.ACCURACY,
                    "Score of the validation videos, a mean over videos, that decides which epoch"
                            + " is kept (default: {default}).");

    /** Frames around each change of phase where either phase is right. */
    public static final Setting<Integer> RELAXED_BOUNDARIES =
            Setting.of(
                    "relaxed-boundaries",
                    Integer.class,
                    "N",
                    0,
                    "Also give the accuracy where up to N frames before and after each change of"
                        + " phase either phase is right; 0 leaves it out (default: {default}).");

    @Override
    public String id() {
        return "phase";
    }

    @Override
    public String title() {
        return "surgical phases";
    }

    @Override
    public Help help() {
        return new Help(
                "Fine-tune a backbone for surgical phases, frame by frame, under its own head.",
                "Frames find their label by their time, so they need the frames.csv that"
                        + " extract-frames writes. The epoch that scores highest on the validation"
                        + " videos becomes model.safetensors. The same command again goes on where"
                        + " it stopped.",
                "finetune-phase {data} cholec80 {format} cholec80 {weights}"
                        + " run1/backbone.safetensors {output} phase1");
    }

    @Override
    public List<DatasetReader<PhaseSample>> readers() {
        return PhaseReader.ALL;
    }

    @Override
    public boolean mergesClasses() {
        return true;
    }

    @Override
    public Optional<PhaseSample> merged(PhaseSample sample, ClassMerges merges) {
        int phase = merges.of(sample.phase());
        return phase == ClassMerges.IGNORED
                ? Optional.empty()
                : Optional.of(
                        new PhaseSample(
                                sample.name(),
                                sample.image(),
                                sample.patient(),
                                sample.video(),
                                sample.timeSeconds(),
                                phase));
    }

    @Override
    public List<Setting<?>> trainingSettings() {
        return List.of(CLASS_WEIGHTS, ClassWeights.FILE, BEST_BY);
    }

    @Override
    public List<Setting<?>> scoringSettings() {
        return List.of(RELAXED_BOUNDARIES);
    }

    @Override
    public List<Preset> presets() {
        return Preset.of(PhaseTask.class, "paper-unverified");
    }

    @Override
    public Setting<InputSize> size() {
        return InputSize.setting(256, 256);
    }

    @Override
    public TaskNetwork network(Backbone backbone, int classes) {
        Classifier model = new Classifier(backbone, classes);
        return new TaskNetwork(model, backbone, model::forward);
    }

    @Override
    public Objective<PhaseSample, PhaseOutput> objective(
            SettingValues values,
            Dataset<PhaseSample> dataset,
            List<PhaseSample> training,
            Supplier<Occurrences> occurrences) {
        return new PhaseObjective(
                values.get(BEST_BY),
                ClassWeights.of(values, CLASS_WEIGHTS)
                        .resolve(dataset.classes(), () -> occurrences.get().balancedWeights()),
                dataset.classes().size());
    }

    @Override
    public List<PhaseOutput> decode(NDArray logits) {
        int images = Math.toIntExact(logits.getShape().get(0));
        float[] all = logits.toFloatArray();
        int classes = all.length / images;
        List<PhaseOutput> outputs = new ArrayList<>(images);
        for (int i = 0; i < images; i++) {
            outputs.add(PhaseOutput.of(softmax(all, i * classes, classes)));
        }
        return outputs;
    }

    private static double[] softmax(float[] logits, int from, int classes) {
        double highest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            highest = Math.max(highest, logits[from + c]);
        }
        double sum = 0;
        double[] y = new double[classes];
        for (int c = 0; c < classes; c++) {
            y[c] = Math.exp(logits[from + c] - highest);
            sum += y[c];
        }
        for (int c = 0; c < classes; c++) {
            y[c] /= sum;
        }
        return y;
    }

    @Override
    public PhaseOutput perfect(Item<PhaseSample> item) {
        return new PhaseOutput(item.sample().phase(), new double[0]);
    }

    @Override
    public long[] occurrences(Item<PhaseSample> item, int classes) {
        long[] counts = new long[classes];
        counts[item.sample().phase()] = 1;
        return counts;
    }

    @Override
    public List<String> headline() {
        return List.of("accuracy", "macro_f1");
    }

    @Override
    public List<String> results() {
        return List.of("counts.csv", "predictions.csv", "ribbons");
    }

    @Override
    public TaskReport<PhaseSample, PhaseOutput> report(ReportRequest<PhaseSample> request) {
        return new PhaseReport(id(), request);
    }

    @Override
    public PredictionSheet<PhaseOutput> sheet(PredictionSheet.Request request) {
        return new PhaseSheet(request.classes());
    }

    @Override
    public Optional<GivenPredictions<PhaseSample, PhaseOutput>> given(
            Path predictions, String datasetName) {
        return PredictionTable.of(predictions)
                .filter(table -> table.has(PredictedPhases.PREDICTION))
                .map(table -> new PredictedPhases(table, datasetName));
    }
}
