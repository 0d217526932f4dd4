package org.surgenet.stats;

/** What a test's p-value is evidence for. */
enum Alternative {
    /** The differences are not centred at 0. */
    TWO_SIDED,
    /** They tend to be above 0. */
    GREATER,
    /** They tend to be below 0. */
    LESS
}
