package org.surgenet.pretrain;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.opencv.core.Mat;
import org.surgenet.common.CounterRandom;
import org.surgenet.image.AreaRange;
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
        return PretrainRequest.builder(frames, output)
                .model(model().outDim(256).build())
                .crops(crops().build())
                .optimisation(
                        PretrainRequest.Optimisation.builder()
                                .epochs(epochs)
                                .batchSize(batch)
                                .accumulate(accumulate)
                                .lr(0.02)
                                .warmupEpochs(1)
                                .build())
                .distillation(PretrainRequest.Distillation.builder().momentumTeacher(0.99).build())
                .running(running().build())
                .build();
    }

    public static PretrainRequest request(
            List<Path> frames,
            Path output,
            int epochs,
            int batch,
            int accumulate,
            int checkpointEvery,
            int workers) {
        return request(frames, output, epochs, batch, accumulate).toBuilder()
                .running(
                        running()
                                .workers(workers)
                                .keeping(
                                        TrainingLoop.Keeping.builder()
                                                .checkpointEverySteps(checkpointEvery)
                                                .build())
                                .build())
                .build();
    }

    /** Four epochs that bring the loss down. */
    public static PretrainRequest learning(List<Path> frames, Path output) {
        return PretrainRequest.builder(frames, output)
                .model(model().outDim(64).build())
                .crops(crops().localScale(new AreaRange(0.1, 0.4)).build())
                .optimisation(
                        PretrainRequest.Optimisation.builder()
                                .epochs(4)
                                .batchSize(16)
                                .lr(0.005)
                                .warmupEpochs(1)
                                .weightDecayEnd(0.04)
                                .build())
                .distillation(
                        PretrainRequest.Distillation.builder()
                                .warmupTeacherTemp(0.02)
                                .teacherTemp(0.02)
                                .centreMomentum(0.98)
                                .build())
                .running(running().build())
                .build();
    }

    private static PretrainRequest.Model.Builder model() {
        return PretrainRequest.Model.builder().backbone("caformer_test");
    }

    private static PretrainRequest.Crops.Builder crops() {
        return PretrainRequest.Crops.builder().globalSize(64).localSize(32).localCrops(2);
    }

    private static PretrainRequest.Running.Builder running() {
        return PretrainRequest.Running.builder().seed(3);
    }

    public static PretrainRequest withMaxBadFraction(PretrainRequest request, double fraction) {
        TrainingLoop.Keeping keeping =
                TrainingLoop.Keeping.builder().maxBadFraction(fraction).build();
        return request.toBuilder()
                .running(request.running().toBuilder().keeping(keeping).build())
                .build();
    }

    public static PretrainRequest withPrecision(PretrainRequest request, Precision precision) {
        return request.toBuilder()
                .model(request.model().toBuilder().precision(precision).build())
                .build();
    }

    public static PretrainRequest withLr(PretrainRequest request, double lr) {
        return request.toBuilder()
                .optimisation(request.optimisation().toBuilder().lr(lr).build())
                .build();
    }

    public static PretrainRequest continuing(PretrainRequest request, Path checkpoint) {
        return request.toBuilder()
                .model(request.model().toBuilder().continued(Optional.of(checkpoint)).build())
                .build();
    }
}
