package org.surgenet.video.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.surgenet.video.dicom.DicomFile.H264;
import static org.surgenet.video.dicom.DicomFile.ITEM;
import static org.surgenet.video.dicom.DicomFile.ITEM_END;
import static org.surgenet.video.dicom.DicomFile.SEQUENCE_END;
import static org.surgenet.video.dicom.DicomFile.UNDEFINED;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.video.file.FileParts;

/** DICOM headers and fragments, right and hostile; no video is decoded here. */
final class DicomReaderTest {
    private static final int PIXELS = 0x7FE00010;
    private static final int SEQUENCE = 0x00400555;
    private static final byte[] STREAM = "0123456789abcdefghij".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path folder;

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("v.dcm"), bytes);
    }

    private static String content(DicomVideo video) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) video.parts().size());
        while (video.parts().read(all, all.position()) > 0) {
            continue;
        }
        return new String(all.array(), StandardCharsets.US_ASCII);
    }

    private String content(DicomFile file) throws IOException {
        try (DicomVideo video = DicomVideo.open(write(file.bytes()))) {
            return content(video);
        }
    }

    private void refused(byte[] bytes, String... words) throws IOException {
        assertThatThrownBy(() -> DicomVideo.open(write(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(words)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(DicomFile.IDENTITY));
    }

    /** UIDs from PS3.6, table A-1; {@code true} for those with video. */
    @ParameterizedTest
    @CsvSource({
        ".4.100, true, MPEG-2 Main Profile / Main Level",
        ".4.100.1, true, MPEG-2 Main Profile / Main Level",
        ".4.101, true, MPEG-2 Main Profile / High Level",
        ".4.101.1, true, MPEG-2 Main Profile / High Level",
        ".4.102, true, MPEG-4 AVC/H.264 High Profile / Level 4.1",
        ".4.103.1, true, BD-compatible MPEG-4 AVC/H.264 High Profile / Level 4.1",
        ".4.104.1, true, MPEG-4 AVC/H.264 High Profile / Level 4.2 for 2D video",
        ".4.105, true, MPEG-4 AVC/H.264 High Profile / Level 4.2 for 3D video",
        ".4.106.1, true, MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2",
        ".4.107, true, HEVC/H.265 Main Profile / Level 5.1",
        ".4.108, true, HEVC/H.265 Main 10 Profile / Level 5.1",
        ".4.107.1, false, unknown transfer syntax",
        ".4.100.2, false, unknown transfer syntax",
        "'', false, 'uncompressed, implicit VR little endian'",
        ".1, false, 'uncompressed, explicit VR little endian'",
        ".1.99, false, deflated",
        ".2, false, 'uncompressed, big endian'",
        ".4.50, false, JPEG Baseline",
        ".4.90, false, JPEG 2000 Lossless",
        ".5, false, RLE Lossless",
    })
    void transferSyntaxesAreToldInWords(String uid, boolean video, String words)
            throws IOException {
        DicomSyntax syntax = DicomSyntax.of("1.2.840.10008.1.2" + uid);

        assertThat(syntax.words()).isEqualTo(words);
        assertThat(syntax.video()).isEqualTo(video);
        if (!video) {
            refused(
                    new DicomFile("1.2.840.10008.1.2" + uid).fragments(STREAM).bytes(),
                    "without video",
                    words);
        }
    }

    @Test
    void whatStandsInPlaceOfATransferSyntaxIsNotShown() throws IOException {
        refused(new DicomFile("Miller^Jane").fragments(STREAM).bytes(), "unknown transfer syntax");
        refused(new DicomFile(null).fragments(STREAM).bytes(), "does not say the transfer syntax");
        refused(
                new DicomFile("Miller^Jane ".repeat(10)).fragments(STREAM).bytes(),
                "unknown transfer syntax");
    }

    @Test
    void fragmentsAreReadAsOneStream() throws IOException {
        assertThat(content(new DicomFile(H264).patient().stream(STREAM, 20)))
                .isEqualTo("0123456789abcdefghij");
        assertThat(content(new DicomFile(H264).patient().stream(STREAM, 6)))
                .isEqualTo("0123456789abcdefghij");
        DicomFile odd = new DicomFile(H264);
        odd.fragments(new byte[0], new byte[] {65}, new byte[0], new byte[] {66, 67, 68}, STREAM);
        assertThat(content(odd)).isEqualTo("ABCD0123456789abcdefghij");
    }

    @Test
    void placesAreThoseOfTheFile() throws IOException {
        DicomFile file = new DicomFile(H264).patient().stream(STREAM, 6);
        String text = new String(file.bytes(), StandardCharsets.ISO_8859_1);
        int header = new DicomFile(H264).patient().bytes().length;
        try (DicomVideo video = DicomVideo.open(write(file.bytes()))) {
            for (int i = 0; i < STREAM.length; i++) {
                assertThat(video.parts().inFile(i)).isEqualTo(text.indexOf(STREAM[i], header));
            }
            assertThat(video.parts().count()).isEqualTo(4);
            assertThat(video.parts().read(ByteBuffer.allocate(4), 20)).isEqualTo(-1);
            assertThat(video.parts().read(ByteBuffer.allocate(4), -1)).isEqualTo(-1);
        }
    }

    /** Frame Time goes before Cine Rate, this before the recommended rate. */
    @ParameterizedTest
    @CsvSource({
        "40, 30, 20, 25, Frame Time",
        "33.33, '', '', 30, Frame Time",
        "33.37, '', '', 30000/1001, Frame Time",
        "33.3667, '', '', 30000/1001, Frame Time",
        "3.3366700e+01, '', '', 30000/1001, Frame Time",
        "16.67, '', '', 60, Frame Time",
        "16.68, '', '', 60000/1001, Frame Time",
        "20.00, '', '', 50, Frame Time",
        "43.478, '', '', 500000/21739, Frame Time",
        "'', 30, 20, 30, Cine Rate",
        "'', '', 20, 20, Recommended Display Frame Rate",
        "0, 30, '', 30, Cine Rate",
        "-40, 30, '', 30, Cine Rate",
        "1e99, 30, '', 30, Cine Rate",
        "9e-99, 30, '', 30, Cine Rate",
        "40\\40, 30, '', 30, Cine Rate",
        "NaN, 30, '', 30, Cine Rate",
        "Miller, -5, 9999999999, 0, ''",
        "'', '', '', 0, ''",
    })
    void frameRateOfTheHeader(
            String frameTime, String cine, String display, String rate, String attribute)
            throws IOException {
        DicomFile file = new DicomFile(H264);
        file.text(DicomFile.DISPLAY_RATE, "IS", display);
        file.text(DicomFile.CINE_RATE, "IS", cine);
        file.text(DicomFile.FRAME_TIME, "DS", frameTime);
        file.text(DicomFile.FRAMES, "IS", " 120");
        try (DicomVideo video = DicomVideo.open(write(file.fragments(STREAM).bytes()))) {
            assertThat(video.frameRate()).hasToString(rate);
            assertThat(video.frameRateAttribute()).isEqualTo(attribute);
            assertThat(video.frames()).isEqualTo(120);
        }
    }

    /** An icon in fragments of its own, in sequences of all kinds, is not the video. */
    @Test
    void sequencesArePassedOver() throws IOException {
        DicomFile inner = new DicomFile(H264);
        int header = inner.bytes().length;
        inner.patient().fragments("icon".getBytes(StandardCharsets.US_ASCII));
        byte[] icon = Arrays.copyOfRange(inner.bytes(), header, inner.bytes().length);
        DicomFile file = new DicomFile(H264).patient();
        file.header(SEQUENCE, "SQ", UNDEFINED);
        file.item(ITEM, UNDEFINED).raw(icon).item(ITEM_END, 0);
        file.item(ITEM, icon.length).raw(icon);
        file.item(SEQUENCE_END, 0);
        file.header(SEQUENCE, "SQ", icon.length + 8).item(ITEM, icon.length).raw(icon);
        // Of unknown kind: in implicit VR.
        file.header(SEQUENCE, "UN", UNDEFINED).item(ITEM, UNDEFINED);
        file.item(0x00100010, 6).raw("Miller".getBytes(StandardCharsets.US_ASCII));
        file.item(SEQUENCE, UNDEFINED).item(ITEM, UNDEFINED).item(ITEM_END, 0);
        file.item(SEQUENCE_END, 0).item(ITEM_END, 0).item(SEQUENCE_END, 0);

        assertThat(content(file.fragments(STREAM))).isEqualTo("0123456789abcdefghij");
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        for (int depth : new int[] {DicomReader.DEPTH, DicomReader.DEPTH + 1, 200_000}) {
            DicomFile file = new DicomFile(H264);
            for (int i = 0; i < depth; i++) {
                file.header(SEQUENCE, "SQ", UNDEFINED).item(ITEM, UNDEFINED);
            }
            for (int i = 0; i < depth; i++) {
                file.item(ITEM_END, 0).item(SEQUENCE_END, 0);
            }
            file.fragments(STREAM);
            if (depth == DicomReader.DEPTH) {
                assertThat(content(file)).hasSize(20);
            } else {
                refused(file.bytes(), "more than 32 deep");
            }
        }
    }

    @Test
    void pixelDataThatCannotBeReadIsRefused() throws IOException {
        refused(new DicomFile(H264).patient().bytes(), "without pixel data");
        refused(new DicomFile(H264).binary(PIXELS, "OB", STREAM).bytes(), "no fragments", "H.264");
        refused(new DicomFile(H264).fragments().bytes(), "empty pixel data");
        refused(new DicomFile(H264).fragments(new byte[0]).bytes(), "empty pixel data");
        DicomFile table = new DicomFile(H264).header(PIXELS, "OB", UNDEFINED);
        // A table of the frames' places that takes in the stream, or more than the file.
        refused(table.item(ITEM, 0xFFFFFFF0L).raw(STREAM).bytes(), "cut off");
        refused(new DicomFile(H264).header(PIXELS, "OB", UNDEFINED).bytes(), "cut off");
        refused(
                new DicomFile(H264).header(PIXELS, "OB", UNDEFINED).item(ITEM, UNDEFINED).bytes(),
                "no fragment");
        refused(
                new DicomFile(H264).raw(new byte[] {0x18, 0, 0x10, 0, 'x', 'y', 0, 0}).bytes(),
                "header is damaged",
                "at byte");
    }

    /** Of fragments that are damaged, those before stay. */
    @Test
    void damagedFragmentsAreSaid() throws IOException {
        DicomFile whole = new DicomFile(H264).fragments(STREAM, STREAM);
        byte[] bytes = whole.bytes();
        byte[][] damaged = {
            Arrays.copyOf(bytes, bytes.length - 8),
            Arrays.copyOf(bytes, bytes.length - 18),
            bytes.clone(),
            bytes.clone(),
        };
        int second = bytes.length - 8 - 20 - 8;
        damaged[2][second] = 0x08;
        Arrays.fill(damaged[3], second + 4, second + 8, (byte) 0xFF);
        String[] causes = {"mark that ends", "10 bytes before", "at byte", "at byte"};
        int[] left = {40, 30, 20, 20};
        for (int i = 0; i < damaged.length; i++) {
            try (DicomVideo video = DicomVideo.open(write(damaged[i]))) {
                assertThat(video.damage()).contains(causes[i]);
                assertThat(video.parts().size()).isEqualTo(left[i]);
            }
        }
    }

    /** Cut anywhere and with any bytes changed, a file is read or refused, in bounds. */
    @Test
    void anyCutAndAnyChangeIsReadOrRefused() throws IOException {
        DicomFile file = new DicomFile(H264).patient();
        file.header(SEQUENCE, "SQ", UNDEFINED).item(ITEM, UNDEFINED);
        file.text(0x00100010, "PN", "Miller^Jane").item(ITEM_END, 0).item(SEQUENCE_END, 0);
        file.text(DicomFile.FRAMES, "IS", "2").stream(STREAM, 6);
        byte[] bytes = file.bytes();
        int refused = 0;
        int whole = 0;
        for (int length = 132; length < bytes.length; length++) {
            boolean read = isReadOrRefused(Arrays.copyOf(bytes, length));
            refused += read ? 0 : 1;
        }
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            byte[] bad = bytes.clone();
            for (int i = 0; i <= seed % 4; i++) {
                bad[132 + random.nextInt(bad.length - 132)] =
                        (byte) (seed % 3 == 0 ? 0xFF : random.nextInt(256));
            }
            whole += isReadOrRefused(bad) ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(100);
        assertThat(whole).isBetween(100, 1900);
    }

    private boolean isReadOrRefused(byte[] bytes) throws IOException {
        Path file = write(bytes);
        try (DicomVideo video = DicomVideo.open(file)) {
            assertThat(video.parts().size()).isPositive().isLessThan(bytes.length);
            assertThat(content(video)).hasSize((int) video.parts().size());
            assertThat(video.damage()).doesNotContain(DicomFile.IDENTITY);
            return true;
        } catch (IOException e) {
            assertThat(e.getMessage())
                    .matches("(?s).*(DICOM|pixel data).*")
                    .doesNotContain(DicomFile.IDENTITY);
            return false;
        }
    }

    @Test
    void endlessHeadersAndFragmentsAreBounded() throws IOException {
        DicomFile header = new DicomFile(H264);
        byte[] empty = new byte[8 << 16];
        for (int i = 0; i < empty.length; i += 8) {
            System.arraycopy(new byte[] {0x18, 0, 0x10, 0, 'L', 'O', 0, 0}, 0, empty, i, 8);
        }
        for (int i = 0; i <= DicomReader.ELEMENTS; i += 1 << 16) {
            header.raw(empty);
        }
        refused(header.fragments(STREAM).bytes(), "more than 10000000 elements");

        DicomFile pixels = new DicomFile(H264).header(PIXELS, "OB", UNDEFINED).item(ITEM, 0);
        byte[] fragments = new byte[9 << 16];
        for (int i = 0; i < fragments.length; i += 9) {
            byte[] one = {(byte) 0xFE, (byte) 0xFF, 0, (byte) 0xE0, 1, 0, 0, 0, 65};
            System.arraycopy(one, 0, fragments, i, 9);
        }
        for (int i = 0; i <= FileParts.MOST; i += 1 << 16) {
            pixels.raw(fragments);
        }
        refused(pixels.bytes(), "more than 4194304 fragments");
    }

    /** Lengths are 32 bits without a sign; places are beyond them. */
    @Test
    void fragmentsOfFourGigabytes() throws IOException {
        byte[] before = new DicomFile(H264).header(PIXELS, "OB", UNDEFINED).item(ITEM, 0).bytes();
        long length = 0xFFFFFFF0L;
        byte[] first =
                Arrays.copyOfRange(
                        new DicomFile(H264).item(ITEM, length).bytes(),
                        new DicomFile(H264).bytes().length,
                        new DicomFile(H264).bytes().length + 8);
        byte[] second =
                new DicomFile(H264).item(ITEM, 20).raw(STREAM).item(SEQUENCE_END, 0).bytes();
        Path file = folder.resolve("large.dcm");
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(before);
            out.write(first);
            out.seek(before.length + 8 + length);
            int from = new DicomFile(H264).bytes().length;
            out.write(second, from, second.length - from);
        }
        try (DicomVideo video = DicomVideo.open(file)) {
            assertThat(video.damage()).isEmpty();
            assertThat(video.parts().size()).isEqualTo(length + 20);
            ByteBuffer end = ByteBuffer.allocate(20);
            assertThat(video.parts().read(end, length)).isEqualTo(20);
            assertThat(end.array()).isEqualTo(STREAM);
        }
        Files.delete(file);
    }

    @Test
    void otherFilesAreNotDicom() throws IOException {
        for (byte[] bytes : new byte[][] {STREAM, new byte[131], new byte[132], new byte[400]}) {
            assertThat(DicomVideo.open(write(bytes))).isNull();
            assertThat(DicomVideo.kind(folder.resolve("v.dcm")).content())
                    .isEqualTo(DicomVideo.Content.NOT_DICOM);
        }
        refused(Arrays.copyOf(new DicomFile(H264).bytes(), 132), "does not say");
    }
}
