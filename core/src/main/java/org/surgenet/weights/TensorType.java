package org.surgenet.weights;

import java.nio.ByteBuffer;
import java.util.Locale;

/** Types of elements in files, all little-endian. */
public enum TensorType {
    F64("float64", "DoubleStorage", 8) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return bytes.getDouble(index);
        }
    },
    F32("float32", "FloatStorage", 4) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return bytes.getFloat(index);
        }
    },
    F16("float16", "HalfStorage", 2) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return halfToFloat(bytes.getShort(index));
        }
    },
    BF16("bfloat16", "BFloat16Storage", 2) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return Float.intBitsToFloat(bytes.getShort(index) << 16);
        }
    },
    I64("int64", "LongStorage", 8) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return bytes.getLong(index);
        }
    },
    I32("int32", "IntStorage", 4) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return bytes.getInt(index);
        }
    },
    I16("int16", "ShortStorage", 2) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return bytes.getShort(index);
        }
    },
    I8("int8", "CharStorage", 1) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return bytes.get(index);
        }
    },
    U8("uint8", "ByteStorage", 1) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return bytes.get(index) & 0xFF;
        }
    },
    BOOL("bool", "BoolStorage", 1) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return bytes.get(index) == 0 ? 0 : 1;
        }
    },
    U16("uint16", null, 2) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return bytes.getShort(index) & 0xFFFF;
        }
    },
    U32("uint32", null, 4) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return bytes.getInt(index) & 0xFFFFFFFFL;
        }
    },
    U64("uint64", null, 8) {
        @Override
        double at(ByteBuffer bytes, int index) {
            long value = bytes.getLong(index);
            return (value >>> 1) * 2.0 + (value & 1);
        }
    },
    /** Four bits of exponent, three of fraction, no infinities. */
    F8_E4M3("float8_e4m3fn", null, 1) {
        @Override
        double at(ByteBuffer bytes, int index) {
            int value = bytes.get(index);
            int exponent = value >> 3 & 0xF;
            int fraction = value & 7;
            if ((value & 0x7F) == 0x7F) {
                return Double.NaN;
            }
            double magnitude =
                    exponent == 0
                            ? fraction * 0x1p-9
                            : (8 + fraction) * Math.scalb(1.0, exponent - 10);
            return value < 0 ? -magnitude : magnitude;
        }
    },
    /** The upper byte of a half. */
    F8_E5M2("float8_e5m2", null, 1) {
        @Override
        double at(ByteBuffer bytes, int index) {
            return halfToFloat((short) (bytes.get(index) << 8));
        }
    };

    private final String torchName;
    private final String storageClass;
    private final int bytes;

    TensorType(String torchName, String storageClass, int bytes) {
        this.torchName = torchName;
        this.storageClass = storageClass;
        this.bytes = bytes;
    }

    /** PyTorch's name, such as {@code float32}. */
    public String torchName() {
        return torchName;
    }

    /** The class of PyTorch's typed storage; null for types without one. */
    String storageClass() {
        return storageClass;
    }

    /** Size of an element. */
    public int bytes() {
        return bytes;
    }

    /** Whether its elements may be NaN or infinite, as they are or as float32. */
    boolean isReal() {
        return this == F64
                || this == F32
                || this == F16
                || this == BF16
                || this == F8_E4M3
                || this == F8_E5M2;
    }

    /** The element at a byte index of a little-endian buffer; int64 beyond 2^53 is rounded. */
    abstract double at(ByteBuffer bytes, int index);

    static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >> 10) & 0x1F;
        int fraction = half & 0x3FF;
        if (exponent == 0x1F) {
            return Float.intBitsToFloat(sign | 0x7F800000 | fraction << 13);
        }
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
