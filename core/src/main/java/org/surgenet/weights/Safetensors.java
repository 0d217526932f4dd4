package org.surgenet.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;

/**
 * The safetensors format: eight bytes of header length, a JSON header of types, shapes and byte
 * ranges, then the values without gaps, little-endian and row-major.
 */
public final class Safetensors {
    private static final String METADATA = "__metadata__";

    /** The reference implementation's limit of the header. */
    static final int REFERENCE_MAX_HEADER = 100_000_000;

    /** What is read here: room for a hundred thousand tensors. */
    private static final int MAX_HEADER = 16 << 20;

    private Safetensors() {}

    /** What a writer needs of a tensor: its type, shape, and values on demand. */
    interface Values {
        TensorType type();

        long[] shape();

        /** Row-major, little-endian; asked for once, when its turn has come. */
        ByteBuffer bytes();
    }

    static Values values(Tensor tensor) {
        return new Values() {
            @Override
            public TensorType type() {
                return tensor.type();
            }

            @Override
            public long[] shape() {
                return tensor.shape();
            }

            @Override
            public ByteBuffer bytes() {
                return tensor.buffer();
            }
        };
    }

    static Values values(NDArray array) {
        return new Values() {
            @Override
            public TensorType type() {
                return typeOf(array.getDataType());
            }

            @Override
            public long[] shape() {
                return array.getShape().getShape();
            }

            @Override
            public ByteBuffer bytes() {
                ByteBuffer buffer = array.toByteBuffer();
                if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
                    throw new IllegalStateException("big-endian machines are not supported");
                }
                return buffer.order(ByteOrder.LITTLE_ENDIAN);
            }
        };
    }

    private static TensorType typeOf(DataType type) {
        return switch (type) {
            case FLOAT64 -> TensorType.F64;
            case FLOAT32 -> TensorType.F32;
            case FLOAT16 -> TensorType.F16;
            case BFLOAT16 -> TensorType.BF16;
            case INT64 -> TensorType.I64;
            case INT32 -> TensorType.I32;
            case INT16 -> TensorType.I16;
            case INT8 -> TensorType.I8;
            case UINT8 -> TensorType.U8;
            case BOOLEAN -> TensorType.BOOL;
            default -> throw new IllegalArgumentException("cannot be written: " + type);
        };
    }

    /**
     * Writes arrays atomically, in the map's order, holding one at a time in memory; the same input
     * gives the same bytes.
     *
     * @param metadata text about the whole, for the header
     */
    public static void write(Path file, Map<String, NDArray> arrays, Map<String, String> metadata)
            throws IOException {
        Map<String, Values> values = new LinkedHashMap<>();
        arrays.forEach((name, array) -> values.put(name, values(array)));
        writeValues(file, values, metadata);
    }

    /** As {@link #write(Path, Map, Map)}, of tensors that were read from a file. */
    public static void writeTensors(
            Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        Map<String, Values> values = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> values.put(name, values(tensor)));
        writeValues(file, values, metadata);
    }

    private static void writeValues(
            Path file, Map<String, Values> values, Map<String, String> metadata)
            throws IOException {
        ObjectNode header = Json.object();
        if (!metadata.isEmpty()) {
            ObjectNode node = header.putObject(METADATA);
            // In one order, whatever map it is: the same content gives the same bytes.
            new TreeMap<>(metadata).forEach(node::put);
        }
        long offset = 0;
        for (Map.Entry<String, Values> entry : values.entrySet()) {
            ObjectNode node = header.putObject(entry.getKey());
            node.put("dtype", entry.getValue().type().name());
            ArrayNode shape = node.putArray("shape");
            long count = 1;
            for (long size : entry.getValue().shape()) {
                shape.add(size);
                count *= size;
            }
            long end = offset + count * entry.getValue().type().bytes();
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        // Spaces up to a multiple of eight: the values are then aligned in a mapped file.
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(head.array(), (byte) ' ');
        head.putLong(padded).put(json);
        AtomicFiles.write(
                file,
                out -> {
                    out.write(head.array());
                    byte[] chunk = new byte[1 << 16];
                    for (Values tensor : values.values()) {
                        copy(tensor.bytes(), out, chunk);
                    }
                });
    }

    static void copy(ByteBuffer bytes, OutputStream out, byte[] chunk) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            int count = Math.min(chunk.length, rest.remaining());
            rest.get(chunk, 0, count);
            out.write(chunk, 0, count);
        }
    }

    /** Reads the header; see {@link WeightsFile#read}. */
    static StateDict read(Path file) throws IOException {
        long size = Files.size(file);
        Storage whole = new Storage.FileRegion(file, 0, size);
        if (size < 8) {
            throw damaged(file, "it ends early");
        }
        long length = whole.slice(0, 8).getLong(0);
        if (length <= 0 || length > size - 8) {
            throw damaged(file, "its header claims " + length + " bytes");
        }
        if (length > MAX_HEADER) {
            throw new UserException(
                    file + ": its header of " + length + " bytes is too large for weights");
        }
        byte[] json = new byte[(int) length];
        whole.slice(8, (int) length).get(json);
        JsonNode header = Json.parse(json, file.toString());
        if (!header.isObject()) {
            throw damaged(file, "its header is no object");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        List<long[]> ranges = new ArrayList<>();
        Iterator<Map.Entry<String, JsonNode>> fields = header.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (field.getKey().equals(METADATA)) {
                field.getValue()
                        .fields()
                        .forEachRemaining(e -> metadata.put(e.getKey(), e.getValue().asText()));
            } else {
                tensors.put(
                        field.getKey(),
                        tensor(file, field.getKey(), field.getValue(), 8 + length, size, ranges));
            }
        }
        requireWhole(file, ranges, size - 8 - length);
        return new StateDict(file, StateDict.Format.SAFETENSORS, tensors, metadata);
    }

    private static Tensor tensor(
            Path file, String name, JsonNode node, long data, long size, List<long[]> ranges) {
        JsonNode offsets = node.path("data_offsets");
        JsonNode sizes = node.path("shape");
        TensorType type = type(file, name, node.path("dtype").asText());
        if (!sizes.isArray() || offsets.size() != 2 || !integers(sizes) || !integers(offsets)) {
            throw damaged(file, "its entry for " + name + " is incomplete");
        }
        long begin = offsets.get(0).asLong();
        long end = offsets.get(1).asLong();
        if (begin < 0 || end < begin || end > size - data) {
            throw damaged(file, name + " lies outside it");
        }
        long[] shape = new long[sizes.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = sizes.get(i).asLong();
        }
        ranges.add(new long[] {begin, end});
        try {
            Tensor tensor =
                    Tensor.contiguous(
                            type, shape, new Storage.FileRegion(file, data + begin, end - begin));
            if (tensor.bytes() != end - begin) {
                throw new UserException("its shape does not fit its bytes");
            }
            return tensor;
        } catch (UserException | ArithmeticException e) {
            throw damaged(file, "tensor " + name + ": " + e.getMessage());
        }
    }

    private static boolean integers(JsonNode array) {
        for (JsonNode node : array) {
            if (!node.canConvertToLong() || !node.isIntegralNumber()) {
                return false;
            }
        }
        return true;
    }

    private static TensorType type(Path file, String name, String dtype) {
        for (TensorType type : TensorType.values()) {
            if (type.name().equals(dtype)) {
                return type;
            }
        }
        throw new UserException(
                file
                        + ": tensor "
                        + name
                        + " has the type '"
                        + dtype
                        + "', which is not supported");
    }

    /** The format demands that every byte belongs to one tensor: nothing else hides in a file. */
    private static void requireWhole(Path file, List<long[]> ranges, long bytes) {
        ranges.sort(
                Comparator.<long[]>comparingLong(range -> range[0])
                        .thenComparingLong(range -> range[1]));
        long end = 0;
        for (long[] range : ranges) {
            if (range[0] != end) {
                throw damaged(
                        file,
                        range[0] < end ? "its tensors overlap" : "there is a gap between tensors");
            }
            end = range[1];
        }
        if (end != bytes) {
            throw damaged(file, bytes - end + " bytes belong to no tensor");
        }
    }

    private static UserException damaged(Path file, String how) {
        return new UserException(
                file + ": is a damaged safetensors file: " + how + "; fetch it again");
    }
}
