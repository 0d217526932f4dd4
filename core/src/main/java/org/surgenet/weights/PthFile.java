package org.surgenet.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;

/**
 * PyTorch's checkpoints: the zip format ({@code data.pkl} and one stored entry per storage) and the
 * legacy format (five pickles, then the storages one after the other). What the pickle may name is
 * what tensors are made of, and {@code argparse.Namespace}, which DINO's checkpoints hold.
 */
final class PthFile {
    static final BigInteger LEGACY_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

    /** Entry of the zip format for what {@link PthWriter} notes beside the tensors. */
    static final String NOTES = "surgenet.json";

    private static final int LEGACY_PROTOCOL = 1001;
    private static final long MAX_PICKLE = 64L << 20;
    private static final int MAX_NOTES = 1 << 16;
    private static final int MAX_VALUES = 1 << 20;
    private static final int MAX_DEPTH = 32;

    /** A storage's key is a number or, in the legacy format, an address. */
    private static final int MAX_STORAGE_KEY = 100;

    /** A storage as the pickle names it, and a part of it that views name. */
    private record StorageReference(TensorType type, String key, long elements) {}

    private record Element(TensorType type) {}

    /** A tensor whose storage may not have been located yet. */
    private record TensorReference(
            TensorType type, StorageReference storage, long offset, long[] shape, long[] strides) {}

    private final Path file;
    private final Map<String, Object> allowed = new HashMap<>();

    /** The root storages by key. */
    private final Map<String, StorageReference> storages = new LinkedHashMap<>();

    /** Legacy views by key: where they begin in their root, in elements, and which that is. */
    private final Map<String, Long> viewOffsets = new HashMap<>();

    private final Map<String, String> viewRoots = new HashMap<>();
    private int visited;

    private PthFile(Path file) {
        this.file = file;
        allowNames();
    }

    /** Reads the zip format. */
    static StateDict readZip(Path file) throws IOException {
        return new PthFile(file).zip(ZipIndex.read(file));
    }

    /** Reads the legacy format. */
    static StateDict readLegacy(Path file) throws IOException {
        return new PthFile(file).legacy();
    }

    // --- names a pickle may use -----------------------------------------------------------------

    private void allowNames() {
        PickleReader.Callable dictionary =
                arguments -> {
                    LinkedHashMap<String, Object> map = new LinkedHashMap<>();
                    // Python 2 wrote OrderedDict([[key, value], ...]).
                    if (arguments.length == 1 && arguments[0] instanceof List<?> pairs) {
                        for (Object pair : pairs) {
                            List<?> two = (List<?>) pair;
                            map.put(String.valueOf(two.get(0)), two.get(1));
                        }
                    }
                    return map;
                };
        allowed.put("collections.OrderedDict", dictionary);
        allowed.put(
                "argparse.Namespace",
                (PickleReader.Callable) arguments -> new PickleReader.Namespace());
        allowed.put("torch._utils._rebuild_tensor", (PickleReader.Callable) this::rebuild);
        allowed.put("torch._utils._rebuild_tensor_v2", (PickleReader.Callable) this::rebuild);
        allowed.put("torch._utils._rebuild_tensor_v3", (PickleReader.Callable) this::rebuildV3);
        // Tensors with attributes, and buffers: (how to rebuild, class, its arguments, attributes).
        allowed.put(
                "torch._tensor._rebuild_from_type_v2",
                (PickleReader.Callable)
                        arguments ->
                                ((PickleReader.Callable) arguments[0])
                                        .call((Object[]) arguments[2]));
        PickleReader.Callable first = arguments -> arguments[0];
        allowed.put("torch._utils._rebuild_parameter", first);
        allowed.put("torch._utils._rebuild_parameter_with_state", first);
        allowed.put("torch.nn.parameter.Parameter", first);
        allowed.put("torch.Tensor", first);
        allowed.put("torch.Size", first);
        allowed.put("torch.device", (PickleReader.Callable) arguments -> join(arguments));
        PickleReader.Callable list =
                arguments ->
                        arguments.length == 1 && arguments[0] instanceof List<?> items
                                ? new ArrayList<>(items)
                                : new ArrayList<>();
        for (String module : List.of("builtins", "__builtin__")) {
            allowed.put(module + ".set", list);
            allowed.put(module + ".frozenset", list);
        }
        allowed.put(
                "_codecs.encode",
                (PickleReader.Callable)
                        arguments ->
                                String.valueOf(arguments[0]).getBytes(StandardCharsets.ISO_8859_1));
        for (TensorType type : TensorType.values()) {
            allowed.put("torch." + type.torchName(), new Element(type));
            if (type.storageClass() != null) {
                allowed.put("torch." + type.storageClass(), new PickleReader.StorageClass(type));
                allowed.put(
                        "torch.cuda." + type.storageClass(), new PickleReader.StorageClass(type));
            }
        }
        for (String module : List.of("torch", "torch.storage")) {
            allowed.put(module + ".UntypedStorage", new PickleReader.StorageClass(TensorType.U8));
        }
    }

