package org.surgenet.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Functions of the engine that its Java interface does not offer: fused attention, products in
 * bfloat16, a type that cannot cross the interface, and updates in one pass over the memory. They
 * stand as TorchScript text in {@code functions.torchscript} and are wrapped here, in memory, into
 * the archive that the engine loads.
 */
final class TorchScript {
    private static final String SOURCE = "functions.torchscript";

    /** Pickle of an object of the class without attributes: GLOBAL, NEWOBJ, an empty state. */
    private static final String OBJECT = "\u0080\u0002c__torch__\nFunctions\n)\u0081}b.";

    /** Pickle of an empty tuple. */
    private static final String NO_CONSTANTS = "\u0080\u0002).";

    /** The module, loaded once per process; it has no parameters and so no device. */
    private static final class Loaded {
        static final NDManager MANAGER = NDManager.newBaseManager();
        static final PtSymbolBlock MODULE = load(MANAGER);
    }

    private static final Map<String, NDArray> MARKERS = new ConcurrentHashMap<>();

    private TorchScript() {}

    /**
     * Runs a function of {@code functions.torchscript} on arrays and then numbers; its result
     * belongs to the first array's manager. Gradients flow through it if they are being recorded.
     *
     * @param numbers not negative; as only arrays can be given to a function that records, they go
     *     as the shape of an array without elements
     */
    static NDArray run(String function, NDArray[] arrays, long... numbers) {
        // The setting is the thread's: code made for one shape would serve no other.
        JniUtils.setGraphExecutorOptimize(false);
        NDList arguments = new NDList(arrays);
        NDArray marker = MARKERS.computeIfAbsent(function, TorchScript::marker);
        try (NDArray carrier = carrier(arrays[0].getManager(), numbers)) {
            if (carrier != null) {
                arguments.add(carrier);
            }
            arguments.add(marker);
            return IValueUtils.forward(Loaded.MODULE, arguments, true).singletonOrThrow();
        }
    }

    private static NDArray carrier(NDManager manager, long[] numbers) {
        if (numbers.length == 0) {
            return null;
        }
        long[] shape = Arrays.copyOf(numbers, numbers.length + 1);
        return manager.create(new Shape(shape));
    }

    /** What tells the engine's interface by its name which function is meant; no argument. */
    private static NDArray marker(String function) {
        NDArray marker = Loaded.MANAGER.create(new Shape(0));
        marker.setName("module_method:" + function);
        return marker;
    }

    private static PtSymbolBlock load(NDManager manager) {
        try (InputStream source = TorchScript.class.getResourceAsStream(SOURCE)) {
            InputStream archive = new ByteArrayInputStream(archive(source.readAllBytes()));
            return JniUtils.loadModule((PtNDManager) manager, archive, false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] archive(byte[] source) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            entry(zip, "data.pkl", OBJECT.getBytes(StandardCharsets.ISO_8859_1));
            entry(zip, "code/__torch__.py", source);
            entry(zip, "constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
            entry(zip, "version", "3\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        return bytes.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry("functions/" + name));
        zip.write(content);
        zip.closeEntry();
    }
}
