package org.surgenet.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts boxes out of one picture and resizes each, all in one pass over the picture: each of whole
 * pixels equals Pillow's {@code crop} and {@code resize} with {@code BICUBIC} or {@code BILINEAR}
 * to the bit.
 *
 * <p>Pillow first makes all new columns, then all new rows. Here the picture's columns are widened
 * to ints a block at a time into a ring that stays in the processor's cache; every box takes its
 * new columns from the ring as soon as the last old one is there. Not thread-safe; keeps its memory
 * between pictures.
 */
final class CropResizer {
    private static final int BLOCK = 16;

    /** Rows widened at a time: those of a block of columns fit into the first-level cache. */
    private static final int TILE = 256;

    /** New columns that are packed into an int, one per byte. */
    private static final int PACK = 4;

    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /**
     * The ring: column x of the picture at x % ring.length; red, green, blue from top to bottom.
     */
    private int[][] ring = new int[0][];

    /** A second ring, of rows, for {@link #finish}: row y of a box at y % rows.length. */
    private int[][] rows = new int[0][];

    private Box[] boxes = new Box[0];

    /** One box to cut, and the width and height that it gets. */
    record Request(
            ReducedBox box, int width, int height, boolean flip, ResampleWeights.Kernel kernel) {
        /** A square, bicubic. */
        Request(ReducedBox box, int size, boolean flip) {
            this(box, size, size, flip, ResampleWeights.Kernel.BICUBIC);
        }
    }

    /** A box under way. */
    private static final class Box {
        CropBox box;
        int width;
        int height;
        boolean flip;
        ResampleWeights across;
        ResampleWeights down;
        int next;

        /** New columns since the last ones were put into {@link #narrow}, of the full height. */
        final int[][] columns = new int[PACK][0];

        int held;

        /** Rows of the new width, from the box's top on: red, green, blue; a byte per value. */
        byte[] narrow = new byte[0];

        void start(Request request, int fullHeight) {
            ReducedBox part = request.box();
            box = part.pixels();
            width = request.width();
            height = request.height();
            flip = request.flip();
            across =
                    ResampleWeights.of(
                            request.kernel(),
                            box.width(),
                            part.left(),
                            part.left() + part.width(),
                            width);
            down =
                    ResampleWeights.of(
                            request.kernel(),
                            box.height(),
                            part.top(),
                            part.top() + part.height(),
                            height);
            next = 0;
            held = 0;
            if (columns[0].length < 3 * fullHeight) {
                Arrays.setAll(columns, k -> new int[3 * fullHeight]);
            }
            if (narrow.length < box.height() * 3 * width) {
                narrow = new byte[box.height() * 3 * width];
            }
        }

        /** Makes the new columns for which all old ones before {@code end} suffice. */
        void advance(int[][] ring, int end, int fullHeight) {
            while (next < width
                    && box.left() + across.first()[next] + across.count()[next] <= end) {
                for (int c = 0; c < 3; c++) {
                    int from = c * fullHeight + box.top();
                    WeightedSum.of(
                            columns[held],
                            ring,
                            box.left() + across.first()[next],
                            across.weight()[next],
                            from,
                            from + box.height());
                }
                held++;
                next++;
                if (held == PACK || next == width) {
                    turn(fullHeight);
                }
            }
        }

        /** Turns the held columns into parts of rows. */
        private void turn(int fullHeight) {
            int begin = next - held;
            for (int c = 0; c < 3; c++) {
                int from = c * fullHeight + box.top();
                int end = from + box.height();
                if (held == PACK) {
                    int[] first = columns[flip ? 3 : 0];
                    pack(
                            first,
                            columns[flip ? 2 : 1],
                            columns[flip ? 1 : 2],
                            columns[flip ? 0 : 3],
                            from,
                            end);
                    int at = c * width + (flip ? width - PACK - begin : begin);
                    for (int i = from; i < end; i++, at += 3 * width) {
                        INTS.set(narrow, at, first[i]);
                    }
                } else {
                    for (int k = 0; k < held; k++) {
                        int x = begin + k;
                        int at = c * width + (flip ? width - 1 - x : x);
                        for (int i = from; i < end; i++, at += 3 * width) {
                            narrow[at] = (byte) columns[k][i];
                        }
                    }
                }
            }
            held = 0;
        }

