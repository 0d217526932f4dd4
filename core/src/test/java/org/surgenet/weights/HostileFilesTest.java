package org.surgenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.common.UserException;

/**
 * Files made to mislead the readers, or to make them take memory without bound: each is refused
 * with its cause, or read for what it is, within little memory.
 */
class HostileFilesTest {
    private static final long LITTLE = 24L << 20;
    private static final int MANY = 100_000;

    /** A float32 tensor {@code x} of four elements in storage 0. */
    private static final String TENSOR = tensor(4);

    @TempDir Path folder;

    private static String tensor(int elements) {
        return "X"
                + length(1)
                + "xctorch._utils\n_rebuild_tensor_v2\n((X"
                + length(7)
                + "storagectorch\nFloatStorage\nX"
                + length(1)
                + "0X"
                + length(3)
                + "cpuJ"
                + length(elements)
                + "tQK\0(J"
                + length(elements)
                + "t(K\1t\u0089ccollections\nOrderedDict\n)RtR";
    }

    private static String length(int value) {
        byte[] bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A pickle of protocol 2 with this body. */
    private static byte[] pickle(String body) {
        return latin("\u0080\u0002" + body + ".");
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    /** A checkpoint with this pickle and 16 bytes of storage. */
    private Path checkpoint(byte[] pickle) throws IOException {
        Path file = folder.resolve("a.pth");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            entry(zip, "a/data.pkl", pickle);
            entry(zip, "a/data/0", new byte[16]);
        }
        return file;
    }

    private Path safetensors(String header, int data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(8 + json.length + data);
        all.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
        return Files.write(folder.resolve("a.safetensors"), all.array());
    }

    private static void assertRefused(Path file, String cause) {
        assertThatThrownBy(() -> WeightsFile.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(file.getFileName() + ": ")
                .hasMessageContaining(cause)
                .hasMessageNotContainingAny("java.", "net.razorvine");
    }

    /** Bytes that the work allocates on the heap. */
    private static long allocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    // --- zip ------------------------------------------------------------------------------------

    @Test
    void twoEntriesOfOneNameAreRefused() throws IOException {
        // Readers differ in which they take: one shows what another does not load.
        Path file = checkpoint(pickle("}" + TENSOR + "s"));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            entry(zip, "a/data.pkl", pickle("}" + TENSOR + "s"));
            entry(zip, "b/data.pkl", pickle("cos\nsystem\n)R"));
            entry(zip, "a/data/0", new byte[16]);
        }
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        Files.write(file, latin(bytes.replace("b/data.pkl", "a/data.pkl")));

        assertRefused(file, "two entries of the name a/data.pkl");
    }

    @Test
    void theDirectoryIsFoundBehindACommentThatLooksLikeOne() throws IOException {
        Path file = folder.resolve("a.pth");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setComment("PK\5\6 and much more text than the record has, and then some");
            entry(zip, "a/data.pkl", pickle("}" + TENSOR + "s"));
            entry(zip, "a/data/0", new byte[16]);
        }

        assertThat(WeightsFile.read(file).tensors()).containsOnlyKeys("x");
    }

    @Test
    void anEntryThatUnpacksToMuchTakesMemoryOnlyForWhatIsAskedFor() throws IOException {
        Path file = folder.resolve("a.pth");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            entry(zip, "a/data.pkl", pickle("}" + TENSOR + "s"));
            zip.putNextEntry(new ZipEntry("a/data/0"));
            zip.write(latin("\0\0\u0080?"));
            writeMuch(zip, (byte) 0, 256);
            zip.closeEntry();
        }
        double[][] values = new double[1][];

        long allocated =
                allocated(() -> values[0] = WeightsFile.read(file).tensors().get("x").toDoubles());

