package org.surgenet.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.pretrain.dino.DinoMethod;
import org.surgenet.weights.WeightLoader;
import org.surgenet.weights.WeightsFile;

/**
 * DINO on drawn frames. The probe is printed, not judged: 36 steps of the toy network do not make
 * its features better.
 */
class LearningTest {
    @TempDir Path folder;

    @Test
    void theLossStartsNearItsCeilingAndFalls() throws Exception {
        List<Frames.Labelled> frames = Frames.draw(folder.resolve("frames"), 6, 24);
        Path videos = folder.resolve("videos.csv");
        CsvTable.write(
                videos,
                List.of("path", "label"),
                frames.stream().map(f -> List.of(f.path().toString(), f.video())).toList());
        Path phases = folder.resolve("phases.csv");
        CsvTable.write(
                phases,
                List.of("path", "label", "video"),
                frames.stream()
                        .map(f -> List.of(f.path().toString(), f.phase(), f.video()))
                        .toList());
        PretrainRequest request =
                Frames.learning(
                        frames.stream().map(Frames.Labelled::path).toList(), folder.resolve("run"));

        NearestNeighbours.Result before;
        NearestNeighbours.Result phasesBefore;
        try (NDManager manager = NDManager.newBaseManager()) {
            Backbone random = Backbones.create("caformer_test");
            random.initialize(manager, request.running().seed());
            before = NearestNeighbours.read(videos).score(random, 64, Device.cpu(), 1);
            phasesBefore = NearestNeighbours.read(phases).score(random, 64, Device.cpu(), 1);
        }
        new Pretraining(request, new DinoMethod(request))
                .run(Progress.NONE, Cancellation.NEVER, new RunRecord("test", List.of()));
        NearestNeighbours.Result after;
        NearestNeighbours.Result phasesAfter;
        try (NDManager manager = NDManager.newBaseManager()) {
            Backbone trained = Backbones.create("caformer_test");
            trained.initialize(manager, 0);
            WeightLoader.load(
                    trained,
                    WeightsFile.read(request.output().resolve("backbone.safetensors")),
                    false);
            after = NearestNeighbours.read(videos).score(trained, 64, Device.cpu(), 1);
            phasesAfter = NearestNeighbours.read(phases).score(trained, 64, Device.cpu(), 1);
        }
        List<Double> losses = StepLog.losses(request.output());
        double first = losses.subList(0, 3).stream().mapToDouble(x -> x).average().orElseThrow();
        double last =
                losses.subList(losses.size() - 9, losses.size()).stream()
                        .mapToDouble(x -> x)
                        .average()
                        .orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "k-NN accuracy, videos: %.3f before, %.3f after, chance %.3f; phases across"
                        + " videos: %.3f before, %.3f after, chance %.3f; loss %.3f to %.3f, ln K"
                        + " %.3f%n",
                before.accuracy(),
                after.accuracy(),
                after.chance(),
                phasesBefore.accuracy(),
                phasesAfter.accuracy(),
                phasesAfter.chance(),
                first,
                last,
                Math.log(64));

        assertThat(losses.get(0)).isCloseTo(Math.log(64), within(0.4));
        assertThat(last).isLessThan(first - 0.5);
    }
}
