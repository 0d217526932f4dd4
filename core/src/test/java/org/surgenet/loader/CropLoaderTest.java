package org.surgenet.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.surgenet.common.UserException;

class CropLoaderTest {
    private static final ViewSizes SIZES = new ViewSizes(2, 2, 3, 1);
    private static final int FRAMES = 12;
    private static final int BATCH = 4;
    private static final int STEPS = 6;
    private static final int SEED = 5;

    private static final List<Path> PATHS =
            IntStream.range(0, FRAMES).mapToObj(i -> Path.of("frame" + i)).toList();

    /** Views filled with ten times the frame's number and the view's; some cannot be read. */
    private static final class Numbered implements ViewMaker {
        private final IntPredicate broken;
        private final Set<String> threads = ConcurrentHashMap.newKeySet();

        Numbered(IntPredicate broken) {
            this.broken = broken;
        }

        @Override
        public ViewSizes sizes() {
            return SIZES;
        }

        @Override
        public void make(Path image, long seed, long epoch, long sample, ByteBuffer target) {
            threads.add(Thread.currentThread().getName());
            int frame = Integer.parseInt(image.toString().substring("frame".length()));
            if (broken.test(frame)) {
                throw new UserException(image + ": broken");
            }
            for (int view = 0; view < 5; view++) {
                int bytes = view < 2 ? SIZES.globalBytes() : SIZES.localBytes();
                for (int i = 0; i < bytes; i++) {
                    target.put((byte) (10 * frame + view));
                }
            }
        }
    }

    private static CropLoader loader(
            ViewMaker maker, CropLoader.Share share, long from, int workers, List<String> failed) {
        return new CropLoader(
                PATHS,
                maker,
                new EpochSampler(SEED, FRAMES, BATCH),
                share,
                from,
                STEPS,
                SEED,
                workers,
                4,
                (path, cause) -> failed.add(cause));
    }

    private static CropLoader loader(ViewMaker maker, int workers, List<String> failed) {
        return loader(maker, new CropLoader.Share(0, BATCH), 0, workers, failed);
    }

    /** The first byte of every global and every local view, in the buffers' order. */
    private static List<Integer> shown(CropLoader.Views views) {
        List<Integer> shown = new ArrayList<>();
        for (int i = 0; i < 2 * views.images(); i++) {
            shown.add(views.globals().get(i * SIZES.globalBytes()) & 0xFF);
        }
        for (int i = 0; i < 3 * views.images(); i++) {
            shown.add(views.locals().get(i * SIZES.localBytes()) & 0xFF);
        }
        return shown;
    }

    private static List<List<Integer>> all(CropLoader.Share share, long from, int workers) {
        List<List<Integer>> steps = new ArrayList<>();
        try (CropLoader loader =
                loader(new Numbered(f -> false), share, from, workers, new ArrayList<>())) {
            for (long step = from; step < STEPS; step++) {
                steps.add(shown(loader.next(share.count())));
            }
            assertThatThrownBy(() -> loader.next(1)).isInstanceOf(NoSuchElementException.class);
        }
        return steps;
    }

    @Test
    void viewsLieViewAfterViewInTheSamplersOrder() {
        EpochSampler sampler = new EpochSampler(SEED, FRAMES, BATCH);

        List<List<Integer>> steps = all(new CropLoader.Share(0, BATCH), 0, 1);

        for (int step = 0; step < STEPS; step++) {
            List<Integer> expected = new ArrayList<>();
            for (int view = 0; view < 5; view++) {
                for (int i = 0; i < BATCH; i++) {
                    expected.add(10 * sampler.frame(step, i) + view);
                }
            }
            assertThat(steps.get(step)).as("step %d", step).isEqualTo(expected);
        }
    }

    @Test
    void workersSlicesAndResumeChangeNothing() {
        CropLoader.Share all = new CropLoader.Share(0, BATCH);
        List<List<Integer>> whole = all(all, 0, 1);

        assertThat(all(all, 0, 4)).isEqualTo(whole);
        assertThat(all(all, 4, 2)).isEqualTo(whole.subList(4, STEPS));
        List<List<Integer>> second = all(new CropLoader.Share(2, 2), 0, 2);
        for (int step = 0; step < STEPS; step++) {
            for (int view = 0; view < 5; view++) {
                assertThat(second.get(step).subList(2 * view, 2 * view + 2))
                        .isEqualTo(whole.get(step).subList(4 * view + 2, 4 * view + 4));
            }
        }
    }

    @Test
    void anUnreadableFrameIsReportedAndReplacedByADrawnOne() {
        List<List<Integer>> runs = new ArrayList<>();
        for (int workers : new int[] {1, 3}) {
            List<String> failures = new ArrayList<>();
            List<Integer> frames = new ArrayList<>();
            try (CropLoader loader =
                    loader(new Numbered(f -> f == 3 || f == 8), workers, failures)) {
                for (int step = 0; step < STEPS; step++) {
                    shown(loader.next(BATCH)).subList(0, BATCH).forEach(v -> frames.add(v / 10));
                }
            }
            assertThat(frames).hasSize(STEPS * BATCH).doesNotContain(3, 8);
            // Each comes up once in each of two epochs, and perhaps as a replacement too.
            assertThat(failures).contains("frame3: broken", "frame8: broken");
            assertThat(failures).hasSizeGreaterThanOrEqualTo(4);
            runs.add(frames);
        }
        assertThat(runs.get(1)).isEqualTo(runs.get(0));
    }

    @Test
    void whereNothingCanBeReadTheRunEndsWithTheCause() {
        try (CropLoader loader = loader(new Numbered(f -> true), 2, new ArrayList<>())) {
            assertThatThrownBy(() -> loader.next(BATCH))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("32 frames drawn one after the other cannot be read")
                    .hasMessageContaining(": broken");
        }
    }

    @Test
    void workIsDoneOnThreadsOfTheLoaderOnly() {
        Numbered maker = new Numbered(f -> false);
        try (CropLoader loader = loader(maker, 2, new ArrayList<>())) {
            loader.next(BATCH);
        }
        assertThat(maker.threads).containsOnly("loader");
    }
}
