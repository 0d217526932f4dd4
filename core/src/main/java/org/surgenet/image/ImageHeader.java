package org.surgenet.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.surgenet.common.UserException;

/**
 * What an image file says of itself before anything is decoded.
 *
 * @param format of the content, whatever the file's name says
 * @param width pixels
 * @param height pixels
 */
public record ImageHeader(Format format, int width, int height) {
    private static final byte[] PNG_SIGNATURE = {
        (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'
    };

    /** The formats that are read. */
    public enum Format {
        JPEG,
        PNG,
        WEBP,
        BMP,
        TIFF
    }

    /** A damage that the header or the chain of chunks shows. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }

    /**
     * Reads a file's header; of the file no more than needed.
     *
     * @throws UserException if the file cannot be read or is no image of a known format
     */
    public static ImageHeader read(Path file) {
        // A JPEG's size may lie behind a long colour profile or preview.
        byte[] head = Images.readBytes(file, 1 << 20);
        try {
            return parse(head);
        } catch (DamagedException e) {
            throw new UserException(file + ": " + e.getMessage(), e);
        }
    }

    /** The header of the image that begins {@code data}. */
    static ImageHeader parse(byte[] data) throws DamagedException {
        if (data.length == 0) {
            throw new DamagedException("is empty");
        }
        try {
            return parse(ByteBuffer.wrap(data));
        } catch (IndexOutOfBoundsException e) {
            throw new DamagedException("is cut off within its header");
        }
    }

    private static ImageHeader parse(ByteBuffer data) throws DamagedException {
        if (startsWith(data, 0xFF, 0xD8, 0xFF)) {
            return jpeg(data);
        }
        if (startsWith(data, 0x89, 'P', 'N', 'G')) {
            return sized(Format.PNG, data.getInt(16), data.getInt(20));
        }
        if (startsWith(data, 'R', 'I', 'F', 'F') && tag(data, 8).equals("WEBP")) {
            return webp(data.order(ByteOrder.LITTLE_ENDIAN));
        }
        if (startsWith(data, 'B', 'M')) {
            data.order(ByteOrder.LITTLE_ENDIAN);
            // A negative height means that the rows run from top to bottom.
            return sized(Format.BMP, data.getInt(18), Math.abs(data.getInt(22)));
        }
        if (startsWith(data, 'I', 'I', 42, 0)) {
            return tiff(data.order(ByteOrder.LITTLE_ENDIAN));
        }
        if (startsWith(data, 'M', 'M', 0, 42)) {
            return tiff(data);
        }
        if (startsWith(data, 'G', 'I', 'F', '8')) {
            throw new DamagedException("is a GIF, which is not read; convert it to PNG");
        }
        throw new DamagedException("is no image (JPEG, PNG, WebP, BMP and TIFF are read)");
    }

    private static boolean startsWith(ByteBuffer data, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (i >= data.limit() || (data.get(i) & 0xFF) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private static String tag(ByteBuffer data, int at) {
        byte[] name = new byte[4];
        data.get(at, name);
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    private static ImageHeader sized(Format format, int width, int height) throws DamagedException {
        if (width <= 0 || height <= 0) {
            throw new DamagedException(
                    "its header claims the impossible size " + width + " x " + height);
        }
        return new ImageHeader(format, width, height);
    }

    private static ImageHeader jpeg(ByteBuffer data) throws DamagedException {
        int at = 2;
        while (true) {
            if (data.get(at) != (byte) 0xFF) {
                throw new DamagedException("is damaged: no marker at byte " + at);
            }
            int marker = data.get(at + 1) & 0xFF;
            if (marker == 0xFF) {
                at++; // A fill byte before a marker.
                continue;
            }
            boolean frame = marker >= 0xC0 && marker <= 0xCF;
            // C4, C8 and CC are tables and extensions, no frames.
            if (frame && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
                return sized(
                        Format.JPEG,
                        data.getShort(at + 7) & 0xFFFF,
                        data.getShort(at + 5) & 0xFFFF);
            }
            if (marker == 0xD9 || marker == 0xDA) {
                throw new DamagedException("is damaged: image data before the size");
            }
            at += 2 + (data.getShort(at + 2) & 0xFFFF);
        }
    }

    private static ImageHeader webp(ByteBuffer data) throws DamagedException {
        return switch (tag(data, 12)) {
            case "VP8 " ->
                    sized(Format.WEBP, data.getShort(26) & 0x3FFF, data.getShort(28) & 0x3FFF);
            case "VP8L" -> {
                int bits = data.getInt(21);
                yield sized(Format.WEBP, (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1);
            }
            case "VP8X" ->
                    sized(
                            Format.WEBP,
                            (data.getInt(24) & 0xFFFFFF) + 1,
                            (data.getInt(26) >>> 8) + 1);
            default -> throw new DamagedException("is damaged: no WebP image inside");
        };
    }

    private static ImageHeader tiff(ByteBuffer data) throws DamagedException {
        int directory = data.getInt(4);
        int entries = data.getShort(directory) & 0xFFFF;
        int width = 0;
        int height = 0;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            int tag = data.getShort(entry) & 0xFFFF;
            boolean isShort = data.getShort(entry + 2) == 3;
            int value = isShort ? data.getShort(entry + 8) & 0xFFFF : data.getInt(entry + 8);
            if (tag == 256) {
                width = value;
            } else if (tag == 257) {
                height = value;
            }
        }
        return sized(Format.TIFF, width, height);
    }

    /**
     * Says why {@code data} is not a whole image file: OpenCV fills what is missing of a JPEG with
     * grey and tells nobody.
     */
    void checkComplete(byte[] data) throws DamagedException {
        switch (format) {
            case JPEG -> checkJpegEnds(data);
            case PNG -> checkPngChunks(data);
            case WEBP -> checkLength(data, 4, 8);
            case BMP -> checkLength(data, 2, 0);
            case TIFF -> {
                // Its decoder reports what is missing.
            }
        }
    }

    /**
     * Compares the length told at byte {@code at}, which leaves out {@code more}, with the data.
     */
    private static void checkLength(byte[] data, int at, int more) throws DamagedException {
        int told = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
        if ((told & 0xFFFFFFFFL) + more > data.length) {
            throw new DamagedException("is truncated");
        }
    }

    /** Looks for the end-of-image marker in the chain of segments, skipping the coded data. */
    private static void checkJpegEnds(byte[] data) throws DamagedException {
        int at = 2;
        int end = data.length - 1;
        boolean scanSeen = false;
        while (at < end) {
            if (data[at] != (byte) 0xFF) {
                at++;
                continue;
            }
            int marker = data[at + 1] & 0xFF;
            if (marker == 0xD9 && scanSeen) {
                return;
            }
            boolean withoutLength =
                    marker == 0 || marker == 1 || (marker >= 0xD0 && marker <= 0xD9);
            if (marker == 0xFF) {
                at++;
            } else if (withoutLength) {
                at += 2; // A stuffed zero, a restart marker.
            } else if (at + 3 < data.length) {
                scanSeen |= marker == 0xDA;
                // Within coded data this pair of bytes is nothing but the end.
                if (scanSeen && data[end - 1] == (byte) 0xFF && data[end] == (byte) 0xD9) {
                    return;
                }
                at += 2 + ((data[at + 2] & 0xFF) << 8 | (data[at + 3] & 0xFF));
            } else {
                break;
            }
        }
        throw new DamagedException("is truncated: the JPEG's end is missing");
    }

    private static void checkPngChunks(byte[] data) throws DamagedException {
        for (int i = 0; i < PNG_SIGNATURE.length; i++) {
            if (data[i] != PNG_SIGNATURE[i]) {
                throw new DamagedException("is damaged: its PNG signature is wrong");
            }
        }
        ByteBuffer chunks = ByteBuffer.wrap(data);
        CRC32 crc = new CRC32();
        int at = PNG_SIGNATURE.length;
        while (at + 12 <= data.length) {
            long length = chunks.getInt(at) & 0xFFFFFFFFL;
            if (at + 12 + length > data.length) {
                break;
            }
            String name = tag(chunks, at + 4);
            crc.reset();
            crc.update(data, at + 4, (int) length + 4);
            if ((int) crc.getValue() != chunks.getInt(at + 8 + (int) length)) {
                throw new DamagedException("is damaged: wrong checksum in PNG chunk " + name);
            }
            if (name.equals("IEND")) {
                return;
            }
            at += 12 + (int) length;
        }
        throw new DamagedException("is truncated: the PNG's end is missing");
    }

    /** Reads at most {@code limit} bytes. */
    static byte[] head(Path file, int limit) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(limit);
        }
    }
}
