package org.surgenet.video.dicom;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Makes DICOM files for tests, element by element, right or wrong. Every file names a patient, in
 * tags before and after those that a reader needs, and in a sequence.
 */
final class DicomFile {
    /** What must never be seen outside the file. */
    static final String[] IDENTITY = {
        "Miller", "Jane", "PID-4711", "19700102", "20240305", "Clinic-Nine", "2.25.815", "ACC-99"
    };

    static final String MPEG2_MAIN = "1.2.840.10008.1.2.4.100";
    static final String MPEG2_HIGH = "1.2.840.10008.1.2.4.101";
    static final String H264 = "1.2.840.10008.1.2.4.102";
    static final String HEVC = "1.2.840.10008.1.2.4.107";

    static final int FRAMES = 0x00280008;
    static final int FRAME_TIME = 0x00181063;
    static final int CINE_RATE = 0x00180040;
    static final int DISPLAY_RATE = 0x00082144;
    static final int ITEM = 0xFFFEE000;
    static final int ITEM_END = 0xFFFEE00D;
    static final int SEQUENCE_END = 0xFFFEE0DD;
    static final int UNDEFINED = -1;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** The header of a file with this transfer syntax; the data set goes on from group 0018. */
    DicomFile(String syntax) {
        bytes.writeBytes(new byte[128]);
        bytes.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
        DicomFile meta = new DicomFile();
        meta.binary(0x00020001, "OB", new byte[] {0, 1});
        meta.text(0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.77.1.1.1");
        meta.text(0x00020003, "UI", "2.25.815");
        if (syntax != null) {
            meta.text(0x00020010, "UI", syntax);
        }
        binary(0x00020000, "UL", number(meta.bytes.size(), 4));
        bytes.writeBytes(meta.bytes.toByteArray());
        text(0x00080018, "UI", "2.25.815.1");
        text(0x00080020, "DA", "20240305");
        text(0x00080050, "SH", "ACC-99");
        text(0x00080080, "LO", "Clinic-Nine");
    }

    private DicomFile() {}

    /** The usual rest of a header. */
    DicomFile patient() {
        text(0x00100010, "PN", "Miller^Jane");
        text(0x00100020, "LO", "PID-4711");
        text(0x00100030, "DA", "19700102");
        return this;
    }

    static byte[] number(long value, int length) {
        return Arrays.copyOf(
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(),
                length);
    }

    DicomFile tag(int tag) {
        bytes.writeBytes(number(tag >>> 16, 2));
        bytes.writeBytes(number(tag & 0xffff, 2));
        return this;
    }

    /** An element without its value. */
    DicomFile header(int tag, String vr, long length) {
        tag(tag);
        bytes.writeBytes(vr.getBytes(StandardCharsets.US_ASCII));
        boolean wide = "OB OW SQ UN OV".contains(vr);
        bytes.writeBytes(wide ? number(0, 2) : number(length, 2));
        if (wide) {
            bytes.writeBytes(number(length, 4));
        }
        return this;
    }

    DicomFile binary(int tag, String vr, byte[] value) {
        header(tag, vr, value.length);
        return raw(value);
    }

    DicomFile raw(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    DicomFile text(int tag, String vr, String value) {
        String even = value.length() % 2 == 0 ? value : value + (vr.equals("UI") ? "\0" : " ");
        return binary(tag, vr, even.getBytes(StandardCharsets.US_ASCII));
    }

    /** An item's or a delimiter's tag and length. */
    DicomFile item(int tag, long length) {
        tag(tag);
        return raw(number(length, 4));
    }

    /** Encapsulated pixel data: an empty table, the fragments as they are, and the end. */
    DicomFile fragments(byte[]... fragments) {
        header(0x7FE00010, "OB", UNDEFINED);
        item(ITEM, 0);
        for (byte[] fragment : fragments) {
            item(ITEM, fragment.length);
            raw(fragment);
        }
        return item(SEQUENCE_END, 0);
    }

    /** A stream in fragments of this size, each of an even length, as writers make it. */
    DicomFile stream(byte[] stream, int size) {
        int count = (stream.length + size - 1) / size;
        byte[][] fragments = new byte[count][];
        for (int i = 0; i < count; i++) {
            int end = Math.min((i + 1) * size, stream.length);
            byte[] part = Arrays.copyOfRange(stream, i * size, end);
            fragments[i] = Arrays.copyOf(part, part.length + part.length % 2);
        }
        return fragments(fragments);
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    Path write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes());
    }

    /** A video file's stream in a whole DICOM file, in fragments of 10,000 bytes. */
    static Path wrap(Path video, String syntax, long frames, String frameTime, Path file)
            throws IOException {
        return new DicomFile(syntax)
                        .patient()
                        .text(FRAME_TIME, "DS", frameTime)
                        .text(FRAMES, "IS", Long.toString(frames))
                        .stream(Files.readAllBytes(video), 10_000)
                        .write(file);
    }
}
