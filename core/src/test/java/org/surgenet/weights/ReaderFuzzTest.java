package org.surgenet.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.surgenet.common.UserException;

/**
 * Damaged files give a clean error or tensors, never another exception, and never make the reader
 * allocate far beyond the file's size.
 */
class ReaderFuzzTest {
    private static final long MAX_ALLOCATED = 64L << 20;
    private static final List<byte[]> SEEDS = new ArrayList<>();
    private static Path file;

    @BeforeContainer
    static void prepare() throws IOException {
        file = Files.createTempFile("fuzz", ".bin");
        for (String name : List.of("tensors_zip.pth", "tensors_legacy.pth", "dino_full.pth")) {
            try (InputStream in =
                    ReaderFuzzTest.class.getResourceAsStream("/reference/checkpoints/" + name)) {
                SEEDS.add(in.readAllBytes());
            }
        }
        Tensor tensor =
                Tensor.contiguous(TensorType.F32, new long[] {2, 3}, Storage.of(new byte[24]));
        Map<String, Tensor> tensors = Map.of("a.weight", tensor);
        Path written = file.resolveSibling(file.getFileName() + ".pth");
        PthWriter.write(written, tensors);
        SEEDS.add(Files.readAllBytes(written));
        Safetensors.writeTensors(written, tensors, Map.of("format", "pt"));
        SEEDS.add(Files.readAllBytes(written));
        Files.delete(written);
    }

    @AfterContainer
    static void clean() throws IOException {
        Files.delete(file);
    }

    /** A change at a place, both in fractions that fit every seed. */
    record Change(double place, int kind, int value) {
        byte[] apply(byte[] bytes) {
            if (bytes.length == 0) {
                return bytes;
            }
            int at = (int) (place * bytes.length);
            byte[] changed = bytes.clone();
            switch (kind) {
                case 0 -> changed[at] = (byte) value;
                case 1 -> changed[at] ^= (byte) (1 << (value & 7));
                case 2 -> changed = Arrays.copyOf(bytes, at);
                case 3 -> {
                    // A field of four bytes becomes huge.
                    for (int i = at; i < Math.min(at + 4, bytes.length); i++) {
                        changed[i] = (byte) (i == at + 3 ? 0x7F : 0xFF);
                    }
                }
                default -> {
                    // A stretch is repeated elsewhere.
                    int from = value * (bytes.length - 1) / 255;
                    int count = Math.min(32, bytes.length - Math.max(from, at));
                    System.arraycopy(bytes, from, changed, at, count);
                }
            }
            return changed;
        }
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        // Most damage to a large file is a change or two; an early cut hides all else.
        return Combinators.combine(
                        Arbitraries.integers().between(0, 99_999).map(n -> n / 100_000.0),
                        Arbitraries.frequency(
                                Tuple.of(6, 0),
                                Tuple.of(6, 1),
                                Tuple.of(1, 2),
                                Tuple.of(3, 3),
                                Tuple.of(2, 4)),
                        Arbitraries.integers().between(0, 255))
                .as(Change::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    @Property(tries = 3000)
    void mutatedFilesGiveCleanErrors(
            @ForAll("seeds") int seed, @ForAll("changes") List<Change> changes) throws IOException {
        byte[] bytes = SEEDS.get(seed);
        for (Change change : changes) {
            bytes = change.apply(bytes);
        }
        Files.write(file, bytes);

        long allocated = allocated(() -> readAll(file));

        assertThat(allocated).isLessThan(MAX_ALLOCATED);
    }

    @Provide
    Arbitrary<Integer> seeds() {
        return Arbitraries.integers().between(0, SEEDS.size() - 1);
    }

    @Property(tries = 3000)
    void randomPicklesGiveCleanErrors(@ForAll("pickles") byte[] pickle) {
        long allocated =
                allocated(
                        () -> {
                            try {
                                new PickleReader(
                                                "fuzz",
                                                ByteBuffer.wrap(pickle),
                                                Map.of(
                                                        "a.b",
                                                        (PickleReader.Callable)
                                                                arguments -> arguments.length),
                                                id -> id)
                                        .read();
                            } catch (UserException e) {
                                assertThat(e).hasMessageStartingWith("fuzz: ");
                            }
                        });

        assertThat(allocated).isLessThan(MAX_ALLOCATED);
    }

    @Provide
    Arbitrary<byte[]> pickles() {
        Arbitrary<byte[]> instruction =
                Arbitraries.frequencyOf(
                        Tuple.of(
                                6,
                                Arbitraries.of(
                                                "(",
                                                "}",
                                                "]",
                                                ")",
                                                "t",
                                                "l",
                                                "d",
                                                "0",
                                                "1",
                                                "2",
                                                "N",
                                                "a",
                                                "e",
                                                "s",
                                                "u",
                                                "R",
                                                "b",
                                                "Q",
                                                "K\u0001",
                                                "q\u0001",
                                                "h\u0001",
                                                "ca\nb\n",
                                                "cos\nsystem\n",
                                                "X\u0001\u0000\u0000\u0000k",
                                                "I7\n",
                                                "\u0085",
                                                "\u0086",
                                                "\u0088",
                                                "\u0081",
                                                "\u008f",
                                                "\u0090",
                                                "\u0091",
                                                "\u0094",
                                                "\u0093",
                                                "o",
                                                "i",
                                                "\u0082",
                                                "\u0092",
                                                "S'x'\n",
                                                "L9L\n",
                                                "F1.5\n",
                                                "p3\n",
                                                "g3\n")
                                        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))),
                        Tuple.of(1, Arbitraries.bytes().array(byte[].class).ofMaxSize(8)));
        return instruction
                .list()
                .ofMaxSize(60)
                .map(
                        parts -> {
                            ByteArrayOutputStream all = new ByteArrayOutputStream();
                            all.write(0x80);
                            all.write(2);
                            parts.forEach(all::writeBytes);
                            all.write('.');
                            return all.toByteArray();
                        });
    }

    private static void readAll(Path file) {
        try {
            StateDict weights = WeightsFile.read(file);
            weights.tensors().values().forEach(Tensor::floats);
        } catch (UserException e) {
            assertThat(e).hasMessageContaining(file.getFileName().toString());
        }
    }

    /** Bytes that the work allocates on the heap. */
    private static long allocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
