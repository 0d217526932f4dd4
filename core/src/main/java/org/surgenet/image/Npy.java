package org.surgenet.image;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.UserException;

/**
 * A label map that numpy saved: a file {@code .npy} of two dimensions (format 1 to 3, rows first),
 * of booleans or integers of any width.
 *
 * @param width columns
 * @param height rows
 * @param labels row by row, each 0 to 255, as unsigned bytes
 */
public record Npy(int width, int height, byte[] labels) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern TYPE = Pattern.compile("'descr': '([<>|=])([biu])([1248])'");
    private static final Pattern SHAPE = Pattern.compile("'shape': \\((\\d+), (\\d+)\\)");
    private static final int LARGEST = 255;

    /**
     * Reads a file.
     *
     * @throws UserException naming the file if it is none of these, or a value is outside 0 to 255
     */
    public static Npy read(Path file) {
        try {
            ByteBuffer data = ByteBuffer.wrap(Files.readAllBytes(file));
            return read(file, data.order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        } catch (BufferUnderflowException e) {
            throw new UserException(file + ": ends too early for a .npy file", e);
        }
    }

    private static Npy read(Path file, ByteBuffer data) {
        byte[] magic = new byte[MAGIC.length];
        data.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new UserException(file + ": is not a .npy file");
        }
        int version = data.get();
        data.get();
        long length = version == 1 ? data.getShort() & 0xFFFF : data.getInt() & 0xFFFFFFFFL;
        if (length > data.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] text = new byte[(int) length];
        data.get(text);
        String header = new String(text, StandardCharsets.ISO_8859_1);
        Matcher type = TYPE.matcher(header);
        Matcher shape = SHAPE.matcher(header);
        if (!type.find() || !shape.find() || header.contains("'fortran_order': True")) {
            throw new UserException(
                    file
                            + ": is not a label map (two dimensions, rows first, integers): "
                            + header.strip());
        }
        long height = Long.parseLong(shape.group(1));
        long width = Long.parseLong(shape.group(2));
        int bytes = Integer.parseInt(type.group(3));
        if (height == 0 || width == 0 || height > Images.MAX_PIXELS / width) {
            throw new UserException(file + ": has no size for an image: " + header.strip());
        }
        data.order(type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        byte[] labels = new byte[(int) (height * width)];
        for (int i = 0; i < labels.length; i++) {
            long value = value(data, bytes);
            if (value < 0 || value > LARGEST) {
                throw new UserException(
                        String.format(
                                Locale.ROOT,
                                "%s: pixel (%d, %d) has the value %d, which is not a class",
                                file,
                                i % width,
                                i / width,
                                value));
            }
            labels[i] = (byte) value;
        }
        return new Npy((int) width, (int) height, labels);
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
