package org.surgenet.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.surgenet.common.UserException;

/**
 * Where the entries of a zip file lie (APPNOTE 6.3, with zip64). The JDK's own reader does not tell
 * offsets, which are needed to map stored entries in place.
 */
final class ZipIndex {
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final long MAX_DIRECTORY = 64L << 20;

    /** Deflate cannot shrink further than to a 1032nd. */
    private static final long MAX_RATIO = 1032;

    private record Entry(long header, int method, long compressed, long size) {}

    private final Path file;
    private final long length;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private ZipIndex(Path file, long length) {
        this.file = file;
        this.length = length;
    }

    /**
     * Reads the directory.
     *
     * @throws UserException if it is damaged or cut off
     */
    static ZipIndex read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ZipIndex index = new ZipIndex(file, channel.size());
            index.readDirectory(channel);
            return index;
        }
    }

    /** Names of all entries, in the directory's order. */
    Iterable<String> names() {
        return entries.keySet();
    }

    boolean has(String name) {
        return entries.containsKey(name);
    }

    private void readDirectory(FileChannel channel) throws IOException {
        int tail = (int) Math.min(length, 22 + 0xFFFF);
        ByteBuffer end = bytes(channel, length - tail, tail);
        int at = end(end);
        long count = end.getShort(at + 10) & 0xFFFF;
        long size = end.getInt(at + 12) & 0xFFFFFFFFL;
        long start = end.getInt(at + 16) & 0xFFFFFFFFL;
        if (at >= 20 && end.getInt(at - 20) == LOCATOR64) {
            long position = end.getLong(at - 20 + 8);
            if (position < 0 || position > length - 56) {
                throw damaged("its zip64 directory lies outside the file");
            }
            ByteBuffer end64 = bytes(channel, position, 56);
            if (end64.getInt(0) != END64) {
                throw damaged("its zip64 directory is not where it should be");
            }
            count = end64.getLong(32);
            size = end64.getLong(40);
            start = end64.getLong(48);
        }
        if (size < 0 || start < 0 || start > length - size || size > MAX_DIRECTORY) {
            throw damaged("its zip directory lies outside the file");
        }
        ByteBuffer directory = bytes(channel, start, (int) size);
        for (long i = 0; i < count; i++) {
            readEntry(directory);
        }
    }

    /**
     * Where the end record begins: a comment may follow it, whose length it says; where none fits,
     * what follows is a remainder of something else.
     */
    private int end(ByteBuffer tail) {
        int last = -1;
        for (int at = tail.limit() - 22; at >= 0; at--) {
            if (tail.getInt(at) == END) {
                if (at + 22 + (tail.getShort(at + 20) & 0xFFFF) == tail.limit()) {
                    return at;
                }
                last = Math.max(last, at);
            }
        }
        if (last < 0) {
            throw damaged("it has no zip directory at its end: it was cut off");
        }
        return last;
    }

    private void readEntry(ByteBuffer directory) {
        int at = directory.position();
        if (directory.remaining() < 46 || directory.getInt(at) != CENTRAL) {
            throw damaged("its zip directory is damaged");
        }
        int flags = directory.getShort(at + 8);
        int method = directory.getShort(at + 10) & 0xFFFF;
        long compressed = directory.getInt(at + 20) & 0xFFFFFFFFL;
        long size = directory.getInt(at + 24) & 0xFFFFFFFFL;
        int nameLength = directory.getShort(at + 28) & 0xFFFF;
        int extraLength = directory.getShort(at + 30) & 0xFFFF;
        int commentLength = directory.getShort(at + 32) & 0xFFFF;
        long header = directory.getInt(at + 42) & 0xFFFFFFFFL;
        int extra = at + 46 + nameLength;
        int next = extra + extraLength + commentLength;
        if (next > directory.limit()) {
            throw damaged("its zip directory is damaged");
        }
        byte[] name = new byte[nameLength];
        directory.get(at + 46, name);
        for (int e = extra; e + 4 <= extra + extraLength; ) {
            int id = directory.getShort(e) & 0xFFFF;
            int fieldEnd = e + 4 + (directory.getShort(e + 2) & 0xFFFF);
            if (fieldEnd > extra + extraLength) {
                break;
            }
            if (id == 1) {
                int field = e + 4;
                if (size == 0xFFFFFFFFL && field + 8 <= fieldEnd) {
                    size = directory.getLong(field);
                    field += 8;
                }
                if (compressed == 0xFFFFFFFFL && field + 8 <= fieldEnd) {
                    compressed = directory.getLong(field);
                    field += 8;
                }
                if (header == 0xFFFFFFFFL && field + 8 <= fieldEnd) {
                    header = directory.getLong(field);
                }
            }
            e = fieldEnd;
        }
        String text = new String(name, StandardCharsets.UTF_8);
        if ((flags & 1) != 0) {
            throw damaged("its entry " + text + " is encrypted");
        }
        if (size < 0 || compressed < 0 || header < 0 || header > length) {
            throw damaged("its entry " + text + " lies outside the file");
        }
        if (entries.put(text, new Entry(header, method, compressed, size)) != null) {
            // Readers differ in which of the two they take.
            throw damaged("it has two entries of the name " + text);
        }
        directory.position(next);
    }

    /**
     * An entry's content.
     *
     * @throws UserException if there is none of that name or it is damaged
     */
    Storage storage(String name) throws IOException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw damaged("its entry " + name + " is missing");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (entry.header > length - 30) {
                throw damaged("its entry " + name + " lies outside the file");
            }
            ByteBuffer local = bytes(channel, entry.header, 30);
            long start =
                    entry.header
                            + 30
                            + (local.getShort(26) & 0xFFFF)
                            + (local.getShort(28) & 0xFFFF);
            if (local.getInt(0) != LOCAL || start > length - entry.compressed) {
                throw damaged("its entry " + name + " lies outside the file");
            }
            if (entry.method == 0) {
                if (entry.size != entry.compressed) {
                    throw damaged("its entry " + name + " has two different sizes");
                }
                return new Storage.FileRegion(file, start, entry.size);
            }
            if (entry.method != 8) {
                throw damaged("its entry " + name + " is packed by an unknown method");
            }
            if (entry.size > entry.compressed * MAX_RATIO || entry.size > Integer.MAX_VALUE - 8) {
                throw damaged("its entry " + name + " claims an impossible size");
            }
            return new Storage.Deflated(
                    new Storage.FileRegion(file, start, entry.compressed), entry.size);
        }
    }

    private ByteBuffer bytes(FileChannel channel, long position, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw damaged("it ends early");
            }
        }
        return buffer.flip();
    }

    private UserException damaged(String how) {
        return new UserException(file + ": is a damaged zip file: " + how + "; fetch it again");
    }
}
