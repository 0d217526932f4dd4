package org.surgenet.engine;

import ai.djl.pytorch.jni.JniUtils;

/**
 * Turns gradient recording off on this thread until closed: for evaluation and the teacher's pass.
 * Without it an evaluation of a network whose parameters require gradients keeps all activations.
 */
public final class NoGrad implements AutoCloseable {
    private final boolean before = JniUtils.isGradMode();

    private NoGrad() {
        JniUtils.setGradMode(false);
    }

    public static NoGrad open() {
        return new NoGrad();
    }

    @Override
    public void close() {
        JniUtils.setGradMode(before);
    }
}
