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

    /** One task under way; closing it ends its line. */
    interface Task extends AutoCloseable {
        Task NONE = (steps, detail) -> {};

        /** Advances by {@code steps} and shows {@code detail} (may be empty) behind the count. */
        void step(long steps, String detail);

        @Override
        default void close() {}
    }
}
