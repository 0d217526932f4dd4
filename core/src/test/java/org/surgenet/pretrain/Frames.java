package org.surgenet.pretrain;

import ai.djl.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.opencv.core.Mat;
import org.surgenet.image.Images;
import org.surgenet.nn.Precision;
import org.surgenet.synthetic.Picture;
import org.surgenet.synthetic.SyntheticVideo;
import org.surgenet.train.TrainingLoop;

/** Synthetic frames and small requests for the tests of this package. */
public final class Frames {
    private Frames() {}

    public record Labelled(Path path, String video, String phase) {}

    /** {@code perPatient} frames inside the body of each of {@code patients}, evenly in time. */
    public static List<Labelled> draw(Path folder, int patients, int perPatient) throws Exception {
        List<Labelled> frames = new ArrayList<>();
        Files.createDirectories(folder);
        for (int p = 1; p <= patients; p++) {
            SyntheticVideo video = new SyntheticVideo(11, p, 40, 128, 96);
            List<Integer> inside = new ArrayList<>();
            for (int f = 0; f < video.frames(); f++) {
                if (video.insideBody(f)) {
                    inside.add(f);
                }
            }
            for (int i = 0; i < perPatient; i++) {
                int frame = inside.get((int) ((long) i * inside.size() / perPatient));
                Picture picture = video.render(frame);
                Path file = folder.resolve(video.name() + "_" + frame + ".jpg");
                Mat mat = Images.ofRgbBytes(picture.rgb(), picture.width(), picture.height());
                Images.writeJpeg(file, mat, 92);
                mat.release();
                frames.add(new Labelled(file, video.name(), video.phase(frame).name()));
            }
        }
        return frames;
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
