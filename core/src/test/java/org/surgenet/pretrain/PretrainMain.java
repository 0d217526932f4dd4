package org.surgenet.pretrain;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.pretrain.dino.DinoMethod;
import org.surgenet.train.distributed.Communicator;

/**
 * A run of the test network as a process: {@code FRAMES OUTPUT EPOCHS BATCH ACCUMULATE
 * CHECKPOINT_EVERY [HALT_RANK HALT_AFTER]}. The last two let a rank die without a word after so
 * many steps.
 */
final class PretrainMain {
    private PretrainMain() {}

    /** The frames of a folder, in order. */
    static List<Path> frames(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** With DINO's own learning rate: a larger one lets rounding errors grow within steps. */
    static PretrainRequest request(
            List<Path> frames,
            Path output,
            int epochs,
            int batch,
            int accumulate,
            int checkpointEvery) {
        return Frames.withLr(
                Frames.request(frames, output, epochs, batch, accumulate, checkpointEvery, 1),
                0.0005);
    }

    public static void main(String[] args) throws Exception {
        int[] numbers = Stream.of(args).skip(2).mapToInt(Integer::parseInt).toArray();
        PretrainRequest request =
                request(
                        frames(Path.of(args[0])),
                        Path.of(args[1]),
                        numbers[0],
                        numbers[1],
                        numbers[2],
                        numbers[3]);
        Communicator ranks = Communicator.fromEnvironment();
        try {
            int[] asked = {0};
            Cancellation cancellation =
                    () -> {
                        if (numbers.length > 4
                                && numbers[4] == ranks.rank()
                                && ++asked[0] == numbers[5]) {
                            Runtime.getRuntime().halt(9);
                        }
                        return false;
                    };
            new Pretraining(request, new DinoMethod(request), ranks)
                    .run(
                            Progress.NONE,
                            numbers.length > 4 ? cancellation : Cancellation.NEVER,
                            new RunRecord("test", List.of()));
            ranks.close();
        } catch (UserException e) {
            System.out.println(e.getMessage());
            ranks.abort(1);
            System.exit(1);
        }
    }
}
