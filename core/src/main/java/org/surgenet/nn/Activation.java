package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import org.surgenet.engine.Operations;

/** Elementwise functions without parameters. */
public enum Activation {
    RELU {
        @Override
        public NDArray apply(NDArray x) {
            return x.getNDArrayInternal().relu();
        }
    },
    /** With the error function, not its tanh approximation. */
    GELU {
        @Override
        public NDArray apply(NDArray x) {
            return x.getNDArrayInternal().gelu();
        }
    },
    /** relu(x)². */
    SQUARED_RELU {
        @Override
        public NDArray apply(NDArray x) {
            NDArray y = x.getNDArrayInternal().relu();
            return Arrays.then(y, y.square());
        }
    };

    /** The function's values, in a new array; {@code x} stays open. */
    public abstract NDArray apply(NDArray x);

    /**
     * relu(x) in the memory of {@code x}, whose values are lost and which is closed. For the result
     * of an operation whose gradient does not need that result, such as a linear layer: it saves
     * writing and keeping the widest arrays of a network twice.
     */
    public static NDArray reluInPlace(NDArray x) {
        return Arrays.then(x, Operations.reluInPlace(x));
    }
}
