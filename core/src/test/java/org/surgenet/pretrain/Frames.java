package org.surgenet.pretrain;

import ai.djl.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.opencv.core.Mat;
import org.surgenet.common.CounterRandom;
import org.surgenet.image.Images;
import org.surgenet.nn.Precision;
import org.surgenet.train.TrainingLoop;

/** Drawn frames and small requests for the tests of this package. */
public final class Frames {
    private static final int WIDTH = 128;
    private static final int HEIGHT = 96;
    private static final int PHASES = 7;

    private Frames() {}

    public record Labelled(Path path, String video, String phase) {}

    /** {@code perVideo} drawn frames of each of {@code videos}, evenly over all phases. */
    public static List<Labelled> draw(Path folder, int videos, int perVideo) throws Exception {
        List<Labelled> frames = new ArrayList<>();
        Files.createDirectories(folder);
        for (int v = 1; v <= videos; v++) {
            CounterRandom random = CounterRandom.of(11, v);
            double[] tint = {
                random.uniform(0.6, 1), random.uniform(0.2, 0.6), random.uniform(0.2, 0.5)
            };
            String video = String.format(Locale.ROOT, "video%02d", v);
            for (int i = 0; i < perVideo; i++) {
                int phase = i * PHASES / perVideo;
                byte[] rgb = paint(tint, phase, random);
                Path file = folder.resolve(video + "_" + i + ".jpg");
                Mat mat = Images.ofRgbBytes(rgb, WIDTH, HEIGHT);
                Images.writeJpeg(file, mat, 92);
                mat.release();
                frames.add(new Labelled(file, video, "phase" + phase));
            }
        }
        return frames;
    }

    /** Lit, textured ground of the video's colour, and a bar that leans as the phase has it. */
    private static byte[] paint(double[] tint, int phase, CounterRandom random) {
        double[] wave = new double[8];
        for (int k = 0; k < wave.length; k++) {
            wave[k] = random.nextDouble();
        }
        double lean = Math.PI * phase / PHASES;
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        for (int j = 0; j < HEIGHT; j++) {
            for (int i = 0; i < WIDTH; i++) {
                double x = (i - WIDTH / 2.0) / HEIGHT + 0.4 * (wave[0] - 0.5);
                double y = (j - HEIGHT / 2.0) / HEIGHT + 0.4 * (wave[1] - 0.5);
                double texture =
                        Math.sin(20 * wave[2] * x + 30 * wave[3] * y + 6 * wave[4])
                                * Math.sin(60 * wave[5] * y - 40 * wave[6] * x + 6 * wave[7]);
                double light = (0.75 + 0.25 * texture) / (1 + x * x + y * y);
                boolean bar = Math.abs(x * Math.sin(lean) - y * Math.cos(lean)) < 0.05;
                for (int c = 0; c < 3; c++) {
                    rgb[3 * (j * WIDTH + i) + c] = (byte) (255 * light * (bar ? 0.8 : tint[c]));
                }
            }
        }
        return rgb;
    }

    /** A request for the test network, small enough for seconds. */
    public static PretrainRequest request(
            List<Path> frames, Path output, int epochs, int batch, int accumulate) {
        return request(frames, output, epochs, batch, accumulate, 0, 1);
    }

    public static PretrainRequest request(
            List<Path> frames,
            Path output,
            int epochs,
            int batch,
            int accumulate,
            int checkpointEvery,
            int workers) {
        return new PretrainRequest(
                frames,
                output,
                false,
                new PretrainRequest.Model(
                        "caformer_test",
                        256,
                        true,
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Precision.FP32),
                new PretrainRequest.Crops(64, 32, 2, 0.4, 1, 0.05, 0.4, true),
                new PretrainRequest.Optimisation(
                        epochs,
                        batch,
                        accumulate,
                        0.02,
                        1e-6,
                        1,
                        0.04,
                        0.4,
                        3,
                        1,
                        0.99,
                        0.04,
                        0.04,
                        0,
                        0.1,
                        0.9),
                new PretrainRequest.Running(
                        3,
                        workers,
                        Device.cpu(),
                        new TrainingLoop.Keeping(checkpointEvery, 1, 0, 0.1),
                        Optional.empty(),
                        1));
    }

