package org.surgenet.curate;

/** What is done with a frame. */
enum Action {
    /** It is not kept. */
    DROP,
    /** It is kept, but the column {@code reason} names what was found. */
    FLAG,
    /** It is kept as any other. */
    KEEP
}