        assertThat(values[0]).containsExactly(1, 0, 0, 0);
        assertThat(allocated).isLessThan(LITTLE);
    }

    @Test
    void aPickleThatUnpacksToMuchIsRefused() throws IOException {
        Path file = folder.resolve("a.pth");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("a/data.pkl"));
            writeMuch(zip, (byte) 'N', 80);
            zip.closeEntry();
        }

        assertThat(allocated(() -> assertRefused(file, "too large"))).isLessThan(LITTLE);
    }

    private static void writeMuch(OutputStream out, byte value, int mebibytes) throws IOException {
        byte[] chunk = new byte[1 << 20];
        java.util.Arrays.fill(chunk, value);
        for (int i = 0; i < mebibytes; i++) {
            out.write(chunk);
        }
    }

    // --- pickle ---------------------------------------------------------------------------------

    /** One large object, made once, passed to a call over and over. */
    private static byte[] repeatedly(String large, String callable) {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(latin("\u0080\u0002]" + large + "q\1\u0085q\2c" + callable + "q\3"));
        for (int i = 0; i < MANY; i++) {
            pickle.writeBytes(latin("h\3h\2R"));
        }
        pickle.writeBytes(latin("0."));
        return pickle.toByteArray();
    }

    private static String text(int size) {
        return "X" + length(size) + "k".repeat(size);
    }

    @ParameterizedTest
    @CsvSource({
        "_codecs.encode",
        "builtins.set",
        "collections.OrderedDict",
        "torch.device",
    })
    void namingALargeObjectOverAndOverTakesNoMemoryEachTime(String callable) throws IOException {
        boolean takesText = callable.equals("_codecs.encode") || callable.equals("torch.device");
        String large = takesText ? text(MANY) : "](" + "](NNe".repeat(MANY) + "e";
        Path file = checkpoint(repeatedly(large, callable.replace(".", "\n") + "\n"));

        assertThat(allocated(() -> assertRefused(file, "passes more to its calls than it holds")))
                .isLessThan(2 * LITTLE);
    }

    @Test
    void aLongKeyOverManyValuesIsRefused() throws IOException {
        Path file = checkpoint(pickle("}" + text(MANY) + "](" + "K\1".repeat(MANY) + "es"));

        assertThat(allocated(() -> assertRefused(file, "name of more than 1000 characters")))
                .isLessThan(LITTLE);
    }

    @Test
    void aPickleOfTooManyInstructionsIsRefused() throws IOException {
        Path file = checkpoint(pickle("N0".repeat(1_100_000)));

        assertRefused(file, "has more than 2097152 instructions");
    }

    @ParameterizedTest
    @CsvSource({
        // The old instruction for instances, and numbers of thousands of digits.
        "'(ios\nsystem\n', asks for os.system",
        "'\u008b\u0001\u0000\u0000\u00007', instruction 0x8b",
        "'}s', do not fit together",
    })
    void otherInstructionsAreRefused(String body, String cause) throws IOException {
        assertRefused(checkpoint(pickle(body)), cause);
    }

    @Test
    void twoTensorsOfOneNameAreRefused() throws IOException {
        String inner = TENSOR.replace("X" + length(1) + "xc", "X" + length(1) + "yc");
        String joined = TENSOR.replace("X" + length(1) + "xc", "X" + length(3) + "x.yc");
        Path file = checkpoint(pickle("}" + joined + "sX" + length(1) + "x}" + inner + "ss"));

        assertRefused(file, "two tensors of the name x.y");
    }

    @Test
    void namesThatCommandATerminalAreRefused() throws IOException {
        String name = "X" + length(6) + "\u001b[31mx";
        Path file =
                checkpoint(pickle("}" + TENSOR.replace("X" + length(1) + "xc", name + "c") + "s"));

        assertRefused(file, "control characters: ?[31mx");
    }

    // --- safetensors ----------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[0,8] | 12 | 4 bytes belong to no tensor",
                "[4,12] | 12 | a gap between tensors",
                "[0,8],'y':{'dtype':'F32','shape':[2],'data_offsets':[4,12] | 12 | overlap",
                "[0,8],'x':{'dtype':'F32','shape':[2],'data_offsets':[8,16] | 16 | Duplicate",
                "[0,16] | 8 | lies outside it",
                "[8,0] | 8 | lies outside it",
                "[0,4] | 4 | beyond its storage",
            })
    void bytesThatAreNotExactlyTheTensorsAreRefused(String offsets, int data, String cause)
            throws IOException {
        String entry = offsets.replaceFirst("\\],'", "]},'");
        Path file =
                safetensors(
                        ("{'x':{'dtype':'F32','shape':[2],'data_offsets':" + entry + "}}")
                                .replace('\'', '"'),
                        data);

        assertRefused(file, cause);
    }

    @Test
    void aHeaderBeyondTheEndIsDamage() throws IOException {
        Path file = safetensors("{\"x\":{}}", 0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[0] = 100;
        Files.write(file, bytes);

        assertRefused(file, "its header claims 100 bytes");
    }
}