    /** Four epochs that bring the loss down. */
    public static PretrainRequest learning(List<Path> frames, Path output) {
        return new PretrainRequest(
                frames,
                output,
                false,
                new PretrainRequest.Model(
                        "caformer_test",
                        64,
                        true,
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Precision.FP32),
                new PretrainRequest.Crops(64, 32, 2, 0.4, 1, 0.1, 0.4, true),
                new PretrainRequest.Optimisation(
                        4, 16, 1, 0.005, 1e-6, 1, 0.04, 0.04, 3, 1, 0.996, 0.02, 0.02, 0, 0.1,
                        0.98),
                new PretrainRequest.Running(
                        3,
                        1,
                        Device.cpu(),
                        new TrainingLoop.Keeping(0, 1, 0, 0.1),
                        Optional.empty(),
                        1));
    }

    public static PretrainRequest withMaxBadFraction(PretrainRequest request, double fraction) {
        PretrainRequest.Running r = request.running();
        return with(
                request,
                request.model(),
                request.optimisation(),
                new PretrainRequest.Running(
                        r.seed(),
                        r.workers(),
                        r.device(),
                        new TrainingLoop.Keeping(
                                r.keeping().checkpointEverySteps(),
                                r.keeping().keepLast(),
                                r.keeping().keepEveryEpochs(),
                                fraction),
                        r.knnProbe(),
                        r.knnEveryEpochs()));
    }

    public static PretrainRequest withPrecision(PretrainRequest request, Precision precision) {
        PretrainRequest.Model m = request.model();
        return with(
                request,
                new PretrainRequest.Model(
                        m.backbone(),
                        m.outDim(),
                        m.normLastLayer(),
                        m.weights(),
                        m.allowPartial(),
                        m.continued(),
                        precision),
                request.optimisation(),
                request.running());
    }

    private static PretrainRequest with(
            PretrainRequest request,
            PretrainRequest.Model model,
            PretrainRequest.Optimisation optimisation,
            PretrainRequest.Running running) {
        return new PretrainRequest(
                request.frames(),
                request.output(),
                request.overwrite(),
                model,
                request.crops(),
                optimisation,
                running);
    }

    public static PretrainRequest withLr(PretrainRequest request, double lr) {
        PretrainRequest.Optimisation o = request.optimisation();
        return with(
                request,
                request.model(),
                new PretrainRequest.Optimisation(
                        o.epochs(),
                        o.batchSize(),
                        o.accumulate(),
                        lr,
                        o.minLr(),
                        o.warmupEpochs(),
                        o.weightDecay(),
                        o.weightDecayEnd(),
                        o.clipGrad(),
                        o.freezeLastLayer(),
                        o.momentumTeacher(),
                        o.warmupTeacherTemp(),
                        o.teacherTemp(),
                        o.warmupTeacherTempEpochs(),
                        o.studentTemp(),
                        o.centreMomentum()),
                request.running());
    }

    public static PretrainRequest withSchedules(
            PretrainRequest request,
            double weightDecay,
            double weightDecayEnd,
            double warmupTeacherTemp,
            double teacherTemp,
            int warmupTeacherTempEpochs) {
        PretrainRequest.Optimisation o = request.optimisation();
        return with(
                request,
                request.model(),
                new PretrainRequest.Optimisation(
                        o.epochs(),
                        o.batchSize(),
                        o.accumulate(),
                        o.lr(),
                        o.minLr(),
                        o.warmupEpochs(),
                        weightDecay,
                        weightDecayEnd,
                        o.clipGrad(),
                        o.freezeLastLayer(),
                        o.momentumTeacher(),
                        warmupTeacherTemp,
                        teacherTemp,
                        warmupTeacherTempEpochs,
                        o.studentTemp(),
                        o.centreMomentum()),
                request.running());
    }

    public static PretrainRequest continuing(PretrainRequest request, Path checkpoint) {
        PretrainRequest.Model m = request.model();
        return with(
                request,
                new PretrainRequest.Model(
                        m.backbone(),
                        m.outDim(),
                        m.normLastLayer(),
                        m.weights(),
                        m.allowPartial(),
                        Optional.of(checkpoint),
                        m.precision()),
                request.optimisation(),
                request.running());
    }
}
