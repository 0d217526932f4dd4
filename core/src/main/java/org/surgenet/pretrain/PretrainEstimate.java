package org.surgenet.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.loader.CropLoader;
import org.surgenet.loader.ViewSizes;
import org.surgenet.train.TrainState;
import org.surgenet.train.distributed.Communicator;

/**
 * What a run will cost.
 *
 * @param secondsPerStep measured on one small step with noise for images
 * @param memoryBytes of the networks, gradients and moments; activations come on top
 * @param diskBytes of checkpoints, while a new one stands beside the old
 */
record PretrainEstimate(long steps, double secondsPerStep, long memoryBytes, long diskBytes) {
    private static final int IMAGES = 2;

    /**
     * Validates a request and measures a step of two images on its device.
     *
     * @throws UserException if something does not make sense
     */
    static PretrainEstimate of(PretrainRequest request, Method method) {
        PretrainRequest.Optimisation o = request.optimisation();
        try (NDManager manager = NDManager.newBaseManager(request.running().device())) {
            Method.Trainee trainee =
                    method.begin(manager, Communicator.single(), request.stepsPerEpoch());
            CropLoader.Views two = noise(method.views().sizes());
            TrainState state = TrainState.begin(0, "", Json.object());
            // The first step pays for what the engine sets up once.
            double seconds = 0;
            for (int i = 0; i < 2; i++) {
                long start = System.nanoTime();
                trainee.step(0, count -> two, new int[] {IMAGES}, state, () -> false);
                seconds = (System.nanoTime() - start) * 1e-9;
            }
            long stored =
                    trainee.arrays().values().stream().mapToLong(PretrainEstimate::bytes).sum();
            long gradients = bytes(trainee.optimizer().moments()) / 2;
            int keep = request.running().keeping().keepEveryEpochs();
            long kept = keep == 0 ? 0 : o.epochs() / keep;
            return new PretrainEstimate(
                    request.steps(),
                    seconds * o.batchSize() / IMAGES,
                    stored + gradients,
                    stored * (1 + request.running().keeping().keepLast() + kept));
        }
    }

    /** In a line for people. */
    String text(int batchSize) {
        return String.format(
                Locale.ROOT,
                "would take %d steps of %d frames, %.1f s each on this device with no wait for"
                        + " data: %.1f h; at least %.1f GB of memory, %.1f GB of disk%n",
                steps,
                batchSize,
                secondsPerStep,
                steps * secondsPerStep / 3600,
                memoryBytes * 1e-9,
                diskBytes * 1e-9);
    }

    private static long bytes(Map<String, NDArray> arrays) {
        return arrays.values().stream().mapToLong(array -> array.size() * Float.BYTES).sum();
    }

    /** A stand-in for frames. */
    private static CropLoader.Views noise(ViewSizes sizes) {
        ByteBuffer globals =
                ByteBuffer.allocateDirect(IMAGES * sizes.globals() * sizes.globalBytes());
        ByteBuffer locals = ByteBuffer.allocateDirect(IMAGES * sizes.locals() * sizes.localBytes());
        CounterRandom random = CounterRandom.of(0);
        for (ByteBuffer views : new ByteBuffer[] {globals, locals}) {
            while (views.hasRemaining()) {
                views.put((byte) random.nextInt(256));
            }
            views.flip();
        }
        return new CropLoader.Views(IMAGES, sizes, globals, locals);
    }
}