        private static void pack(int[] a, int[] b, int[] c, int[] d, int from, int end) {
            for (int i = from; i < end; i++) {
                a[i] |= b[i] << 8 | c[i] << 16 | d[i] << 24;
            }
        }
    }

    /**
     * Prepares the boxes of one picture.
     *
     * @param rgb interleaved, row by row
     */
    void start(byte[] rgb, int width, int height, List<Request> requests) {
        if (boxes.length < requests.size()) {
            int old = boxes.length;
            boxes = Arrays.copyOf(boxes, requests.size());
            for (int i = old; i < boxes.length; i++) {
                boxes[i] = new Box();
            }
        }
        int taps = 0;
        int begin = width;
        int stop = 0;
        for (int i = 0; i < requests.size(); i++) {
            Box box = boxes[i];
            box.start(requests.get(i), height);
            for (int n : box.across.count()) {
                taps = Math.max(taps, n);
            }
            begin = Math.min(begin, box.box.left());
            stop = Math.max(stop, box.box.left() + box.box.width());
        }
        if (ring.length < taps + BLOCK || ring[0].length < 3 * height) {
            int columns = Math.max(taps + BLOCK, ring.length);
            int length = Math.max(3 * height, ring.length == 0 ? 0 : ring[0].length);
            ring = new int[columns][length];
        }
        for (int x = begin; x < stop; x += BLOCK) {
            int end = Math.min(stop, x + BLOCK);
            widen(rgb, width, height, x, end);
            for (int i = 0; i < requests.size(); i++) {
                boxes[i].advance(ring, end, height);
            }
        }
    }

    private void widen(byte[] rgb, int width, int height, int begin, int end) {
        for (int top = 0; top < height; top += TILE) {
            int bottom = Math.min(height, top + TILE);
            for (int x = begin; x < end; x++) {
                int[] column = ring[x % ring.length];
                int i = 3 * (top * width + x);
                for (int y = top; y < bottom; y++, i += 3 * width) {
                    column[y] = rgb[i] & 0xFF;
                    column[y + height] = rgb[i + 1] & 0xFF;
                    column[y + 2 * height] = rgb[i + 2] & 0xFF;
                }
            }
        }
    }

    /** Makes the rows of box {@code i} of the picture started last. */
    void finish(int i, Planes target) {
        Box box = boxes[i];
        ResampleWeights down = box.down;
        target.resize(box.width, box.height);
        int length = 3 * box.width;
        int taps = Arrays.stream(down.count()).max().orElseThrow();
        if (rows.length < taps || rows[0].length < length) {
            int most = Math.max(length, rows.length == 0 ? 0 : rows[0].length);
            rows = new int[Math.max(taps, rows.length)][most];
        }
        int widened = 0;
        for (int y = 0; y < box.height; y++) {
            for (; widened < down.first()[y] + down.count()[y]; widened++) {
                widenRow(box.narrow, widened * length, rows[widened % rows.length], length);
            }
            WeightedSum.of(target.row(y), rows, down.first()[y], down.weight()[y], 0, length);
        }
    }

    private static void widenRow(byte[] from, int at, int[] to, int length) {
        int k = 0;
        for (; k + 4 <= length; k += 4) {
            int four = (int) INTS.get(from, at + k);
            to[k] = four & 0xFF;
            to[k + 1] = four >>> 8 & 0xFF;
            to[k + 2] = four >>> 16 & 0xFF;
            to[k + 3] = four >>> 24;
        }
        for (; k < length; k++) {
            to[k] = from[at + k] & 0xFF;
        }
    }
}
