package org.surgenet.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Classifier;
import org.surgenet.nn.Module;
import org.surgenet.nn.fpn.SegmentationModel;
import org.surgenet.nn.zoo.Backbones;

/** A backbone with what its task puts on top. */
final class TaskNetwork {
    private final TaskKind kind;
    private final Module module;
    private final Backbone backbone;
    private final UnaryOperator<NDArray> forward;

    private TaskNetwork(
            TaskKind kind, Module module, Backbone backbone, UnaryOperator<NDArray> forward) {
        this.kind = kind;
        this.module = module;
        this.backbone = backbone;
        this.forward = forward;
    }

    /** A network without values. */
    static TaskNetwork create(TaskKind kind, String backboneId, int classes) {
        Backbone backbone = Backbones.create(backboneId);
        if (kind == TaskKind.SEG) {
            SegmentationModel model = new SegmentationModel(backbone, classes);
            return new TaskNetwork(kind, model, backbone, model::forward);
        }
        Classifier model = new Classifier(backbone, classes);
        return new TaskNetwork(kind, model, backbone, model::forward);
    }

    /**
     * Checks an input size before anything is computed with it.
     *
     * @throws org.surgenet.common.UserException if the task cannot take it
     */
    static void requireSize(TaskKind kind, InputSize size) {
        if (kind == TaskKind.SEG) {
            SegmentationModel.requireSize(size.height(), size.width());
        }
    }

    Module module() {
        return module;
    }

    Backbone backbone() {
        return backbone;
    }

    /** The parameters' arrays by key. */
    Map<String, NDArray> arrays() {
        return module.arrays();
    }

    /**
     * Normalised images (B, 3, H, W) to logits: (B, K, H, W) for segmentation, otherwise (B, K).
     */
    NDArray forward(NDArray images) {
        return forward.apply(images);
    }

    /** What logits mean, image by image; they stay open. */
    List<NetworkOutput> decode(NDArray logits) {
        int images = Math.toIntExact(logits.getShape().get(0));
        List<NetworkOutput> outputs = new ArrayList<>(images);
        if (kind == TaskKind.SEG) {
            NDArray labels = logits.argMax(1); // (B, H, W)
            labels = Arrays.then(labels, labels.toType(DataType.UINT8, false));
            byte[] all = labels.toByteArray();
            labels.close();
            int size = all.length / images;
            for (int i = 0; i < images; i++) {
                byte[] one = new byte[size];
                System.arraycopy(all, i * size, one, 0, size);
                outputs.add(new NetworkOutput.LabelMap(one));
            }
            return outputs;
        }
        float[] all = logits.toFloatArray();
        int classes = all.length / images;
        for (int i = 0; i < images; i++) {
            double[] values = new double[classes];
            for (int c = 0; c < classes; c++) {
                values[c] = all[i * classes + c];
            }
            outputs.add(
                    new NetworkOutput.Probabilities(
                            kind == TaskKind.PHASE ? softmax(values) : sigmoid(values)));
        }
        return outputs;
    }

    private static double[] softmax(double[] x) {
        double highest = Double.NEGATIVE_INFINITY;
        for (double value : x) {
            highest = Math.max(highest, value);
        }
        double sum = 0;
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.exp(x[i] - highest);
            sum += y[i];
        }
        for (int i = 0; i < x.length; i++) {
            y[i] /= sum;
        }
        return y;
    }

    private static double[] sigmoid(double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = 1 / (1 + Math.exp(-x[i]));
        }
        return y;
    }
}
