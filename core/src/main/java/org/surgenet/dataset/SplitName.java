package org.surgenet.dataset;

import java.util.Locale;
import java.util.Optional;

/** A part of a data set. */
public enum SplitName {
    TRAIN,
    VAL,
    TEST;

    /** As written in files and on command lines: {@code train}, {@code val}, {@code test}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The part of this label; empty if there is none. */
    public static Optional<SplitName> of(String label) {
        for (SplitName name : values()) {
            if (name.label().equals(label)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }
}
