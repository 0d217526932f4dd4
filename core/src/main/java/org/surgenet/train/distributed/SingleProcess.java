package org.surgenet.train.distributed;

import java.nio.ByteBuffer;

/** The communicator of a process without others. */
enum SingleProcess implements Communicator {
    INSTANCE;

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public void sumFloats(ByteBuffer values, int count) {
        // The sum over one process is the value itself.
    }

    @Override
    public void sum(double[] values) {
        // The sum over one process is the value itself.
    }

    @Override
    public void barrier() {
        // Nobody to wait for.
    }

    @Override
    public void abort(int exitCode) {
        // The caller's own error ends the only process.
    }

    @Override
    public void yieldToRoot() {
        // There is no other.
    }

    @Override
    public void close() {
        // Nothing was opened.
    }
}
