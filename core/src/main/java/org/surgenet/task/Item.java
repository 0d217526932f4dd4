package org.surgenet.task;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Sample;

/**
 * A sample made ready for the network, or why it could not be.
 *
 * @param sample where it is from
 * @param pixels (3, H, W), RGB; null where it could not be read
 * @param labels (H, W), classes or {@link #IGNORE}; empty where the sample itself has the target
 * @param failure what is wrong with it; null where nothing is
 */
public record Item<S>(S sample, byte[] pixels, byte[] labels, Failure failure) {
    /** The label of pixels that count neither in a loss nor in any score. */
    public static final int IGNORE = 255;

    /** An image that could not be read, with its cause. */
    public record Failure(Path image, String cause) {}

    public Item(S sample, byte[] pixels, byte[] labels) {
        this(sample, pixels, labels, null);
    }

    /** An item that tells of its failure instead of throwing it. */
    public static <S extends Sample> Item<S> readable(S sample, Callable<Item<S>> made)
            throws Exception {
        try {
            return made.call();
        } catch (UserException e) {
            return new Item<>(
                    sample, null, new byte[0], new Failure(sample.image(), cause(sample, e)));
        }
    }

    /** What is wrong, without the image's name, which stands beside it. */
    private static String cause(Sample sample, UserException e) {
        return e.getMessage().replace(sample.image() + ": ", "");
    }

    /** Whether it could be read. */
    public boolean isRead() {
        return failure == null;
    }
}