    private static String join(Object[] values) {
        StringBuilder text = new StringBuilder();
        for (Object value : values) {
            text.append(text.length() == 0 ? "" : ":").append(value);
        }
        return text.toString();
    }

    /**
     * Arguments: storage, offset, size, stride; of the second version, two that say nothing about
     * the values, then whether they are to be negated or conjugated.
     */
    private Object rebuild(Object[] arguments) {
        StorageReference storage = (StorageReference) arguments[0];
        requirePlain(arguments, 6);
        return new TensorReference(
                storage.type,
                storage,
                PickleReader.integer(arguments[1]),
                longs(arguments[2]),
                longs(arguments[3]));
    }

    /** As the second version, but the storage is untyped and the element type comes seventh. */
    private Object rebuildV3(Object[] arguments) {
        StorageReference storage = (StorageReference) arguments[0];
        Element element = (Element) arguments[6];
        requirePlain(arguments, 7);
        return new TensorReference(
                element.type,
                storage,
                PickleReader.integer(arguments[1]),
                longs(arguments[2]),
                longs(arguments[3]));
    }

    private void requirePlain(Object[] arguments, int index) {
        if (arguments.length > index
                && arguments[index] instanceof Map<?, ?> bits
                && bits.containsValue(true)) {
            throw new UserException(
                    file
                            + ": has a tensor that is a negated or conjugated view; save"
                            + " tensor.resolve_neg().resolve_conj() instead");
        }
    }

