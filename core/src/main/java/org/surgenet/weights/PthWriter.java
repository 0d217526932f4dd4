package org.surgenet.weights;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;

/**
 * Writes checkpoints that {@code torch.load(weights_only=True)} accepts: a zip of stored entries
 * with a pickle of protocol 2 in which state dictionaries are ordered dictionaries of contiguous
 * tensors, one storage each. The same input gives the same bytes.
 */
public final class PthWriter {
    private static final String ROOT = "archive/";
    private static final int ALIGNMENT = 64;

    /** 1980-01-01, the earliest that zip can say: the bytes must not depend on the day. */
    private static final int DATE = 1 << 5 | 1;

    private final Pickle pickle = new Pickle();
    private final List<Safetensors.Values> storages = new ArrayList<>();

    private PthWriter() {}

    /**
     * As {@link #write(Path, Map, Map)}, without notes.
     *
     * @throws UserException if the file would exceed four gigabytes
     */
    public static void write(Path file, Map<String, ?> content) throws IOException {
        write(file, content, Map.of());
    }

    /**
     * Writes atomically, holding one tensor at a time in memory.
     *
     * @param content maps, lists and tuples (arrays), nested at will, of tensors, text, numbers,
     *     truth values and null; keys are text or numbers
     * @param notes text about the whole, such as the licence, in an entry of its own, {@value
     *     PthFile#NOTES}: PyTorch passes over it, where a key in the dictionary would be a tensor
     *     too many
     * @throws UserException if the file would exceed four gigabytes, which this writer's zip cannot
     *     hold
     */
    public static void write(Path file, Map<String, ?> content, Map<String, String> notes)
            throws IOException {
        PthWriter writer = new PthWriter();
        writer.pickle.op(0x80).op(2); // PROTO 2
        writer.value(content);
        writer.pickle.op('.');
        AtomicFiles.write(file, out -> writer.zip(file, notes, out));
    }

    private void value(Object value) {
        if (value instanceof Map<?, ?> map) {
            pickle.global("collections", "OrderedDict").op(')').op('R').op('(');
            map.forEach(
                    (key, item) -> {
                        value(key);
                        value(item);
                    });
            pickle.op('u'); // SETITEMS
        } else if (value instanceof Tensor tensor) {
            tensor(Safetensors.values(tensor));
        } else if (value instanceof List<?> list) {
            pickle.op(']').op('(');
            list.forEach(this::value);
            pickle.op('e'); // APPENDS
        } else if (value instanceof Object[] tuple) {
            pickle.op('(');
            for (Object item : tuple) {
                value(item);
            }
            pickle.op('t');
        } else if (value == null) {
            pickle.op('N');
        } else if (value instanceof String text) {
            pickle.text(text);
        } else if (value instanceof Boolean truth) {
            pickle.op(truth ? 0x88 : 0x89);
        } else if (value instanceof Integer || value instanceof Long) {
            pickle.integer(((Number) value).longValue());
        } else if (value instanceof Number number) {
            pickle.real(number.doubleValue());
        } else {
            throw new IllegalArgumentException("cannot be written: " + value);
        }
    }

