package org.surgenet.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.opencv.core.Mat;
import org.surgenet.common.UserException;

/**
 * The samples of a PNG with a palette, or of grey with less than 8 bits, as they are stored: in
 * masks they are the classes. OpenCV gives the palette's colours, and stretches grey of few bits to
 * 0 to 255. PNG specification (third edition), sections 7 and 9.
 */
final class IndexedPng {
    private static final int COLOUR_TYPE_GREY = 0;
    private static final int COLOUR_TYPE_INDEXED = 3;

    private IndexedPng() {}

    /** Tells whether {@code png}, a whole PNG file, has a palette. */
    static boolean isIndexed(byte[] png) {
        return png[25] == COLOUR_TYPE_INDEXED;
    }

    /** Tells whether {@code png}, a whole PNG file, is grey with less than 8 bits. */
    static boolean isPackedGrey(byte[] png) {
        return png[25] == COLOUR_TYPE_GREY && png[24] < 8;
    }

    /**
     * @return (height, width), 8UC1
     */
    static Mat indices(Path file, byte[] png, ImageHeader header) {
        int depth = png[24];
        if (png[28] != 0) {
            throw new UserException(
                    file
                            + ": is an interlaced PNG with a palette or few bits of grey, which is"
                            + " not read as a mask");
        }
        if (depth != 1 && depth != 2 && depth != 4 && depth != 8) {
            throw new UserException(file + ": is damaged: bit depth " + depth);
        }
        int width = header.width();
        int height = header.height();
        int stride = (int) (((long) width * depth + 7) / 8);
        byte[] rows = inflate(file, png, (stride + 1) * height);
        unfilter(file, rows, stride, height);

        byte[] indices = new byte[width * height];
        int perByte = 8 / depth;
        int valueMask = (1 << depth) - 1;
        for (int y = 0; y < height; y++) {
            int row = y * (stride + 1) + 1;
            for (int x = 0; x < width; x++) {
                // Samples fill each byte from its high bits on.
                int shift = (perByte - 1 - x % perByte) * depth;
                indices[y * width + x] = (byte) (rows[row + x / perByte] >> shift & valueMask);
            }
        }
        return Images.ofGreyBytes(indices, width, height);
    }

    private static byte[] inflate(Path file, byte[] png, int size) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(png.length);
        ByteBuffer chunks = ByteBuffer.wrap(png);
        // The chain of chunks was checked to be whole.
        for (int at = 8; at + 12 <= png.length; at += 12 + chunks.getInt(at)) {
            if (chunks.getInt(at + 4) == 0x49444154) { // IDAT
                compressed.write(png, at + 8, chunks.getInt(at));
            }
        }
        byte[] rows = new byte[size];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(compressed.toByteArray());
            int done = 0;
            while (done < size && !inflater.finished()) {
                int n = inflater.inflate(rows, done, size - done);
                if (n == 0) {
                    break;
                }
                done += n;
            }
            if (done < size) {
                throw new UserException(file + ": is damaged: rows are missing");
            }
            return rows;
        } catch (DataFormatException e) {
            throw new UserException(file + ": is damaged: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }

    /** Undoes each row's filter in place; a pixel takes one byte or less. */
    private static void unfilter(Path file, byte[] rows, int stride, int height) {
        for (int y = 0; y < height; y++) {
            int row = y * (stride + 1) + 1;
            int filter = rows[row - 1];
            for (int i = 0; i < stride; i++) {
                int left = i > 0 ? rows[row + i - 1] & 0xFF : 0;
                int up = y > 0 ? rows[row - stride - 1 + i] & 0xFF : 0;
                int upLeft = i > 0 && y > 0 ? rows[row - stride - 2 + i] & 0xFF : 0;
                int prediction =
                        switch (filter) {
                            case 0 -> 0;
                            case 1 -> left;
                            case 2 -> up;
                            case 3 -> (left + up) / 2;
                            case 4 -> paeth(left, up, upLeft);
                            default ->
                                    throw new UserException(
                                            file + ": is damaged: unknown filter " + filter);
                        };
                rows[row + i] += (byte) prediction;
            }
        }
    }

    private static int paeth(int left, int up, int upLeft) {
        int estimate = left + up - upLeft;
        int toLeft = Math.abs(estimate - left);
        int toUp = Math.abs(estimate - up);
        int toUpLeft = Math.abs(estimate - upLeft);
        if (toLeft <= toUp && toLeft <= toUpLeft) {
            return left;
        }
        return toUp <= toUpLeft ? up : upLeft;
    }
}
