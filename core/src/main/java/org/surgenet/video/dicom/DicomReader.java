package org.surgenet.video.dicom;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.surgenet.video.file.FileParts;

/**
 * Walks through the data elements of one DICOM file (PS3.10 chapter 7, PS3.5 chapter 7 and annex
 * A.4) as far as the pixel data, and through the places of its fragments. Of the values only those
 * in {@link DicomVideo} are read: who was filmed, where and when stays in the file, and is in no
 * message. Every length is compared with the file's, nesting and number of elements are limited.
 */
final class DicomReader {
    /** Nested sequences that are looked through; real ones have a handful. */
    static final int DEPTH = 32;

    /** Elements before the pixel data; a description of each frame of an hour has less. */
    static final int ELEMENTS = 10_000_000;

    /** Bytes of the file before its first element. */
    private static final int BEGINNING = 132;

    private static final String MARK = "DICM";
    private static final int WINDOW = 4096;

    /** Values longer than this are none of those that are read. */
    private static final int LONGEST_VALUE = 64;

    /** A time for each frame of a day. */
    private static final int LONGEST_LIST = 64 << 20;

    private static final long UNDEFINED = 0xFFFFFFFFL;
    private static final int META_GROUP = 0x0002;
    private static final int TRANSFER_SYNTAX = 0x00020010;
    private static final int DISPLAY_RATE = 0x00082144;
    private static final int CINE_RATE = 0x00180040;
    private static final int FRAME_TIME = 0x00181063;
    private static final int FRAME_TIME_VECTOR = 0x00181065;
    private static final int FRAMES = 0x00280008;
    private static final int PIXEL_DATA = 0x7FE00010;
    private static final int ITEM = 0xFFFEE000;
    private static final int ITEM_END = 0xFFFEE00D;
    private static final int SEQUENCE_END = 0xFFFEE0DD;

    private static final Set<String> SHORT =
            words("AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US");
    private static final Set<String> LONG = words("OB OD OF OL OV OW SQ SV UC UN UR UT UV");

    private final FileChannel channel;
    private final long size;
    private final ByteBuffer window =
            ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long windowAt;
    private int elements;

    /**
     * A data element without its value.
     *
     * @param length of the value in bytes; {@link #UNDEFINED} if a mark ends it
     * @param value where it begins
     */
    private record Element(int tag, String vr, long length, long value) {
        boolean undefined() {
            return length == UNDEFINED;
        }
    }

    DicomReader(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
    }

    private static Set<String> words(String text) {
        return Set.of(text.split(" "));
    }

    /** Whether the file begins as a DICOM file: with 128 bytes of any content and its mark. */
    boolean isDicom() throws IOException {
        return size >= BEGINNING && text(BEGINNING - MARK.length(), MARK.length()).equals(MARK);
    }

    /**
     * @throws IOException if the file does not say it
     */
    DicomSyntax syntax() throws IOException {
        DicomSyntax found = null;
        long at = BEGINNING;
        while (at < size && group(at) == META_GROUP) {
            Element element = element(at, false);
            if (element.tag() == TRANSFER_SYNTAX) {
                found = DicomSyntax.of(value(element));
            }
            at = end(element, false, 0);
        }
        if (found == null) {
            throw new IOException("its DICOM header does not say the transfer syntax");
        }
        return found;
    }

    /**
     * Finds the stream of a video.
     *
     * @param into gets the fragments' places, and what is known of the video
     * @throws IOException if there is none, or if what comes before it is damaged
     */
    void read(DicomVideo into) throws IOException {
        long at = BEGINNING;
        while (at < size) {
            Element element = element(at, false);
            switch (element.tag()) {
                case DISPLAY_RATE -> into.displayRate(value(element));
                case CINE_RATE -> into.cineRate(value(element));
                case FRAME_TIME -> into.frameTime(value(element));
                case FRAME_TIME_VECTOR -> into.frameTimes(longValue(element));
                case FRAMES -> into.frames(value(element));
                case PIXEL_DATA -> {
                    stream(element, into);
                    return;
                }
                default -> {}
            }
            at = end(element, false, 0);
        }
        throw new IOException("a DICOM file without pixel data (is it cut off?)");
    }

    private void stream(Element pixels, DicomVideo into) throws IOException {
        if (!pixels.undefined()) {
            throw new IOException(
                    "its pixel data has no fragments, as DICOM's "
                            + into.syntax().words()
                            + " must have");
        }
        String damage = fragments(pixels.value(), into.parts());
        if (into.parts().size() == 0) {
            throw new IOException(damage.isEmpty() ? "a DICOM file with empty pixel data" : damage);
        }
        into.damage(damage);
    }