    /** _rebuild_tensor_v2(storage, 0, size, stride, False, OrderedDict()). */
    private void tensor(Safetensors.Values tensor) {
        if (tensor.type().storageClass() == null) {
            throw new UserException(
                    tensor.type() + " cannot be written as .pth; write .safetensors instead");
        }
        long count = Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact);
        pickle.global("torch._utils", "_rebuild_tensor_v2").op('(').op('(');
        pickle.text("storage").global("torch", tensor.type().storageClass());
        pickle.text(String.valueOf(storages.size())).text("cpu").integer(count);
        pickle.op('t').op('Q').integer(0); // TUPLE, BINPERSID
        pickle.tuple(tensor.shape()).tuple(Tensor.rowMajor(tensor.shape()));
        pickle.op(0x89).global("collections", "OrderedDict").op(')').op('R');
        pickle.op('t').op('R');
        storages.add(tensor);
    }

    // --- the zip file ---------------------------------------------------------------------------

    private void zip(Path file, Map<String, String> notes, OutputStream out) throws IOException {
        Zip zip = new Zip(file, out);
        zip.entry("data.pkl", ByteBuffer.wrap(pickle.bytes.toByteArray()));
        zip.entry("byteorder", ascii("little"));
        for (int i = 0; i < storages.size(); i++) {
            zip.entry("data/" + i, storages.get(i).bytes());
        }
        if (!notes.isEmpty()) {
            ObjectNode json = Json.object();
            new TreeMap<>(notes).forEach(json::put);
            byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
            zip.entry(PthFile.NOTES, ByteBuffer.wrap(text));
        }
        zip.entry("version", ascii("3\n"));
        zip.end();
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Stored entries whose data begin at multiples of 64, as PyTorch lays them for mapping. */
    private static final class Zip {
        private final Path file;
        private final OutputStream out;
        private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
        private final byte[] chunk = new byte[1 << 16];
        private long position;
        private int count;

        Zip(Path file, OutputStream out) {
            this.file = file;
            this.out = out;
        }

        void entry(String name, ByteBuffer data) throws IOException {
            byte[] path = (ROOT + name).getBytes(StandardCharsets.UTF_8);
            CRC32 crc = new CRC32();
            crc.update(data.duplicate());
            // An extra field of the smallest size that pads to the alignment; it needs 4 bytes.
            int padding =
                    (int) ((ALIGNMENT - (position + 30 + path.length + 4) % ALIGNMENT) % ALIGNMENT);
            long start = position;
            ByteBuffer local = little(30 + path.length + 4 + padding);
            local.putInt(0x04034b50);
            common(local, crc, data.remaining(), path.length);
            local.putShort((short) (4 + padding)).put(path);
            local.put((byte) 'F').put((byte) 'B').putShort((short) padding);
            while (local.hasRemaining()) {
                local.put((byte) 'Z');
            }
            ByteBuffer central = little(46 + path.length);
            central.putInt(0x02014b50).putShort((short) 0);
            common(central, crc, data.remaining(), path.length);
            central.putShort((short) 0).putShort((short) 0).putShort((short) 0);
            central.putShort((short) 0).putInt(0).putInt((int) start).put(path);
            directory.write(central.array());
            out.write(local.array());
            position += local.capacity() + (long) data.remaining();
            if (position + directory.size() > 0xFFFFFFFFL || ++count > 0xFFFF) {
                throw new UserException(
                        file + ": would exceed what .pth can hold here; write .safetensors");
            }
            Safetensors.copy(data, out, chunk);
        }

        /** What the local and the central header share: from "version needed" to name length. */
        private static void common(ByteBuffer header, CRC32 crc, int size, int nameLength) {
            header.putShort((short) 0).putShort((short) 0).putShort((short) 0);
            header.putShort((short) 0).putShort((short) DATE);
            header.putInt((int) crc.getValue()).putInt(size).putInt(size);
            header.putShort((short) nameLength);
        }

        void end() throws IOException {
            out.write(directory.toByteArray());
            ByteBuffer end = little(22);
            end.putInt(0x06054b50).putShort((short) 0).putShort((short) 0);
            end.putShort((short) count).putShort((short) count);
            end.putInt(directory.size()).putInt((int) position).putShort((short) 0);
            out.write(end.array());
        }

        private static ByteBuffer little(int size) {
            return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Instructions of protocol 2. */
    private static final class Pickle {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Pickle op(int code) {
            bytes.write(code);
            return this;
        }

        Pickle global(String module, String name) {
            op('c').bytes
                    .writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
            return this;
        }

        Pickle text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            op('X').little(utf8.length, 4).bytes.writeBytes(utf8);
            return this;
        }

        Pickle integer(long value) {
            if (value == (int) value) {
                return op('J').little(value, 4); // BININT
            }
            return op(0x8a).op(8).little(value, 8); // LONG1
        }

        Pickle real(double value) {
            ByteBuffer big = ByteBuffer.allocate(8).putDouble(value);
            op('G').bytes.writeBytes(big.array());
            return this;
        }

        Pickle tuple(long[] values) {
            op('(');
            for (long value : values) {
                integer(value);
            }
            return op('t');
        }

        private Pickle little(long value, int count) {
            for (int i = 0; i < count; i++) {
                bytes.write((int) (value >>> 8 * i));
            }
            return this;
        }
    }
}
