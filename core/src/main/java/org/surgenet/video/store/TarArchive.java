package org.surgenet.video.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * A tar archive in the format of POSIX.1-2001: names that the old header cannot hold get an
 * extended one. Members have neither owner nor time, so that equal members give equal bytes.
 */
final class TarArchive implements Archive {
    private static final int BLOCK = 512;
    private static final int NAME_LENGTH = 100;
    private static final int SIZE_AT = 124;
    private static final int CHECKSUM_AT = 148;
    private static final int TYPE_AT = 156;
    private static final byte[] EMPTY = new byte[BLOCK];

    private final OutputStream out;

    TarArchive(OutputStream out) {
        this.out = out;
    }

    @Override
    public void add(String name, byte[] content) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > NAME_LENGTH || bytes.length != name.length()) {
            member("PaxHeader".getBytes(StandardCharsets.US_ASCII), 'x', extended(bytes));
        }
        member(Arrays.copyOf(bytes, Math.min(bytes.length, NAME_LENGTH)), '0', content);
    }

    /** {@code LENGTH path=NAME\n}, where the length counts its own digits. */
    private static byte[] extended(byte[] name) {
        int rest = " path=\n".length() + name.length;
        int length = rest + Integer.toString(rest).length();
        if (Integer.toString(length).length() > Integer.toString(rest).length()) {
            length++;
        }
        byte[] head = (length + " path=").getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, length);
        System.arraycopy(name, 0, all, head.length, name.length);
        all[length - 1] = '\n';
        return all;
    }

    private void member(byte[] name, char type, byte[] content) throws IOException {
        byte[] header = new byte[BLOCK];
        System.arraycopy(name, 0, header, 0, name.length);
        put(header, NAME_LENGTH, "0000644\0" + "0000000\0" + "0000000\0");
        put(header, SIZE_AT, String.format(Locale.ROOT, "%011o\0%011o\0", content.length, 0));
        put(header, CHECKSUM_AT, "        " + type);
        put(header, TYPE_AT + 1 + NAME_LENGTH, "ustar\00000");
        put(header, CHECKSUM_AT, String.format(Locale.ROOT, "%06o\0 ", checksum(header)));
        out.write(header);
        out.write(content);
        out.write(EMPTY, 0, padding(content.length));
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /** The sum of the header's bytes with its own field blank. */
    private static int checksum(byte[] header) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean own = i >= CHECKSUM_AT && i < TYPE_AT;
            sum += own ? ' ' : header[i] & 0xff;
        }
        return sum;
    }

    private static int padding(long length) {
        return (int) (-length & (BLOCK - 1));
    }

    @Override
    public void close() throws IOException {
        out.write(EMPTY);
        out.write(EMPTY);
    }

    /** Reads what this class writes; see {@link Archive#read}. */
    static void read(InputStream in, Sink sink) throws IOException {
        String longName = null;
        while (true) {
            byte[] header = whole(in, BLOCK);
            if (Arrays.equals(header, EMPTY)) {
                return;
            }
            if (octal(header, CHECKSUM_AT, 6) != checksum(header)) {
                throw new IOException("a header is damaged");
            }
            int size = Math.toIntExact(Math.min(octal(header, SIZE_AT, 11), Integer.MAX_VALUE - 8));
            byte[] content = whole(in, size);
            whole(in, padding(size));
            if (header[TYPE_AT] == 'x') {
                String text = new String(content, StandardCharsets.UTF_8);
                longName = text.substring(text.indexOf('=') + 1).stripTrailing();
                continue;
            }
            int end = 0;
            while (end < NAME_LENGTH && header[end] != 0) {
                end++;
            }
            String name = new String(header, 0, end, StandardCharsets.UTF_8);
            sink.member(longName == null ? name : longName, content);
            longName = null;
        }
    }

    private static byte[] whole(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("ends early");
        }
        return bytes;
    }

    private static long octal(byte[] header, int at, int digits) throws IOException {
        try {
            return Long.parseLong(new String(header, at, digits, StandardCharsets.US_ASCII), 8);
        } catch (NumberFormatException e) {
            throw new IOException("a header is damaged", e);
        }
    }
}
