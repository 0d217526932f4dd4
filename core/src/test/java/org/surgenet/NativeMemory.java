package org.surgenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Structure;
import java.io.File;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Whether work gives back the native memory and the files that it takes. Counted are the bytes that
 * the C library has handed out and not got back, which neither fragmentation nor the Java heap
 * touches.
 *
 * <p>The work is done in bursts, and a burst counts only if no garbage was collected meanwhile: the
 * collector would free what the work forgot, at some time that nobody knows. The lower quartile of
 * the bursts is compared, in up to three attempts, because the compiler takes and returns memory in
 * between.
 */
public final class NativeMemory {
    private static final int BURSTS = 20;
    private static final int ATTEMPTS = 3;

    private NativeMemory() {}

    /** The C library's account of its memory, of {@code malloc.h}. */
    @Structure.FieldOrder({
        "arena",
        "ordblks",
        "smblks",
        "hblks",
        "hblkhd",
        "usmblks",
        "fsmblks",
        "uordblks",
        "fordblks",
        "keepcost"
    })
    public static class Account extends Structure implements Structure.ByValue {
        public long arena;
        public long ordblks;
        public long smblks;
        public long hblks;
        public long hblkhd;
        public long usmblks;
        public long fsmblks;
        public long uordblks;
        public long fordblks;
        public long keepcost;
    }

    /** A piece of work. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    /**
     * Does the work 20 times {@code burst} times, after as much as two bursts to warm up, and fails
     * if it keeps {@code bytes} or more each time or leaves files open. A burst during which
     * garbage was collected does not count; they become shorter where it happens at once. Skips the
     * test where the C library does not tell.
     */
    public static void assertFlat(int burst, long bytes, Work work) throws Exception {
        Function account = account();
        repeat(2 * burst, work);
        int files = openFiles();
        List<List<Long>> seen = new ArrayList<>();
        // What the work keeps, it keeps each time; what the compiler takes, it gives back.
        do {
            seen.add(bursts(account, burst, work));
        } while (quarter(last(seen)) >= bytes && seen.size() < ATTEMPTS);
        assertThat(quarter(last(seen)))
                .as("bytes kept each time, by bursts: %s", seen)
                .isLessThan(bytes);
        // A class that is loaded late may open its archive.
        assertThat(openFiles()).as("open files").isLessThan(files + burst);
    }

    private static List<Long> last(List<List<Long>> seen) {
        return seen.get(seen.size() - 1);
    }

    /** The lower quartile of sorted numbers: three bursts of four have kept as much or more. */
    private static long quarter(List<Long> sorted) {
        return sorted.get(sorted.size() / 4);
    }

    /** What each burst has kept of each piece of work, sorted. */
    private static List<Long> bursts(Function account, int burst, Work work) throws Exception {
        List<Long> kept = new ArrayList<>();
        int length = burst;
        boolean fresh = true;
        settle();
        for (int done = 0; done < BURSTS * burst; ) {
            long collections = collections();
            long before = inUse(account);
            repeat(length, work);
            long after = inUse(account);
            if (collections() == collections) {
                kept.add((after - before) / length);
                done += length;
                fresh = false;
            } else {
                if (fresh) {
                    assertThat(length).as("too much garbage to see anything").isGreaterThan(1);
                    length = (length + 1) / 2;
                }
                fresh = true;
                settle();
            }
        }
        Collections.sort(kept);
        return kept;
    }

    /** Makes room for bursts without a collection, and waits for what the collector frees late. */
    private static void settle() {
        System.gc();
        System.runFinalization();
    }

    private static void repeat(int times, Work work) throws Exception {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }

    private static Function account() {
        try {
            return NativeLibrary.getInstance("c").getFunction("mallinfo2");
        } catch (UnsatisfiedLinkError e) {
            System.out.println("skipped: the C library does not tell its memory");
            assumeTrue(false, "the C library does not tell its memory");
            throw e;
        }
    }

    private static long inUse(Function account) {
        Account now = (Account) account.invoke(Account.class, new Object[0]);
        // Direct buffers belong to objects of the heap and go with them.
        return now.uordblks + now.hblkhd - directBuffers();
    }

    private static long directBuffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private static int openFiles() {
        String[] files = new File("/proc/self/fd").list();
        return files == null ? 0 : files.length;
    }
}
