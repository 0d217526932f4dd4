package org.surgenet.features;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.UserException;

/** Rows of floats as numpy saves them: {@code .npy}, two dimensions, rows first, little-endian. */
final class NpyMatrix {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern TYPE = Pattern.compile("'descr': '<f([48])'");
    private static final Pattern SHAPE = Pattern.compile("'shape': \\((\\d+), (\\d+)\\)");

    /** The format wants the values to begin at a multiple of this. */
    private static final int ALIGNMENT = 64;

    private NpyMatrix() {}

    /** Writes float32 in format 1.0. */
    static void write(Path file, List<float[]> rows) throws IOException {
        int length = rows.isEmpty() ? 0 : rows.get(0).length;
        String text =
                String.format(
                        Locale.ROOT,
                        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }",
                        rows.size(),
                        length);
        int before = MAGIC.length + 4;
        int padded = (before + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer head = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(head.array(), (byte) ' ');
        head.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (padded - before));
        head.put(text.getBytes(StandardCharsets.US_ASCII));
        head.put(padded - 1, (byte) '\n');
        AtomicFiles.write(
                file,
                out -> {
                    out.write(head.array());
                    ByteBuffer bytes =
                            ByteBuffer.allocate(length * Float.BYTES)
                                    .order(ByteOrder.LITTLE_ENDIAN);
                    for (float[] row : rows) {
                        bytes.asFloatBuffer().put(row);
                        out.write(bytes.array());
                    }
                });
    }

    /**
     * Reads float32 or float64; the latter are rounded.
     *
     * @throws UserException naming the file if it is no such matrix
     */
    static List<float[]> read(Path file) {
        try {
            return read(file, ByteBuffer.wrap(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        } catch (BufferUnderflowException e) {
            throw new UserException(file + ": ends too early for a .npy file", e);
        }
    }

    private static List<float[]> read(Path file, ByteBuffer data) {
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
        String header = new String(text, StandardCharsets.ISO_8859_1);
        Matcher type = TYPE.matcher(header);
        Matcher shape = SHAPE.matcher(header);
        if (!type.find() || !shape.find() || header.contains("'fortran_order': True")) {
            throw new UserException(
                    file
                            + ": is not a matrix of features (two dimensions, rows first, float32"
                            + " or float64): "
                            + header.strip());
        }
        boolean wide = type.group(1).equals("8");
        long rows = Long.parseLong(shape.group(1));
        long columns = Long.parseLong(shape.group(2));
        if (columns == 0 || rows > data.remaining() / columns / (wide ? 8 : 4)) {
            throw new BufferUnderflowException();
        }
        List<float[]> all = new ArrayList<>();
        for (long i = 0; i < rows; i++) {
            float[] row = new float[(int) columns];
            for (int j = 0; j < row.length; j++) {
                row[j] = wide ? (float) data.getDouble() : data.getFloat();
            }
            all.add(row);
        }
        return all;
    }
}
