package org.surgenet.video.store;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.surgenet.video.picture.FrameSink;

/**
 * Keeps sampled frames that show a change, and leaves out those that do not: a frozen picture, a
 * camera that looks at nothing. A frame is static if, of its luma reduced to {@value
 * FrameSink#LONGEST} pixels on the longer side by averaging, no pixel differs from the frame kept
 * last by more than {@value #BLOCK}, so that a small instrument that moves counts, and all together
 * differ by no more than {@value #MEAN} on the average, so that a slow change of the light does.
 * Values are 0 to 255. The first frame is always kept.
 *
 * <p>Frames may come in any order, from several threads, and are decided on in theirs. What is
 * decided is in the store's journal; after a run that was cut off only the frame kept last is made
 * again, to compare the next one with. Thread-safe.
 */
public final class StillFilter implements FrameSink {
    static final int BLOCK = 4;
    static final double MEAN = 0.5;

    private static final long MOST_BYTES = 64L << 20;

    private final FrameStore store;
    private final Map<Long, byte[]> looks = new HashMap<>();
    private final Map<Long, Held> held = new HashMap<>();
    private long heldBytes;
    private long next;
    private long awaited;
    private byte[] kept;

    /** A frame that is not decided on yet. */
    private record Held(
            long ticks, double seconds, byte[] image, int width, int height, byte[] look) {}

    public StillFilter(FrameStore store) throws IOException {
        this.store = store;
        this.next = store.keepDecided();
        this.awaited = store.lastKept();
    }

    @Override
    public synchronized boolean has(long number, long ticks) {
        return number < next && number != awaited;
    }

    @Override
    public boolean compares() {
        return true;
    }

    @Override
    public synchronized boolean isFull() {
        return heldBytes > MOST_BYTES;
    }

    @Override
    public synchronized void look(long number, byte[] luma) {
        looks.put(number, luma);
    }

    @Override
    public synchronized void put(
            long number, long ticks, double seconds, byte[] image, int width, int height) {
        byte[] look = looks.remove(number);
        if (number == awaited) {
            kept = look;
            awaited = -1;
        } else {
            held.put(number, new Held(ticks, seconds, image, width, height, look));
            heldBytes += image.length;
        }
        while (awaited < 0 && held.containsKey(next)) {
            Held frame = held.remove(next);
            heldBytes -= frame.image().length;
            decide(next++, frame);
        }
    }

    private void decide(long number, Held frame) {
        if (kept != null && isStatic(kept, frame.look())) {
            store.leaveOut(number);
            return;
        }
        kept = frame.look();
        store.put(
                number,
                frame.ticks(),
                frame.seconds(),
                frame.image(),
                frame.width(),
                frame.height());
    }

    /** Whether two reduced pictures show the same. */
    static boolean isStatic(byte[] a, byte[] b) {
        long sum = 0;
        for (int i = 0; i < a.length; i++) {
            int difference = Math.abs((a[i] & 0xff) - (b[i] & 0xff));
            if (difference > BLOCK) {
                return false;
            }
            sum += difference;
        }
        return sum <= MEAN * a.length;
    }
}
