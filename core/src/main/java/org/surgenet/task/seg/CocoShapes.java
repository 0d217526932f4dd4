package org.surgenet.task.seg;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.surgenet.common.UserException;

/**
 * Regions as COCO writes them: polygons, run lengths as a list, and run lengths as a string. They
 * become pixels as by COCO's own {@code maskApi.c} (rleFrPoly, rleFrString): a polygon's outline is
 * walked at five times the resolution, and a pixel belongs to it where an odd number of outlines
 * lies above its centre in its column. Pixels are counted down the columns.
 */
final class CocoShapes {
    private static final double SCALE = 5;

    /** Bits of a character of a compressed run length. */
    private static final int BITS = 5;

    private static final int CHARACTER_ZERO = 48;
    private static final int LONGEST = 7;

    private CocoShapes() {}

    /**
     * A polygon's changes between outside and inside.
     *
     * @param polygon x and y in turn, pixels
     * @return ascending positions, {@code x * height + y}, of which every second begins a run
     * @throws UserException if a corner lies so far outside that it must be a mistake
     */
    static int[] ofPolygon(double[] polygon, int width, int height, String place) {
        int corners = polygon.length / 2;
        for (int i = 0; i < 2 * corners; i++) {
            int side = i % 2 == 0 ? width : height;
            if (!(polygon[i] >= -side && polygon[i] <= 2.0 * side)) {
                throw new UserException(
                        place
                                + ": has a corner at "
                                + polygon[i]
                                + ", far outside of the image, which is "
                                + width
                                + " x "
                                + height);
            }
        }
        Outline outline = new Outline(width, height);
        for (int i = 0; i < corners; i++) {
            int next = (i + 1) % corners;
            outline.edge(
                    fine(polygon[2 * i]),
                    fine(polygon[2 * i + 1]),
                    fine(polygon[2 * next]),
                    fine(polygon[2 * next + 1]));
        }
        return outline.changes();
    }

    private static int fine(double coordinate) {
        return (int) (SCALE * coordinate + 0.5);
    }

    /** Where the outline crosses the columns of pixels. */
    private static final class Outline {
        private final int width;
        private final int height;
        private int[] crossings = new int[64];
        private int size;
        private boolean begun;
        private int lastU;
        private int lastV;

        Outline(int width, int height) {
            this.width = width;
            this.height = height;
        }

        /** Walks from one corner to the next, at the fine resolution. */
        void edge(int fromX, int fromY, int toX, int toY) {
            int dx = Math.abs(toX - fromX);
            int dy = Math.abs(toY - fromY);
            boolean wide = dx >= dy;
            // Always rounded from the lower end, so that both directions give the same points.
            boolean flip = wide ? fromX > toX : fromY > toY;
            int xs = flip ? toX : fromX;
            int ys = flip ? toY : fromY;
            int xe = flip ? fromX : toX;
            int ye = flip ? fromY : toY;
            int length = Math.max(dx, dy);
            double slope = wide ? (double) (ye - ys) / dx : (double) (xe - xs) / dy;
            for (int d = 0; d <= length; d++) {
                int t = flip ? length - d : d;
                if (wide) {
                    point(t + xs, (int) (ys + slope * t + 0.5));
                } else {
                    point((int) (xs + slope * t + 0.5), t + ys);
                }
            }
        }

        private void point(int u, int v) {
            if (begun && u != lastU) {
                double x = ((u < lastU ? u : u - 1) + 0.5) / SCALE - 0.5;
                if (x == Math.floor(x) && x >= 0 && x <= width - 1) {
                    double y = (Math.min(v, lastV) + 0.5) / SCALE - 0.5;
                    add((int) x * height + (int) Math.ceil(Math.max(0, Math.min(height, y))));
                }
            }
            begun = true;
            lastU = u;
            lastV = v;
        }

        private void add(int crossing) {
            if (size == crossings.length) {
                crossings = Arrays.copyOf(crossings, 2 * size);
            }
            crossings[size++] = crossing;
        }

        int[] changes() {
            int[] sorted = Arrays.copyOf(crossings, size % 2 == 0 ? size : size + 1);
            if (size % 2 != 0) {
                sorted[size] = width * height;
            }
            Arrays.sort(sorted);
            return sorted;
        }
    }

    /**
     * The changes of run lengths, which begin with pixels outside.
     *
     * @param counts a list of numbers or a compressed string
     * @param pixels how many the image has
     * @return as {@link #ofPolygon}
     * @throws UserException if the lengths are none or do not add up to the image
     */
    static int[] ofCounts(JsonNode counts, int pixels, String place) {
        long[] lengths = counts.isArray() ? listed(counts, place) : decoded(counts, place);
        int[] changes = new int[lengths.length + lengths.length % 2];
        long position = 0;
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] < 0 || lengths[i] > pixels - position) {
                throw lengths(place, pixels);
            }
            if (i > 0) {
                changes[i - 1] = (int) position;
            }
            position += lengths[i];
        }
        if (position != pixels) {
            throw lengths(place, pixels);
        }
        // Of the last run its end; an empty run where the number of runs is odd.
        Arrays.fill(changes, Math.max(0, lengths.length - 1), changes.length, pixels);
        return changes;
    }

    private static UserException lengths(String place, int pixels) {
        return new UserException(
                place
                        + ": its run lengths do not add up to the "
                        + pixels
                        + " pixels of the image");
    }

    private static long[] listed(JsonNode counts, String place) {
        long[] lengths = new long[counts.size()];
        for (int i = 0; i < lengths.length; i++) {
            JsonNode count = counts.get(i);
            if (!count.isIntegralNumber() || !count.canConvertToLong()) {
                throw new UserException(place + ": has the run length " + count);
            }
            lengths[i] = count.longValue();
        }
        return lengths;
    }

    /** Five bits in a character, low ones first; from the fourth on as differences. */
    private static long[] decoded(JsonNode counts, String place) {
        String text = counts.asText();
        long[] lengths = new long[text.length()];
        int size = 0;
        for (int p = 0; p < text.length(); size++) {
            long value = 0;
            boolean more = true;
            for (int k = 0; more; k++) {
                int character = p < text.length() ? text.charAt(p++) - CHARACTER_ZERO : -1;
                if (character < 0 || character > 63 || k == LONGEST) {
                    throw new UserException(
                            place + ": its compressed run lengths are damaged at character " + p);
                }
                value |= (long) (character & 0x1F) << BITS * k;
                more = (character & 0x20) != 0;
                if (!more && (character & 0x10) != 0) {
                    value |= -1L << BITS * (k + 1);
                }
            }
            lengths[size] = size > 2 ? value + lengths[size - 2] : value;
        }
        return Arrays.copyOf(lengths, size);
    }

    /** How many pixels lie inside. */
    static long area(int[] changes) {
        long area = 0;
        for (int i = 0; i < changes.length; i += 2) {
            area += changes[i + 1] - changes[i];
        }
        return area;
    }
}
