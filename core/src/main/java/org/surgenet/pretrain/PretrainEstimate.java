package org.surgenet.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.UserException;
import org.surgenet.train.distributed.Communicator;

/**
 * What a run will cost.
 *
 * @param secondsPerStep measured on one small step with noise for images
 * @param memoryBytes of both networks, gradients and moments; activations come on top
 * @param diskBytes of checkpoints, while a new one stands beside the old
 */
public record PretrainEstimate(
        long steps, double secondsPerStep, long memoryBytes, long diskBytes) {
    /**
     * Validates a request and measures a step of two images on its device.
     *
     * @throws UserException if something does not make sense
     */
    public static PretrainEstimate of(PretrainRequest request) {
        request.validate();
        PretrainRequest.Optimisation o = request.optimisation();
        try (NDManager manager = NDManager.newBaseManager(request.running().device())) {
            Dino dino = request.newDino(manager, Communicator.single());
            long parameters = dino.student().parameterCount();
            NoiseViews two = new NoiseViews(request.crops(), 2);
            Dino.Rates rates = new Dino.Rates(0, 0, o.momentumTeacher(), o.teacherTemp(), false);
            // The first step pays for what the engine sets up once.
            double seconds = 0;
            for (int i = 0; i < 2; i++) {
                long start = System.nanoTime();
                dino.step(List.of(two), 1, rates, CounterRandom.of(0));
                seconds = (System.nanoTime() - start) * 1e-9;
            }
            long state = 4L * Float.BYTES * parameters;
            int keep = request.running().keepEveryEpochs();
            long kept = keep == 0 ? 0 : o.epochs() / keep;
            return new PretrainEstimate(
                    request.steps(),
                    seconds * o.batchSize() / two.images(),
                    state + Float.BYTES * parameters,
                    state * (1 + request.running().keepLast() + kept));
        }
    }

    /** Grey noise, as a stand-in for frames. */
    private record NoiseViews(PretrainRequest.Crops crops, int images) implements Dino.Views {
        @Override
        public NDArray globals(NDManager manager) {
            return noise(manager, DinoLoss.GLOBALS, crops.globalSize());
        }

        @Override
        public NDArray locals(NDManager manager) {
            return crops.localCrops() == 0
                    ? null
                    : noise(manager, crops.localCrops(), crops.localSize());
        }

        private NDArray noise(NDManager manager, int views, int side) {
            return manager.randomNormal(new Shape((long) views * images, 3, side, side));
        }
    }
}
