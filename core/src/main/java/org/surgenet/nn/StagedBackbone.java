package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * A backbone of stages that follow one another, the first at a quarter of the image's height and
 * width, each later one at half of the stage before.
 */
public abstract class StagedBackbone extends Backbone {
    private final String id;
    private final int[] channels;

    /**
     * @param channels of each stage, finest first
     */
    protected StagedBackbone(String id, int[] channels) {
        this.id = id;
        this.channels = channels.clone();
    }

    /**
     * One stage; {@code x} stays open.
     *
     * @param i from 0
     * @param x the images (B, 3, H, W) for the first stage, for the others what the stage before
     *     gave
     * @return (B, H', W', channels[i])
     */
    protected abstract NDArray stage(int i, NDArray x);

    /**
     * What is done with the mean over all positions of the last stage; nothing, unless a network
     * says otherwise. Closes {@code mean}.
     *
     * @param mean (B, featureSize)
     * @return the same shape
     */
    protected NDArray finish(NDArray mean) {
        return mean;
    }

    @Override
    public final String id() {
        return id;
    }

    @Override
    public final int[] channels() {
        return channels.clone();
    }

    @Override
    public final int featureSize() {
        return channels[channels.length - 1];
    }

    @Override
    public final NDList features(NDArray images) {
        NDList maps = new NDList(channels.length);
        NDArray x = images;
        for (int i = 0; i < channels.length; i++) {
            x = next(i, x);
            maps.add(x.transpose(0, 3, 1, 2)); // (B, C, H, W)
        }
        x.close();
        return maps;
    }

    @Override
    public final NDArray pooled(NDArray images) {
        NDArray x = images;
        for (int i = 0; i < channels.length; i++) {
            x = next(i, x);
        }
        Shape shape = x.getShape();
        x = Arrays.then(x, x.reshape(shape.get(0), -1, shape.get(3))); // (B, T, C)
        return finish(Arrays.then(x, x.mean(new int[] {1}))); // (B, C)
    }

    /** As {@link #stage}, but closes {@code x}, unless it is the caller's images. */
    private NDArray next(int i, NDArray x) {
        NDArray y = stage(i, x);
        return i == 0 ? y : Arrays.then(x, y);
    }
}
