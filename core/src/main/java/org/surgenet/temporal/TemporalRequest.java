package org.surgenet.temporal;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Optional;
import org.surgenet.common.Json;
import org.surgenet.common.SettingException;
import org.surgenet.dataset.SplitName;
import org.surgenet.metrics.Timing;
import org.surgenet.nn.tcn.FrameWise;
import org.surgenet.nn.tcn.MsTcn;
import org.surgenet.nn.tcn.TeCno;
import org.surgenet.nn.tcn.TemporalHead;
import org.surgenet.train.TrainingLoop;

/**
 * What to train on which features.
 *
 * @param data the features and their split
 * @param model the head
 * @param learning how it is trained
 * @param predicting what is predicted with it
 * @param running where and how
 */
public record TemporalRequest(
        Data data,
        Model model,
        HeadKind.Learning learning,
        Predicting predicting,
        Running running) {
    /** Dilations beyond this would pass over any operation. */
    private static final int MAX_LAYERS = 20;

    private static final String STAGES = "stages";

    /**
     * @param features file of features, or the directory that {@code embed} wrote
     * @param splitFile null for that of the features, or a drawn one
     * @param splitSeed of a drawn split; null for the usual one
     */
    public record Data(Path features, Path splitFile, Long splitSeed) {}

    /**
     * @param timing which frames a prediction may rest on; for {@link HeadKind#LINEAR} that of its
     *     smoothing
     */
    public record Model(HeadKind head, Timing timing, HeadKind.Shape shape) {}

    /**
     * @param part of the split
     * @param window of the mode filter over predictions, frames; 1 for none
     */
    public record Predicting(SplitName part, int window) {}

    /** Where and how. */
    public record Running(
            Path output,
            boolean overwrite,
            long seed,
            Device device,
            TrainingLoop.Keeping keeping,
            String version) {}

    /**
     * @throws SettingException about the first setting that makes no sense
     */
    public TemporalRequest {
        HeadKind.Shape shape = model.shape;
        atLeastOne(STAGES, shape.stages());
        atLeastOne("maps", shape.maps());
        layers("layers", shape.layers());
        layers("generation-layers", shape.generationLayers());
        atLeastOne("epochs", learning.epochs());
        atLeastOne("smooth", predicting.window);
        if (!(learning.lr() > 0 && Double.isFinite(learning.lr()))) {
            throw new SettingException("lr", learning.lr(), "must be positive");
        }
        if (!(learning.smoothing() >= 0 && Double.isFinite(learning.smoothing()))) {
            throw new SettingException(
                    "smoothing-weight", learning.smoothing(), "must not be negative");
        }
        if (model.timing == Timing.OFFLINE && predicting.window % 2 == 0) {
            throw new SettingException(
                    "smooth",
                    predicting.window,
                    "must be odd, because offline the frame is in the middle of its window");
        }
        if (predicting.part == SplitName.TRAIN) {
            throw new SettingException(
                    "split-name",
                    "train",
                    "must be val or test, because the head learns from train");
        }
    }

    private static void atLeastOne(String key, int value) {
        if (value < 1) {
            throw new SettingException(key, value, "must be at least 1");
        }
    }

    private static void layers(String key, int value) {
        if (value < 1 || value > MAX_LAYERS) {
            throw new SettingException(key, value, "must be 1 to " + MAX_LAYERS);
        }
    }

    /** A head without values. */
    TemporalHead network(int features, int classes) {
        HeadKind.Shape s = model.shape;
        boolean causal = model.timing == Timing.ONLINE;
        return switch (model.head) {
            case TECNO -> new TeCno(s.stages(), s.layers(), s.maps(), features, classes, causal);
            case MSTCN ->
                    new MsTcn(
                            s.stages() - 1,
                            s.generationLayers(),
                            s.layers(),
                            s.maps(),
                            features,
                            classes,
                            causal);
            case LINEAR -> new FrameWise(features, classes);
        };
    }

    /** Which frames the predictions rest on; empty if each rests on its frame alone. */
    public Optional<Timing> timing() {
        return model.head == HeadKind.LINEAR && predicting.window == 1
                ? Optional.empty()
                : Optional.of(model.timing);
    }

    /** The settings that decide the trained head; a resumed run must share them. */
    ObjectNode decisive() {
        ObjectNode settings = Json.object().put("head", model.head.label());
        if (model.head != HeadKind.LINEAR) {
            settings.put(Timing.COLUMN, model.timing.label())
                    .put(STAGES, model.shape.stages())
                    .put("layers", model.shape.layers())
                    .put("maps", model.shape.maps());
        }
        if (model.head == HeadKind.MSTCN) {
            settings.put("generation_layers", model.shape.generationLayers());
        }
        return settings.put("epochs", learning.epochs())
                .put("lr", learning.lr())
                .put("smoothing_weight", learning.smoothing())
                .put("class_weights", learning.weights().name())
                .put("seed", running.seed);
    }
}
