package org.surgenet.task.seg;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.opencv.core.Mat;
import org.surgenet.common.Preset;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.ClassMerges;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.metrics.DiceAverage;
import org.surgenet.metrics.EmptyScore;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.fpn.SegmentationModel;
import org.surgenet.task.ClassWeights;
import org.surgenet.task.GivenPredictions;
import org.surgenet.task.InputSize;
import org.surgenet.task.Item;
import org.surgenet.task.Losses;
import org.surgenet.task.Objective;
import org.surgenet.task.Occurrences;
import org.surgenet.task.PredictionSheet;
import org.surgenet.task.ReportRequest;
import org.surgenet.task.Task;
import org.surgenet.task.TaskNetwork;
import org.surgenet.task.TaskReport;

/** A class for every pixel, under SurgeNet's FPN decoder (METHOD A.2). */
public final class SegmentationTask implements Task<SegmentationSample, LabelMap> {
    /** The loss. */
    public static final Setting<SegmentationLoss> LOSS =
            Setting.of(
                    "loss",
                    SegmentationLoss.class,
                    "ce|dice|ce-dice|focal",
                    SegmentationLoss.CE,
                    "Loss of the labelled pixels: cross-entropy, one minus the soft Dice of the"
                            + " classes in a batch, both added, or the focal loss (default:"
                            + " {default}).");

    /** How far the focal loss goes. */
    public static final Setting<Double> FOCAL_GAMMA =
            Setting.of(
                    "focal-gamma",
                    Double.class,
                    "X",
                    2.0,
                    "Exponent of 1 - p in the focal loss, at least 1 (default: {default}).");

    /** Weights of the classes in the cross-entropy. */
    public static final Setting<ClassWeights> CLASS_WEIGHTS =
            ClassWeights.setting(
                    "Weights of the classes in the cross-entropy or focal loss, separated by"
                            + " commas; balanced takes"
                            + " them from the training part, so that all classes count the same");

    /** Over what Dice is averaged. */
    public static final Setting<DiceAverage> DICE_AVERAGE =
            Setting.of(
                    "dice-average",
                    DiceAverage.class,
                    "patient|image|dataset",
                    DiceAverage.PATIENT,
                    "Over what Dice is averaged; metrics.json has all three (default: {default}).");

    /** The Dice of an absent class. */
    public static final Setting<EmptyScore> EMPTY =
            Setting.of(
                    "empty",
                    EmptyScore.class,
                    "nan|one|zero",
                    EmptyScore.NAN,
                    "Dice of a class in neither target nor prediction; nan leaves it out (default:"
                            + " {default}).");

    /** The tolerance of the surface Dice, pixels. */
    public static final Setting<Double> SURFACE_TOLERANCE =
            Setting.of(
                    "surface-tolerance",
                    Double.class,
                    "PX",
                    null,
                    "Measure outlines too: HD95 and average distance in pixels, and the surface"
                            + " Dice (NSD) at this tolerance, per class, image and patient. A"
                            + " class in only one of target and prediction is as far as the"
                            + " image's diagonal (default: not measured).");

    /** Frames of a stretch whose steadiness is scored. */
    public static final Setting<Integer> VIDEO_CONSISTENCY =
            Setting.of(
                    "video-consistency",
                    Integer.class,
                    "N",
                    0,
                    "Also score how steady masks are over N consecutive frames: of the pixels whose"
                            + " target keeps its class, the fraction that is predicted right in all"
                            + " N (VC of VSPW, there with 8 and 16); 0 leaves it out (default:"
                            + " {default}).");

    @Override
    public String id() {
        return "seg";
    }

    @Override
    public String title() {
        return "segmentation";
    }

    @Override
    public Help help() {
        return new Help(
                "Fine-tune a backbone for segmentation, under SurgeNet's FPN decoder.",
                "The epoch with the highest Dice on the validation patients (pixels summed per"
                        + " patient and class, background left out) becomes model.safetensors. The"
                        + " same command again goes on where it stopped.",
                "finetune-seg {data} CholecSeg8k {format} cholecseg8k {weights}"
                        + " run1/backbone.safetensors {output} seg1");
    }

    @Override
    public List<DatasetReader<SegmentationSample>> readers() {
        return List.of(new CholecSeg8k(), new MaskFolders(), new Coco());
    }

    @Override
    public boolean mergesClasses() {
        return true;
    }

    @Override
    public Optional<SegmentationSample> merged(SegmentationSample sample, ClassMerges merges) {
        if (merges.of(0) == ClassMerges.IGNORED) {
            throw new UserException(
                    merges.file()
                            + ": ignores the background, without which the next class would count"
                            + " as background");
        }
        return Optional.of(
                new SegmentationSample(
                        sample.name(),
                        sample.image(),
                        sample.mask(),
                        sample.patient(),
                        sample.video(),
                        sample.timeSeconds(),
                        new MergedLabels(sample.labels(), merges)));
    }

