package org.surgenet.finetune;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.common.Json;
import org.surgenet.common.SettingValues;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.task.InputSize;
import org.surgenet.task.Objective;
import org.surgenet.task.Task;
import org.surgenet.task.TaskNetwork;
import org.surgenet.task.phase.PhaseTask;
import org.surgenet.task.seg.SegmentationTask;
import org.surgenet.train.Learner;
import org.surgenet.train.SkippedImages;
import org.surgenet.train.TrainState;
import org.surgenet.train.distributed.Communicator;

/**
 * Seconds of a step of fine-tuning (forward, loss, backward, clipping, AdamW), without the wait for
 * images: {@code seg|phase [NETWORK caformer_s18] [BATCH 4] [ROUNDS 5]}, 256² pixels; the number of
 * threads is the engine's. A line per round, for examples/bench/finetune.sh.
 */
public final class FineTuneBench {
    private FineTuneBench() {}

    public static void main(String[] args) throws IOException {
        String network = args.length > 1 ? args[1] : "caformer_s18";
        int batch = args.length > 2 ? Integer.parseInt(args[2]) : 4;
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 5;
        Path folder = Files.createTempDirectory("bench");
        TinyData data = new TinyData(folder);
        if (args[0].equals("seg")) {
            run(folder, new SegmentationTask(), data.segmentation(), network, batch, rounds);
        } else {
            run(folder, new PhaseTask(), data.phases(), network, batch, rounds);
        }
    }

    private static <S extends Sample, O> void run(
            Path folder,
            Task<S, O> task,
            Dataset<S> dataset,
            String backbone,
            int batch,
            int rounds)
            throws IOException {
        List<S> samples = dataset.samples();
        FineTuneRequest request = request(folder, backbone, batch, rounds);
        Objective<S, O> objective =
                task.objective(SettingValues.DEFAULTS, dataset, samples, () -> null);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            TaskNetwork network =
                    task.network(Backbones.create(backbone), dataset.classes().size());
            network.module().initialize(manager, 1);
            FineTuneLearner<S, O> learner =
                    new FineTuneLearner<>(
                            manager,
                            request,
                            task,
                            new FineTuneLearner.Parts<>(samples, List.of()),
                            objective,
                            network,
                            Optional.empty(),
                            SampleOrder.shuffled(1, samples.size()),
                            Communicator.single(),
                            new SkippedImages(
                                    folder.resolve("failures.csv"), "sample", samples.size(), 0),
                            state -> null);
            TrainState state = TrainState.begin(0, "", Json.object());
            try (Learner.Feed feed = learner.feed(0)) {
                for (int round = 0; round < rounds; round++) {
                    double waited = feed.waitedSeconds();
                    long start = System.nanoTime();
                    Learner.Step step = learner.step(round, state, () -> false);
                    double seconds = (System.nanoTime() - start) * 1e-9;
                    System.out.printf(
                            Locale.ROOT,
                            "step %.3f s, loss %.3f%n",
                            seconds - (feed.waitedSeconds() - waited),
                            step.loss());
                }
            }
        }
    }

    private static FineTuneRequest request(Path folder, String backbone, int batch, int rounds) {
        return FineTuneRequest.builder(
                        new InputSize(256, 256),
                        FineTuneRequest.Running.builder(folder.resolve("run")).build())
                .model(FineTuneRequest.Model.builder().backbone(backbone).build())
                .optimisation(
                        FineTuneRequest.Optimisation.builder()
                                .epochs(rounds)
                                .batchSize(batch)
                                .schedule(FineTuneRequest.LrSchedule.CONSTANT)
                                .build())
                .build();
    }
}
