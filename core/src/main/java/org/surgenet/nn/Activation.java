package org.surgenet.nn;

import ai.djl.ndarray.NDArray;

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
}