    private static long[] longs(Object tuple) {
        Object[] values = tuple instanceof List<?> list ? list.toArray() : (Object[]) tuple;
        long[] longs = new long[values.length];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = PickleReader.integer(values[i]);
        }
        return longs;
    }

    /** ('storage', class, key, location, elements, [view]): the location (CUDA) does not matter. */
    private Object storage(Object[] id) {
        if (id.length < 5
                || !"storage".equals(id[0])
                || !(id[1] instanceof PickleReader.StorageClass type)
                || !(id[2] instanceof String || id[2] instanceof Number)
                || id[2].toString().length() > MAX_STORAGE_KEY) {
            throw new UserException(file + ": holds an object other than tensors by reference");
        }
        StorageReference root =
                storages.computeIfAbsent(
                        id[2].toString(),
                        key -> new StorageReference(type.type(), key, PickleReader.integer(id[4])));
        if (id.length > 5 && id[5] instanceof Object[] view) {
            // A legacy view: (key, offset in elements of the root, elements).
            return new StorageReference(
                    type.type(),
                    view(root.key, PickleReader.integer(view[1])),
                    PickleReader.integer(view[2]));
        }
        return new StorageReference(type.type(), root.key, root.elements);
    }

    /** A view's key names its root and where in it the view begins. */
    private String view(String root, long offset) {
        String key = root + "\n" + offset;
        viewOffsets.put(key, offset);
        viewRoots.put(key, root);
        return key;
    }

    // --- zip format -----------------------------------------------------------------------------

    /** What a file of this project says beside its tensors; others have none. */
    private Map<String, String> notes(ZipIndex zip, String root) throws IOException {
        Map<String, String> notes = new LinkedHashMap<>();
        if (zip.has(root + NOTES)) {
            Storage entry = zip.storage(root + NOTES);
            if (entry.bytes() > MAX_NOTES) {
                throw new UserException(file + ": its " + NOTES + " is too large for notes");
            }
            byte[] json = new byte[(int) entry.bytes()];
            entry.slice(0, json.length).get(json);
            Json.parse(json, file + ": " + NOTES)
                    .fields()
                    .forEachRemaining(note -> notes.put(note.getKey(), note.getValue().asText()));
        }
        return notes;
    }

    private StateDict zip(ZipIndex zip) throws IOException {
        String root = null;
        for (String name : zip.names()) {
            if (name.equals("data.pkl") || name.endsWith("/data.pkl")) {
                root = name.substring(0, name.length() - "data.pkl".length());
                break;
            }
        }
        if (root == null) {
            throw new UserException(
                    file + ": is a zip file, but no PyTorch checkpoint: it has no data.pkl");
        }
        if (zip.has(root + "constants.pkl")) {
            throw new UserException(
                    file
                            + ": is a TorchScript program, not a state dict; save"
                            + " model.state_dict() instead");
        }
        if (zip.has(root + "byteorder")) {
            Storage order = zip.storage(root + "byteorder");
            byte[] text = new byte[(int) Math.min(16, order.bytes())];
            order.slice(0, text.length).get(text);
            if (!new String(text, StandardCharsets.US_ASCII).strip().equals("little")) {
                throw new UserException(
                        file + ": was written on a big-endian machine, which is not supported");
            }
        }
        Storage pickle = zip.storage(root + "data.pkl");
        if (pickle.bytes() > MAX_PICKLE) {
            throw new UserException(file + ": its data.pkl is too large for a checkpoint");
        }
        Object object =
                new PickleReader(
                                file.toString(),
                                pickle.slice(0, (int) pickle.bytes()),
                                allowed,
                                this::storage)
                        .read();
        Map<String, Storage> found = new HashMap<>();
        for (StorageReference storage : storages.values()) {
            Storage bytes = zip.storage(root + "data/" + storage.key);
            requireSize(storage, bytes.bytes());
            found.put(storage.key, bytes);
        }
        return flatten(object, StateDict.Format.PYTORCH_ZIP, found).with(notes(zip, root));
    }

    private void requireSize(StorageReference storage, long bytes) {
        if (storage.elements < 0 || storage.elements > bytes / storage.type.bytes()) {
            throw new UserException(
                    file
                            + ": its storage "
                            + storage.key
                            + " should have "
                            + storage.elements
                            + " elements of "
                            + storage.type
                            + ", but has "
                            + bytes
                            + " bytes");
        }
    }

    // --- legacy format --------------------------------------------------------------------------

    private StateDict legacy() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = channel.size();
            ByteBuffer head =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(length, MAX_PICKLE))
                            .order(ByteOrder.LITTLE_ENDIAN);
            Object magic = pickle(head);
            Object protocol = pickle(head);
            if (!LEGACY_MAGIC.equals(magic) || !Integer.valueOf(LEGACY_PROTOCOL).equals(protocol)) {
                throw new UserException(
                        file
                                + ": is a Python pickle, but no PyTorch checkpoint; save a state"
                                + " dict with torch.save");
            }
            Object system = pickle(head);
            if (system instanceof Map<?, ?> info
                    && Boolean.FALSE.equals(info.get("little_endian"))) {
                throw new UserException(
                        file + ": was written on a big-endian machine, which is not supported");
            }
            Object object = pickle(head);
            if (!(pickle(head) instanceof List<?> keys)) {
                throw new UserException(file + ": has no list of storages after its objects");
            }
            Map<String, Storage> found = new HashMap<>();
            long position = head.position();
            ByteBuffer count = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            for (Object key : keys) {
                StorageReference storage = storages.get(String.valueOf(key));
                count.clear();
                while (count.hasRemaining()
                        && channel.read(count, position + count.position()) >= 0) {
                    // Reads on until the field is full or the file ends.
                }
                if (storage == null || count.hasRemaining()) {
                    throw new UserException(file + ": ends early; fetch it again");
                }
                long elements = count.getLong(0);
                position += 8;
                if (elements < 0
                        || elements > (length - position) / storage.type.bytes()
                        || elements < storage.elements) {
                    throw new UserException(
                            file
                                    + ": its storage "
                                    + storage.key
                                    + " reaches beyond the file's end; fetch it again");
                }
                long bytes = elements * storage.type.bytes();
                found.put(storage.key, new Storage.FileRegion(file, position, bytes));
                position += bytes;
            }
            return flatten(object, StateDict.Format.PYTORCH_LEGACY, found);
        }
    }

    private Object pickle(ByteBuffer bytes) {
        return new PickleReader(file.toString(), bytes, allowed, this::storage).read();
    }

    // --- from objects to names ------------------------------------------------------------------

    private StateDict flatten(Object object, StateDict.Format format, Map<String, Storage> found) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        if (object instanceof TensorReference tensor) {
            tensors.put("tensor", resolve("tensor", tensor, found));
        } else if (object instanceof Map<?, ?> || object instanceof List<?>) {
            flatten("", object, 0, found, tensors, metadata);
        } else {
            throw new UserException(
                    file + ": holds neither tensors nor a dictionary of them; save a state dict");
        }
        Map<String, Object> content = new LinkedHashMap<>();
        if (object instanceof Map<?, ?> map) {
            map.forEach((key, value) -> content.put(String.valueOf(key), plain(value, found)));
        }
        return new StateDict(file, format, tensors, metadata, content);
    }

    /**
     * An object with tensors in place of references; what {@link #flatten} has found good. Storages
     * and functions become null.
     */
    private Object plain(Object object, Map<String, Storage> found) {
        if (object instanceof TensorReference tensor) {
            return resolve("", tensor, found);
        }
        if (object instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put(key, plain(value, found)));
            return copy;
        }
        if (object instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(item -> copy.add(plain(item, found)));
            return copy;
        }
        if (object instanceof Object[] tuple) {
            Object[] copy = new Object[tuple.length];
            for (int i = 0; i < copy.length; i++) {
                copy[i] = plain(tuple[i], found);
            }
            return copy;
        }
        if (object instanceof Element element) {
            return element.type.torchName();
        }
        return object instanceof String || object instanceof Number || object instanceof Boolean
                ? object
                : null;
    }

    private void flatten(
            String name,
            Object object,
            int depth,
            Map<String, Storage> found,
            Map<String, Tensor> tensors,
            Map<String, String> metadata) {
        // A pickle may nest a container in itself, and may repeat one without cost.
        if (depth > MAX_DEPTH || ++visited > MAX_VALUES) {
            throw new UserException(file + ": its dictionaries are nested without end");
        }
        StateDict.requireName(file, name);
        String prefix = name.isEmpty() ? "" : name + ".";
        if (object instanceof TensorReference tensor) {
            if (tensors.put(name, resolve(name, tensor, found)) != null) {
                throw new UserException(file + ": has two tensors of the name " + name);
            }
        } else if (object instanceof Map<?, ?> map) {
            map.forEach(
                    (key, value) ->
                            flatten(prefix + key, value, depth + 1, found, tensors, metadata));
        } else if (object instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                flatten(prefix + i, list.get(i), depth + 1, found, tensors, metadata);
            }
        } else if (object instanceof Object[] tuple) {
            for (int i = 0; i < tuple.length; i++) {
                flatten(prefix + i, tuple[i], depth + 1, found, tensors, metadata);
            }
        } else if (object instanceof String
                || object instanceof Number
                || object instanceof Boolean
                || object == null) {
            metadata.put(name, String.valueOf(object));
        } else if (object instanceof Element element) {
            metadata.put(name, element.type.torchName());
        }
        // What remains are storages and functions that a dictionary names without calling them.
    }

    private Tensor resolve(String name, TensorReference tensor, Map<String, Storage> found) {
        String key = tensor.storage.key;
        long base = viewOffsets.getOrDefault(key, 0L);
        Storage storage = found.get(viewRoots.getOrDefault(key, key));
        try {
            if (storage == null) {
                throw new UserException("its storage is missing");
            }
            return new Tensor(
                    tensor.type,
                    tensor.shape,
                    tensor.strides,
                    Math.addExact(base, tensor.offset),
                    storage);
        } catch (UserException | ArithmeticException e) {
            throw new UserException(file + ": tensor " + name + ": " + e.getMessage(), e);
        }
    }
}
