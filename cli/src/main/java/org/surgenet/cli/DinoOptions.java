package org.surgenet.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.surgenet.cli.SurgenetCommand.Adapted;
import org.surgenet.pretrain.PretrainRequest;
import picocli.CommandLine.Option;

/** DINO's hyperparameters, under DINO's names; the defaults are those of its main_dino.py. */
final class DinoOptions {
    @Option(
            names = "--epochs",
            defaultValue = "100",
            paramLabel = "N",
            description = "Passes over the frames (default: ${DEFAULT-VALUE}).")
    int epochs;

    @Option(
            names = "--batch-size",
            defaultValue = "64",
            paramLabel = "N",
            description =
                    "Frames per optimization step, over all processes and micro-batches (default:"
                            + " ${DEFAULT-VALUE}).")
    int batchSize;

    @Option(
            names = "--accumulate",
            defaultValue = "1",
            paramLabel = "N",
            description =
                    "Gradient accumulation: split each step into N micro-batches to save memory;"
                            + " loss and centre stay those of the whole batch (default:"
                            + " ${DEFAULT-VALUE}).")
    int accumulate;

    @Option(
            names = "--lr",
            defaultValue = "5e-4",
            paramLabel = "X",
            description =
                    "Peak learning rate for a batch size of 256, scaled linearly with --batch-size"
                            + " (default: ${DEFAULT-VALUE}).")
    double lr;

    @Option(
            names = "--min-lr",
            defaultValue = "1e-6",
            paramLabel = "X",
            description =
                    "Learning rate at the end of the cosine schedule (default: ${DEFAULT-VALUE}).")
    double minLr;

    @Option(
            names = "--warmup-epochs",
            defaultValue = "10",
            paramLabel = "N",
            description =
                    "Epochs of linear learning-rate warm-up (default: ${DEFAULT-VALUE}; a tenth of"
                            + " --epochs where these are fewer).")
    int warmupEpochs;

    @Option(
            names = "--weight-decay",
            defaultValue = "0.04",
            paramLabel = "X",
            description = "Weight decay at the start (default: ${DEFAULT-VALUE}).")
    double weightDecay;

    @Option(
            names = "--weight-decay-end",
            defaultValue = "0.4",
            paramLabel = "X",
            description = "Weight decay at the end (default: ${DEFAULT-VALUE}).")
    double weightDecayEnd;

    @Option(
            names = "--clip-grad",
            defaultValue = "3.0",
            paramLabel = "X",
            description =
                    "Clip the gradient of each parameter to this norm; 0 = no clipping (default:"
                            + " ${DEFAULT-VALUE}).")
    double clipGrad;

    @Option(
            names = "--freeze-last-layer",
            defaultValue = "1",
            paramLabel = "N",
            description =
                    "Freeze the head's last layer for the first N epochs (default:"
                            + " ${DEFAULT-VALUE}; 0 where --epochs are not more).")
    int freezeLastLayer;

    @Option(
            names = "--momentum-teacher",
            defaultValue = "0.996",
            paramLabel = "X",
            description =
                    "Momentum of the teacher at the start; it rises to 1 (default:"
                            + " ${DEFAULT-VALUE}).")
    double momentumTeacher;

    @Option(
            names = "--warmup-teacher-temp",
            defaultValue = "0.04",
            paramLabel = "X",
            description =
                    "Temperature of the teacher at the start of its warm-up (default:"
                            + " ${DEFAULT-VALUE}).")
    double warmupTeacherTemp;

    @Option(
            names = "--teacher-temp",
            defaultValue = "0.04",
            paramLabel = "X",
            description =
                    "Temperature of the teacher after its warm-up; lower is sharper (default:"
                            + " ${DEFAULT-VALUE}).")
    double teacherTemp;

    @Option(
            names = "--warmup-teacher-temp-epochs",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Epochs over which the teacher's temperature warms up (default:"
                            + " ${DEFAULT-VALUE}).")
    int warmupTeacherTempEpochs;

    @Option(
            names = "--student-temp",
            defaultValue = "0.1",
            paramLabel = "X",
            description = "Temperature of the student (default: ${DEFAULT-VALUE}).")
    double studentTemp;

    @Option(
            names = "--center-momentum",
            defaultValue = "0.9",
            paramLabel = "X",
            description =
                    "Momentum of the running mean that centres the teacher's output (default:"
                            + " ${DEFAULT-VALUE}).")
    double centreMomentum;

    @Option(
            names = "--koleo",
            defaultValue = "0",
            paramLabel = "X",
            description =
                    "Weight of DINOv2's KoLeo regularizer, which spreads the features of a"
                            + " micro-batch and so counters dimensional collapse; 0 = none, as in"
                            + " DINO; DINOv2 uses 0.1 (default: ${DEFAULT-VALUE}).")
    double koleo;

    /** What replaces defaults and presets that do not fit {@code --epochs}. */
    Map<String, Adapted> adapted(Predicate<String> free) {
        Map<String, Adapted> values = new LinkedHashMap<>();
        String reason = "--epochs is " + epochs;
        if (warmupEpochs > epochs && free.test("warmup-epochs")) {
            // DINO's proportion, 10 of 100.
            long tenth = Math.round(epochs / 10.0);
            values.put("warmup-epochs", new Adapted(Long.toString(tenth), reason));
        }
        if (freezeLastLayer > 0 && freezeLastLayer >= epochs && free.test("freeze-last-layer")) {
            // It would never learn.
            values.put("freeze-last-layer", new Adapted("0", reason));
        }
        if (warmupTeacherTempEpochs > epochs && free.test("warmup-teacher-temp-epochs")) {
            values.put("warmup-teacher-temp-epochs", new Adapted(Integer.toString(epochs), reason));
        }
        return values;
    }

    PretrainRequest.Optimisation optimisation() {
        return PretrainRequest.Optimisation.builder()
                .epochs(epochs)
                .batchSize(batchSize)
                .accumulate(accumulate)
                .lr(lr)
                .minLr(minLr)
                .warmupEpochs(warmupEpochs)
                .weightDecay(weightDecay)
                .weightDecayEnd(weightDecayEnd)
                .clipGrad(clipGrad)
                .build();
    }

    PretrainRequest.Distillation distillation() {
        return PretrainRequest.Distillation.builder()
                .freezeLastLayer(freezeLastLayer)
                .momentumTeacher(momentumTeacher)
                .warmupTeacherTemp(warmupTeacherTemp)
                .teacherTemp(teacherTemp)
                .warmupTeacherTempEpochs(warmupTeacherTempEpochs)
                .studentTemp(studentTemp)
                .centreMomentum(centreMomentum)
                .koleo(koleo)
                .build();
    }
}
