package org.surgenet.weights;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;
import org.surgenet.common.UserException;

/**
 * Reads one pickle against a list of allowed names; any other name is an error that says it, and
 * nothing is ever executed or instantiated. The library's parser does the plain opcodes; all that
 * touch names, calls, persistent ids and dictionaries are replaced here, so that its own
 * constructors are out of reach, and lengths are checked against what is left of the input before
 * anything is allocated.
 *
 * <p>Dictionaries become {@link LinkedHashMap}s with text keys, lists and sets {@link ArrayList}s,
 * tuples arrays, a namespace the dictionary of its attributes.
 */
final class PickleReader extends Unpickler {
    /** Longest line of the text opcodes: more digits than any number in a checkpoint has. */
    private static final int MAX_LINE = 4096;

    /** Some thirty make a tensor, and each may leave an object behind. */
    private static final int MAX_INSTRUCTIONS = 1 << 21;

    /** Something that a pickle may call, with its arguments. */
    @FunctionalInterface
    interface Callable {
        Object call(Object[] arguments);
    }

    /** A storage as named by a persistent id: its type. */
    record StorageClass(TensorType type) {}

    private final String origin;
    private final Map<String, Object> allowed;
    private final Function<Object[], Object> persistent;
    private final Source source;
    private int instructions;

    /**
     * How many elements calls may still copy, about as many as the pickle has bytes: naming one
     * large object over and over must not take memory for each time.
     */
    private long copies;

    /**
     * @param origin the file, for messages
     * @param bytes where the pickle begins; afterwards positioned behind it
     * @param allowed what the names mean, by {@code module.name}
     * @param persistent turns a persistent id into an object
     */
    PickleReader(
            String origin,
            ByteBuffer bytes,
            Map<String, Object> allowed,
            Function<Object[], Object> persistent) {
        this.origin = origin;
        this.source = new Source(bytes);
        this.allowed = allowed;
        this.persistent = persistent;
        this.copies = bytes.remaining() + 4096L;
    }

    /**
     * Reads the pickle.
     *
     * @throws UserException if it is damaged or uses a name that is not allowed
     */
    Object read() {
        try {
            return load(source);
        } catch (UserException e) {
            throw e;
        } catch (IOException | PickleException e) {
            throw damaged(e.getMessage(), e);
        } catch (RuntimeException e) {
            // The parser reports damage by whatever exception the damage led to.
            throw damaged("its instructions do not fit together", e);
        }
    }

