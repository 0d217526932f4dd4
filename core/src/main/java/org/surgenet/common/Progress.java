package org.surgenet.common;

/** Where long work tells how far it is. Implementations are thread-safe and cheap to call often. */
public interface Progress {
    /** How the labels of tasks begin that only read and check input. */
    String READING = "reading ";

    /** A silent one. */
    Progress NONE = (label, unit, total) -> Task.NONE;

    /**
     * Begins a task.
     *
     * @param label what is being done, in a word or two; one that begins with {@link #READING}
     *     tells that input is being taken in, before the work has begun and anything is written
     * @param unit what is counted, plural ("frames")
     * @param total how many there are, or a negative number if unknown
     */
    Task start(String label, String unit, long total);

    /**
     * Begins a task whose units differ much in size, such as videos: units are counted, but the
     * share that is done and the time that is left come from their sizes, told by {@link
     * Task#advance}.
     *
     * @param size of all units together, in whatever unit of size
     */
    default Task start(String label, String unit, long total, long size) {
        return start(label, unit, total);
    }

    /** One task under way; closing it ends its line. */
    interface Task extends AutoCloseable {
        Task NONE = (steps, detail) -> {};

        /** Advances by {@code steps} and shows {@code detail} (may be empty) behind the count. */
        void step(long steps, String detail);

        /** As {@link #step}, for what an earlier run has done: it says nothing about the rate. */
        default void skip(long steps) {
            step(steps, "");
        }

        /** Advances by a part of the size that the task was started with. */
        default void advance(long size, String detail) {}

        @Override
        default void close() {}
    }
}
