package org.surgenet.image;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import org.surgenet.common.NpyHeader;
import org.surgenet.common.UserException;

/**
 * A label map that numpy saved: a file {@code .npy} of two dimensions (format 1 to 3, in C's or
 * Fortran's order), of booleans or integers of any width.
 *
 * @param width columns
 * @param height rows
 * @param labels row by row, each 0 to 255, as unsigned bytes
 * @param isBoolean whether it tells two classes alone
 */
public record Npy(int width, int height, byte[] labels, boolean isBoolean) {
    private static final String WHAT = "a label map (two dimensions, integers)";
    private static final int LARGEST = 255;

    /**
     * Reads a file.
     *
     * @throws UserException naming the file if it is not one of these, or a value is outside 0 to
     *     255
     */
    public static Npy read(Path file) {
        return NpyHeader.read(file, WHAT, (header, data) -> read(file, header, data));
    }

    private static Npy read(Path file, NpyHeader header, ByteBuffer data) {
        if (header.kind() == 'f') {
            throw new UserException(file + ": is not " + WHAT + ": " + header.text());
        }
        long height = header.rows();
        long width = header.columns();
        int bytes = header.bytes();
        if (height == 0 || width == 0 || height > Images.MAX_PIXELS / width) {
            throw new UserException(file + ": has no size for an image: " + header.text());
        }
        byte[] labels = new byte[(int) (height * width)];
        for (int i = 0; i < labels.length; i++) {
            long value = value(data, bytes);
            if (value < 0 || value > LARGEST) {
                throw new UserException(
                        String.format(
                                Locale.ROOT,
                                "%s: pixel (%d, %d) has the value %d, which is not a class",
                                file,
                                header.columnsFirst() ? i / height : i % width,
                                header.columnsFirst() ? i % height : i / width,
                                value));
            }
            int at = header.columnsFirst() ? (int) (i % height * width + i / height) : i;
            labels[at] = (byte) value;
        }
        return new Npy((int) width, (int) height, labels, header.kind() == 'b');
    }

    /** Signed widths above one byte suffice: values above 255 are refused whatever their sign. */
    private static long value(ByteBuffer data, int bytes) {
        return switch (bytes) {
            case 1 -> data.get() & 0xFF;
            case 2 -> data.getShort();
            case 4 -> data.getInt();
            default -> data.getLong();
        };
    }
}