    @Override
    public List<Setting<?>> trainingSettings() {
        return List.of(LOSS, FOCAL_GAMMA, CLASS_WEIGHTS, ClassWeights.FILE);
    }

    @Override
    public List<Setting<?>> scoringSettings() {
        return List.of(DICE_AVERAGE, EMPTY, SURFACE_TOLERANCE, VIDEO_CONSISTENCY);
    }

    @Override
    public List<Preset> presets() {
        return Preset.of(SegmentationTask.class, "paper-unverified", "endovit");
    }

    @Override
    public Setting<InputSize> size() {
        return InputSize.setting(256, 256);
    }

    @Override
    public TaskNetwork network(Backbone backbone, int classes) {
        SegmentationModel model = new SegmentationModel(backbone, classes);
        return new TaskNetwork(model, backbone, model::forward);
    }

    @Override
    public Optional<Mat> labels(SegmentationSample sample) {
        return Optional.of(sample.labels().read(sample.mask()));
    }

    @Override
    public Objective<SegmentationSample, LabelMap> objective(
            SettingValues values,
            Dataset<SegmentationSample> dataset,
            List<SegmentationSample> training,
            Supplier<Occurrences> occurrences) {
        SegmentationLoss loss = values.get(LOSS);
        boolean focal = loss == SegmentationLoss.FOCAL;
        double gamma = values.get(FOCAL_GAMMA);
        if (!focal && gamma != FOCAL_GAMMA.defaultValue()) {
            throw SettingException.about(FOCAL_GAMMA.key(), " is for the loss focal alone");
        }
        if (!(gamma >= 1) || Double.isInfinite(gamma)) {
            throw new SettingException(FOCAL_GAMMA.key(), gamma, "must be at least 1");
        }
        ClassWeights weights = ClassWeights.of(values, CLASS_WEIGHTS);
        if (loss == SegmentationLoss.DICE && weights.mode() != ClassWeights.Mode.NONE) {
            throw SettingException.about(
                    ClassWeights.KEY, " weigh a cross-entropy, which the loss dice has not");
        }
        return new SegmentationObjective(
                new Losses.PixelTerms(
                        loss != SegmentationLoss.DICE,
                        loss == SegmentationLoss.DICE || loss == SegmentationLoss.CE_DICE,
                        focal ? gamma : 0,
                        weights.resolve(
                                dataset.classes(), () -> occurrences.get().balancedWeights())),
                dataset.classes().size());
    }

    @Override
    public List<LabelMap> decode(NDArray logits) {
        int images = Math.toIntExact(logits.getShape().get(0));
        NDArray labels = logits.argMax(1); // (B, H, W)
        labels = Arrays.then(labels, labels.toType(DataType.UINT8, false));
        byte[] all = labels.toByteArray();
        labels.close();
        int size = all.length / images;
        List<LabelMap> maps = new ArrayList<>(images);
        for (int i = 0; i < images; i++) {
            byte[] one = new byte[size];
            System.arraycopy(all, i * size, one, 0, size);
            maps.add(new LabelMap(one));
        }
        return maps;
    }

    @Override
    public LabelMap perfect(Item<SegmentationSample> item) {
        byte[] labels = item.labels().clone();
        for (int i = 0; i < labels.length; i++) {
            if ((labels[i] & 0xFF) == Item.IGNORE) {
                labels[i] = 0;
            }
        }
        return new LabelMap(labels);
    }

    @Override
    public long[] occurrences(Item<SegmentationSample> item, int classes) {
        long[] counts = new long[classes];
        for (byte label : item.labels()) {
            if ((label & 0xFF) != Item.IGNORE) {
                counts[label & 0xFF]++;
            }
        }
        return counts;
    }

    @Override
    public List<String> headline() {
        return List.of("dice", "iou");
    }

    @Override
    public List<String> results() {
        return List.of("counts.csv", "predictions", "overlays", "worst");
    }

    @Override
    public TaskReport<SegmentationSample, LabelMap> report(
            ReportRequest<SegmentationSample> request) {
        return new SegmentationReport(id(), request);
    }

    @Override
    public PredictionSheet<LabelMap> sheet(PredictionSheet.Request request) {
        return new MaskSheet(request);
    }

    @Override
    public Optional<GivenPredictions<SegmentationSample, LabelMap>> given(
            Path predictions, String datasetName) {
        return Files.isDirectory(predictions)
                ? Optional.of(new PredictedMasks(predictions))
                : Optional.empty();
    }
}
