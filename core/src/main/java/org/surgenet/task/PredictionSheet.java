package org.surgenet.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import org.surgenet.frames.Frame;

/**
 * What a task writes of frames without labels: a line each in {@code predictions.csv}, and perhaps
 * files.
 *
 * @param <O> what a network says of one picture
 */
public interface PredictionSheet<O> {
    /**
     * What it is made for.
     *
     * @param output directory
     * @param classes names by index
     * @param size of the network's input
     * @param drawn whether the frame of an index gets a picture, where there is one to draw
     */
    record Request(Path output, List<String> classes, InputSize size, IntPredicate drawn) {}

    /** The columns of {@code predictions.csv} after those that say which frame it is. */
    List<String> columns();

    /**
     * Writes a frame's files.
     *
     * @param index of the frame among all
     * @return the cells of {@link #columns}
     */
    List<String> write(int index, Frame frame, O output) throws IOException;

    /** The files of a frame, below the directory, with forward slashes. */
    default List<String> files(int index, Frame frame) {
        return List.of();
    }
}
