package org.surgenet.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.surgenet.common.UserException;

class PrefetcherTest {
    private static List<Callable<Integer>> items(int count) {
        return IntStream.range(0, count).mapToObj(i -> (Callable<Integer>) () -> i).toList();
    }

    @Test
    void itemsComeInTheSourcesOrderWhicheverIsDoneFirst() {
        CountDownLatch second = new CountDownLatch(1);
        List<Callable<Integer>> work = new ArrayList<>(items(20));
        // The first waits for the second.
        work.set(
                0,
                () -> {
                    second.await();
                    return 0;
                });
        work.set(
                1,
                () -> {
                    second.countDown();
                    return 1;
                });

        try (Prefetcher<Integer> prefetcher = new Prefetcher<>(work.iterator(), 3, 6)) {
            List<Integer> taken = new ArrayList<>();
            prefetcher.forEachRemaining(taken::add);
            assertThat(taken).isEqualTo(IntStream.range(0, 20).boxed().toList());
            assertThatThrownBy(prefetcher::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void noMoreThanTheDepthIsUnderWayOrDone() {
        AtomicInteger begun = new AtomicInteger();
        List<Callable<Integer>> work =
                IntStream.range(0, 20)
                        .mapToObj(i -> (Callable<Integer>) begun::incrementAndGet)
                        .toList();
        try (Prefetcher<Integer> prefetcher = new Prefetcher<>(work.iterator(), 2, 4)) {
            for (int taken = 0; taken < 16; taken++) {
                assertThat(begun.get() - taken).isLessThanOrEqualTo(4);
                prefetcher.next();
            }
        }
    }

    @Test
    void aFailureComesAtItsPlaceAndTheRestAfterIt() {
        for (int depth : new int[] {1, 2, 5}) {
            List<Callable<Integer>> work = new ArrayList<>(items(8));
            for (int failing : new int[] {2, 3, 7}) {
                work.set(
                        failing,
                        () -> {
                            throw new UserException("item " + failing);
                        });
            }
            List<Object> taken = new ArrayList<>();
            try (Prefetcher<Integer> prefetcher = new Prefetcher<>(work.iterator(), 1, depth)) {
                while (prefetcher.hasNext()) {
                    try {
                        taken.add(prefetcher.next());
                    } catch (UserException e) {
                        taken.add(e.getMessage());
                    }
                }
            }
            assertThat(taken)
                    .as("depth %d", depth)
                    .containsExactly(0, 1, "item 2", "item 3", 4, 5, 6, "item 7");
        }
    }

    @Test
    void errorsAndCheckedExceptionsReachTheCallerToo() {
        List<Callable<Integer>> work =
                List.of(
                        () -> {
                            throw new OutOfMemoryError("test");
                        },
                        () -> {
                            throw new IOException("test");
                        });
        try (Prefetcher<Integer> prefetcher = new Prefetcher<>(work.iterator(), 1, 2)) {
            assertThatThrownBy(prefetcher::next).isInstanceOf(OutOfMemoryError.class);
            assertThatThrownBy(prefetcher::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void closingEndsItsThreadsAndWhatTheyDo() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread[] worker = new Thread[1];
        AtomicInteger later = new AtomicInteger();
        List<Callable<Integer>> work =
                List.of(
                        () -> {
                            worker[0] = Thread.currentThread();
                            begun.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                interrupted.countDown();
                            }
                            return 0;
                        },
                        later::incrementAndGet);
        Prefetcher<Integer> prefetcher = new Prefetcher<>(work.iterator(), 1, 2);
        begun.await();

        prefetcher.close();

        interrupted.await();
        worker[0].join();
        assertThat(later).hasValue(0);
        assertThat(prefetcher.hasNext()).isFalse();
    }

    @Test
    void threadsAndDepthMustBePositive() {
        assertThatThrownBy(() -> new Prefetcher<>(items(1).iterator(), 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Prefetcher<>(items(1).iterator(), 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
