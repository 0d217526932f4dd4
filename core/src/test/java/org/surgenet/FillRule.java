package org.surgenet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.surgenet.common.Json;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;

/**
 * The rule by which reference vectors fill weights and inputs: every element is a function of a
 * text key and its row-major index (reference/README.md). The salt comes from rule.json.
 */
public final class FillRule {
    private static final long SALT =
            Json.parse(SharedFiles.reference("rule.json"), "rule.json").get("salt").asLong();

    private FillRule() {}

    private static long seed(String key) {
        CRC32 crc = new CRC32();
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        return (crc.getValue() + SALT) & 0xFFFFFFFFL;
    }

    /** In [-1, 1). */
    private static double unit(long seed, long index) {
        long x = (seed << 32) + index;
        x += 0x9E3779B97F4A7C15L;
        x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
        x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
        x ^= x >>> 31;
        return (x >>> 40) / 16777216.0 * 2 - 1;
    }

    /** The values of the weight with state key {@code key}. */
    public static float[] weight(String key, long... shape) {
        long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        long seed = seed(key);
        float[] values = new float[Math.toIntExact(count)];
        boolean grn = Arrays.asList(key.split("\\.")).contains("grn");
        double fan = shape.length >= 2 ? Math.sqrt(3 / ((double) count / shape[0])) : 0;
        for (int i = 0; i < values.length; i++) {
            double unit = unit(seed, i);
            double value;
            if (grn) {
                value = 0.1 * unit;
            } else if (key.endsWith("weight_g")) {
                value = 1;
            } else if (shape.length >= 2) {
                value = unit * fan;
            } else if (key.endsWith("bias")) {
                value = 0.1 * unit;
            } else {
                value = 1 + 0.1 * unit;
            }
            values[i] = (float) value;
        }
        return values;
    }

    /** The values of the input named {@code name}. */
    public static float[] input(String name, long... shape) {
        long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        long seed = seed(name);
        float[] values = new float[Math.toIntExact(count)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (1.7 * unit(seed, i));
        }
        return values;
    }

    /** As {@link #input(String, long...)}, as an array of {@code manager}. */
    public static NDArray input(NDManager manager, String name, long... shape) {
        return manager.create(input(name, shape), new Shape(shape));
    }

    /** Fills all parameters of an initialised network by the rule; keys get {@code prefix}. */
    public static void fill(Module network, String prefix) {
        network.parameters().forEach((key, parameter) -> fill(parameter, prefix + key));
    }

    private static void fill(Parameter parameter, String key) {
        float[] values = weight(key, parameter.shape().getShape());
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        parameter.set(bytes);
    }
}
