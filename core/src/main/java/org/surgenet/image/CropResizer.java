package org.surgenet.image;

import java.util.Arrays;
import java.util.List;

/**
 * Cuts boxes out of one picture and resizes each to a square, all in one pass over the picture:
 * each equals Pillow's {@code crop} and {@code resize} with {@code BICUBIC} to the bit.
 *
 * <p>Pillow first makes all new columns, then all new rows. Here the picture's columns are widened
 * to ints a block at a time into a ring that stays in the processor's cache; every box takes its
 * new columns from the ring as soon as the last old one is there. Not thread-safe; keeps its memory
 * between pictures.
 */
final class CropResizer {
    private static final int BLOCK = 16;

    /**
     * The ring: column x of the picture at x % ring.length; red, green, blue from top to bottom.
     */
    private int[][] ring = new int[0][];

    private Box[] boxes = new Box[0];

    /** One box to cut. */
    record Request(CropBox box, int size, boolean flip) {}

    /** A box under way. */
    private static final class Box {
        CropBox box;
        int size;
        boolean flip;
        BicubicWeights across;
        int next;

        /** New columns since the last ones were put into {@link #narrow}, of the full height. */
        int[][] columns = new int[8][0];

        int held;

        /** Rows of the new width, from the box's top on: red, green, blue. */
        int[][] narrow = new int[0][];

        void start(Request request, int height) {
            box = request.box();
            size = request.size();
            flip = request.flip();
            across = BicubicWeights.of(box.width(), size);
            next = 0;
            held = 0;
            if (columns[0].length < 3 * height) {
                columns = new int[columns.length][3 * height];
            }
            if (narrow.length < box.height() || narrow[0].length < 3 * size) {
                narrow = new int[Math.max(box.height(), narrow.length)][3 * size];
            }
        }

        /** Makes the new columns for which all old ones before {@code end} suffice. */
        void advance(int[][] ring, int end, int height) {
            while (next < size && box.left() + across.first()[next] + across.count()[next] <= end) {
                for (int c = 0; c < 3; c++) {
                    int from = c * height + box.top();
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
                if (held == columns.length || next == size) {
                    turn(height);
                }
            }
        }

        /** Turns the held columns into parts of rows. */
        private void turn(int height) {
            int begin = next - held;
            int at = flip ? size - 1 - begin : begin;
            int step = flip ? -1 : 1;
            for (int c = 0; c < 3; c++) {
                int from = c * height + box.top();
                for (int y = 0; y < box.height(); y++) {
                    int[] row = narrow[y];
                    int i = c * size + at;
                    for (int k = 0; k < held; k++, i += step) {
                        row[i] = columns[k][from + y];
                    }
                }
            }
            held = 0;
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
        for (int x = begin; x < end; x++) {
            int[] column = ring[x % ring.length];
            int i = 3 * x;
            for (int y = 0; y < height; y++, i += 3 * width) {
                column[y] = rgb[i] & 0xFF;
                column[y + height] = rgb[i + 1] & 0xFF;
                column[y + 2 * height] = rgb[i + 2] & 0xFF;
            }
        }
    }

    /** Makes the rows of box {@code i} of the picture started last. */
    void finish(int i, Planes target) {
        Box box = boxes[i];
        BicubicWeights down = BicubicWeights.of(box.box.height(), box.size);
        target.resize(box.size, box.size);
        for (int y = 0; y < box.size; y++) {
            WeightedSum.of(
                    target.row(y), box.narrow, down.first()[y], down.weight()[y], 0, 3 * box.size);
        }
    }
}