    /** Adds the fragments, and returns what is wrong with them; empty if nothing is. */
    private String fragments(long first, FileParts parts) throws IOException {
        long at = first;
        boolean table = true;
        while (at + 8 <= size) {
            int tag = tag(at);
            long length = unsigned(at + 4);
            at += 8;
            if (tag == SEQUENCE_END) {
                return "";
            }
            if (tag != ITEM || length == UNDEFINED) {
                return "no fragment of the DICOM pixel data is at byte " + (at - 8);
            }
            // The first item is a table of the frames' places, which may be empty.
            long there = Math.min(length, size - at);
            if (!table) {
                parts.add(at, there);
            }
            if (there < length) {
                return "the DICOM file is cut off: it ends "
                        + (length - there)
                        + " bytes before its fragment's end";
            }
            table = false;
            at += length;
        }
        return "the DICOM file is cut off: the mark that ends its pixel data is missing";
    }

    private int group(long at) throws IOException {
        return tag(at) >>> 16;
    }

    private int tag(long at) throws IOException {
        need(at, 4);
        int from = (int) (at - windowAt);
        return window.getShort(from) << 16 | window.getShort(from + 2) & 0xffff;
    }

    private long unsigned(long at) throws IOException {
        need(at, 4);
        return Integer.toUnsignedLong(window.getInt((int) (at - windowAt)));
    }

    private String text(long at, int length) throws IOException {
        need(at, length);
        return new String(
                window.array(), (int) (at - windowAt), length, StandardCharsets.ISO_8859_1);
    }

    /** Text of a short value without its padding; empty for one that is too long. */
    private String value(Element element) throws IOException {
        return element.length() > LONGEST_VALUE
                ? ""
                : text(element.value(), (int) element.length()).replace('\0', ' ').strip();
    }

    /** As {@link #value}, also for one with a number for each frame. */
    private String longValue(Element element) throws IOException {
        if (element.length() > LONGEST_LIST) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        long end = element.value() + element.length();
        for (long at = element.value(); at < end; at += WINDOW) {
            text.append(text(at, (int) Math.min(WINDOW, end - at)));
        }
        return text.toString().replace('\0', ' ').strip();
    }

    private Element element(long at, boolean implicit) throws IOException {
        count();
        int tag = tag(at);
        if (implicit) {
            return new Element(tag, "", unsigned(at + 4), at + 8);
        }
        String vr = text(at + 4, 2);
        if (SHORT.contains(vr)) {
            need(at + 6, 2);
            int length = window.getShort((int) (at + 6 - windowAt)) & 0xffff;
            return new Element(tag, vr, length, at + 8);
        }
        if (!LONG.contains(vr)) {
            throw new IOException(
                    "its DICOM header is damaged: no data element of explicit VR little endian is"
                            + " at byte "
                            + at);
        }
        return new Element(tag, vr, unsigned(at + 8), at + 12);
    }

    private void count() throws IOException {
        if (++elements > ELEMENTS) {
            throw new IOException("its DICOM header has more than " + ELEMENTS + " elements");
        }
    }

    /** Where an element's value ends. */
    private long end(Element element, boolean implicit, int depth) throws IOException {
        if (!element.undefined()) {
            return skip(element.value(), element.length());
        }
        if (depth == DEPTH) {
            throw new IOException(
                    "its DICOM header has sequences within each other, more than "
                            + DEPTH
                            + " deep");
        }
        // What is of unknown kind and undefined length is a sequence in implicit VR (PS3.5, 6.2.2).
        boolean inner = implicit || element.vr().equals("UN");
        long at = element.value();
        while (true) {
            count();
            int tag = tag(at);
            long length = unsigned(at + 4);
            at += 8;
            if (tag == SEQUENCE_END) {
                return at;
            }
            if (tag != ITEM) {
                throw new IOException(
                        "its DICOM header is damaged: no item of a sequence is at byte "
                                + (at - 8));
            }
            at = length == UNDEFINED ? itemEnd(at, inner, depth + 1) : skip(at, length);
        }
    }

    private long itemEnd(long first, boolean implicit, int depth) throws IOException {
        long at = first;
        while (tag(at) != ITEM_END) {
            at = end(element(at, implicit), implicit, depth);
        }
        return skip(at, 8);
    }

    private long skip(long at, long length) throws IOException {
        if (length > size - at) {
            throw cutOff();
        }
        return at + length;
    }

    private static IOException cutOff() {
        return new IOException(
                "its DICOM header is cut off or damaged: a value goes beyond the file's end");
    }

    /** Makes the window hold these bytes. */
    private void need(long at, int length) throws IOException {
        if (at >= windowAt && at + length <= windowAt + window.limit()) {
            return;
        }
        if (length > size - at) {
            throw cutOff();
        }
        window.clear();
        windowAt = at;
        while (window.position() < length) {
            if (channel.read(window, at + window.position()) < 0) {
                window.limit(0);
                throw cutOff();
            }
        }
        window.flip();
    }
}
