package org.surgenet.features;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.NpyHeader;
import org.surgenet.common.UserException;

/** Rows of floats as numpy saves them: {@code .npy}, two dimensions, rows first, little-endian. */
final class NpyMatrix {
    private static final String WHAT =
            "a matrix of features (two dimensions, rows first, float32 or float64)";

    private NpyMatrix() {}

    /** Writes float32 in format 1.0. */
    static void write(Path file, List<float[]> rows) throws IOException {
        int length = rows.isEmpty() ? 0 : rows.get(0).length;
        AtomicFiles.write(
                file,
                out -> {
                    out.write(NpyHeader.ofFloats(rows.size(), length));
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
     * @throws UserException naming the file if it is not such a matrix
     */
    static List<float[]> read(Path file) {
        return NpyHeader.read(file, WHAT, (header, data) -> read(file, header, data));
    }

    private static List<float[]> read(Path file, NpyHeader header, ByteBuffer data) {
        if (header.kind() != 'f' || header.bytes() < Float.BYTES || header.columnsFirst()) {
            throw new UserException(file + ": is not " + WHAT + ": " + header.text());
        }
        if (header.columns() == 0
                || header.rows() > data.remaining() / header.columns() / header.bytes()) {
            throw new BufferUnderflowException();
        }
        List<float[]> all = new ArrayList<>();
        for (long i = 0; i < header.rows(); i++) {
            float[] row = new float[(int) header.columns()];
            for (int j = 0; j < row.length; j++) {
                row[j] =
                        header.bytes() == Double.BYTES ? (float) data.getDouble() : data.getFloat();
            }
            all.add(row);
        }
        return all;
    }
}