    @Override
    protected Object dispatch(short opcode) throws IOException {
        if (++instructions > MAX_INSTRUCTIONS) {
            throw refused("has more than " + MAX_INSTRUCTIONS + " instructions");
        }
        switch (opcode) {
            case Opcodes.GLOBAL -> stack.add(global(source.line(), source.line()));
            case Opcodes.STACK_GLOBAL -> {
                String name = String.valueOf(stack.pop());
                stack.add(global(String.valueOf(stack.pop()), name));
            }
            case Opcodes.REDUCE, Opcodes.NEWOBJ -> {
                Object arguments = stack.pop();
                Object callable = stack.pop();
                if (!(callable instanceof Callable c) || !(arguments instanceof Object[] a)) {
                    throw refused("calls something that cannot be called");
                }
                for (Object argument : a) {
                    spend(size(argument));
                }
                stack.add(c.call(a));
            }
            case Opcodes.INST -> throw asksFor(source.line() + "." + source.line());
            case Opcodes.BUILD -> build();
            case Opcodes.BINPERSID -> {
                if (!(stack.pop() instanceof Object[] id)) {
                    throw refused("has a persistent id of an unknown form");
                }
                stack.add(persistent.apply(id));
            }
            case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<String, Object>());
            case Opcodes.DICT -> {
                Map<String, Object> dictionary = new LinkedHashMap<>();
                putAll(dictionary, stack.pop_all_since_marker());
                stack.add(dictionary);
            }
            case Opcodes.SETITEM -> {
                Object value = stack.pop();
                Object key = stack.pop();
                putAll(stack.peek(), Arrays.asList(key, value));
            }
            case Opcodes.SETITEMS -> {
                List<Object> items = stack.pop_all_since_marker();
                putAll(stack.peek(), items);
            }
            case Opcodes.EMPTY_SET -> stack.add(new ArrayList<>());
            case Opcodes.ADDITEMS -> {
                List<Object> items = stack.pop_all_since_marker();
                list(stack.peek()).addAll(items);
            }
            case Opcodes.FROZENSET -> stack.add(new ArrayList<>(stack.pop_all_since_marker()));
            case Opcodes.BINUNICODE, Opcodes.BINBYTES, Opcodes.BINSTRING -> {
                source.requireLength(4);
                return super.dispatch(opcode);
            }
            case Opcodes.BINUNICODE8, Opcodes.BINBYTES8, Opcodes.BYTEARRAY8 -> {
                source.requireLength(8);
                return super.dispatch(opcode);
            }
            case Opcodes.INT,
                    Opcodes.LONG,
                    Opcodes.FLOAT,
                    Opcodes.STRING,
                    Opcodes.UNICODE,
                    Opcodes.GET,
                    Opcodes.PUT -> {
                source.requireLine();
                return super.dispatch(opcode);
            }
            case Opcodes.MARK,
                    Opcodes.STOP,
                    Opcodes.POP,
                    Opcodes.POP_MARK,
                    Opcodes.DUP,
                    Opcodes.NONE,
                    Opcodes.BININT,
                    Opcodes.BININT1,
                    Opcodes.BININT2,
                    Opcodes.BINFLOAT,
                    Opcodes.SHORT_BINSTRING,
                    Opcodes.SHORT_BINBYTES,
                    Opcodes.SHORT_BINUNICODE,
                    Opcodes.LONG1,
                    Opcodes.NEWTRUE,
                    Opcodes.NEWFALSE,
                    Opcodes.TUPLE,
                    Opcodes.EMPTY_TUPLE,
                    Opcodes.TUPLE1,
                    Opcodes.TUPLE2,
                    Opcodes.TUPLE3,
                    Opcodes.EMPTY_LIST,
                    Opcodes.LIST,
                    Opcodes.APPEND,
                    Opcodes.APPENDS,
                    Opcodes.BINGET,
                    Opcodes.LONG_BINGET,
                    Opcodes.BINPUT,
                    Opcodes.LONG_BINPUT,
                    Opcodes.MEMOIZE,
                    Opcodes.PROTO,
                    Opcodes.FRAME -> {
                return super.dispatch(opcode);
            }
            default ->
                    throw refused("uses the pickle instruction 0x" + Integer.toHexString(opcode));
        }
        return NO_RETURN_VALUE;
    }

    private Object global(String module, String name) {
        Object meaning = allowed.get(module + "." + name);
        if (meaning == null) {
            throw asksFor(module + "." + name);
        }
        return meaning;
    }

    private UserException asksFor(String name) {
        return refused("asks for " + printable(name));
    }

    private UserException damaged(String how, Exception cause) {
        return new UserException(
                origin + ": holds a damaged pickle: " + how + "; fetch it again", cause);
    }

    private void spend(int elements) {
        copies -= elements;
        if (copies < 0) {
            throw refused("passes more to its calls than it holds");
        }
    }

    private static int size(Object argument) {
        if (argument instanceof List<?> list) {
            return list.size();
        }
        if (argument instanceof Object[] tuple) {
            return tuple.length;
        }
        return argument instanceof String text ? text.length() : 1;
    }

    /** Names come from the file: shown without control characters and not at any length. */
    private static String printable(String name) {
        String clean = name.replaceAll("[^\\x20-\\x7e]", "?");
        return clean.length() <= 100 ? clean : clean.substring(0, 100) + "...";
    }

    private UserException refused(String what) {
        return new UserException(
                origin
                        + ": refused, because it "
                        + what
                        + ", which is not part of a plain checkpoint; nothing was run. Save the"
                        + " state dict alone, or as safetensors");
    }

    /**
     * The state of a namespace becomes its dictionary; that of an ordered dictionary is dropped.
     */
    private void build() {
        Object state = stack.pop();
        Object object = stack.peek();
        if (object instanceof Namespace namespace && state instanceof Map<?, ?> attributes) {
            spend(attributes.size());
            attributes.forEach((key, value) -> namespace.put((String) key, value));
        } else if (!(object instanceof Map<?, ?>)) {
            throw refused("sets the state of an object that has none");
        }
    }

    /** The attributes of an {@code argparse.Namespace}. */
    static final class Namespace extends LinkedHashMap<String, Object> {
        private static final long serialVersionUID = 1L;
    }

    private void putAll(Object dictionary, List<Object> items) {
        if (!(dictionary instanceof LinkedHashMap<?, ?>) || items.size() % 2 != 0) {
            throw refused("fills something that is no dictionary");
        }
        @SuppressWarnings("unchecked")
        Map<String, Object> map = (Map<String, Object>) dictionary;
        for (int i = 0; i < items.size(); i += 2) {
            Object key = items.get(i);
            if (!(key instanceof String || key instanceof Number || key instanceof Boolean)) {
                // Hashing containers, which may hold themselves, is what must not happen.
                throw refused("has a dictionary key that is neither text nor a number");
            }
            map.put(key.toString(), items.get(i + 1));
        }
    }

    @SuppressWarnings("unchecked")
    private List<Object> list(Object object) {
        if (object instanceof List<?>) {
            return (List<Object>) object;
        }
        throw refused("fills something that is no set");
    }

    /** Whole numbers of a pickle: Integer, Long, or BigInteger for what no tensor needs. */
    static long integer(Object number) {
        if (number instanceof Integer || number instanceof Long) {
            return ((Number) number).longValue();
        }
        if (number instanceof BigInteger big && big.bitLength() < 64) {
            return big.longValue();
        }
        throw new IllegalArgumentException(number + " where a whole number should be");
    }

    /** The pickle's bytes as the library reads them. */
    private static final class Source extends InputStream {
        private final ByteBuffer bytes;

        Source(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return bytes.hasRemaining() ? bytes.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            if (!bytes.hasRemaining()) {
                return -1;
            }
            int count = Math.min(length, bytes.remaining());
            bytes.get(target, offset, count);
            return count;
        }

        /** Checks a length field of so many bytes that comes next, before it is believed. */
        void requireLength(int fieldBytes) throws IOException {
            if (bytes.remaining() < fieldBytes) {
                throw new IOException("it ends early");
            }
            long length = 0;
            for (int i = fieldBytes - 1; i >= 0; i--) {
                length = length << 8 | bytes.get(bytes.position() + i) & 0xFF;
            }
            if (length < 0 || length > bytes.remaining() - fieldBytes) {
                throw new IOException("a field claims " + length + " bytes");
            }
        }

        /** Checks that the line that comes next ends within bounds. */
        void requireLine() throws IOException {
            int end = Math.min(bytes.limit(), bytes.position() + MAX_LINE);
            for (int i = bytes.position(); i < end; i++) {
                if (bytes.get(i) == '\n') {
                    return;
                }
            }
            throw new PickleException("a line has no end");
        }

        String line() throws IOException {
            requireLine();
            int start = bytes.position();
            int end = start;
            while (bytes.get(end) != '\n') {
                end++;
            }
            byte[] text = new byte[end - start];
            bytes.get(text);
            bytes.get();
            return new String(text, StandardCharsets.UTF_8);
        }
    }
}
