package org.surgenet.common;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The beginning of a matrix that numpy saved ({@code .npy}, format 1 to 3).
 *
 * @param kind of the values: {@code b} boolean, {@code i} signed, {@code u} unsigned, {@code f}
 *     float
 * @param bytes of a value
 * @param rows the first dimension
 * @param columns the second dimension
 * @param columnsFirst whether the values come column by column (Fortran's order), not row by row
 * @param text of the header, for messages
 */
public record NpyHeader(
        char kind, int bytes, long rows, long columns, boolean columnsFirst, String text) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern TYPE = Pattern.compile("'descr': '([<>|=])([biuf])([1248])'");
    private static final Pattern SHAPE = Pattern.compile("'shape': \\((\\d+), (\\d+)\\)");

    /** The format wants the values to begin at a multiple of this. */
    private static final int ALIGNMENT = 64;

    /**
     * Reads a file.
     *
     * @param what the matrix should be, for messages, such as "a label map (...)"
     * @param reader takes the values, which are in the buffer in their byte order
     * @throws UserException naming the file if it cannot be read, ends too early or is not a matrix
     */
    public static <T> T read(Path file, String what, BiFunction<NpyHeader, ByteBuffer, T> reader) {
        try {
            ByteBuffer data = ByteBuffer.wrap(Files.readAllBytes(file));
            return reader.apply(header(file, what, data), data);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        } catch (BufferUnderflowException e) {
            throw new UserException(file + ": ends too early for a .npy file", e);
        }
    }

    private static NpyHeader header(Path file, String what, ByteBuffer data) {
        data.order(ByteOrder.LITTLE_ENDIAN);
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
        String header = new String(text, StandardCharsets.ISO_8859_1).strip();
        Matcher type = TYPE.matcher(header);
        Matcher shape = SHAPE.matcher(header);
        if (!type.find() || !shape.find()) {
            throw new UserException(file + ": is not " + what + ": " + header);
        }
        data.order(type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        return new NpyHeader(
                type.group(2).charAt(0),
                Integer.parseInt(type.group(3)),
                number(file, shape.group(1)),
                number(file, shape.group(2)),
                header.contains("'fortran_order': True"),
                header);
    }

    private static long number(Path file, String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new UserException(file + ": has a side of " + digits, e);
        }
    }

    /** The bytes in front of the values of a float32 matrix, little-endian, in format 1. */
    public static byte[] ofFloats(long rows, long columns) {
        String text =
                "{'descr': '<f4', 'fortran_order': False, 'shape': ("
                        + rows
                        + ", "
                        + columns
                        + "), }";
        int before = MAGIC.length + 4;
        int padded = (before + text.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
        ByteBuffer head = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(head.array(), (byte) ' ');
        head.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (padded - before));
        head.put(text.getBytes(StandardCharsets.US_ASCII));
        head.put(padded - 1, (byte) '\n');
        return head.array();
    }
}
