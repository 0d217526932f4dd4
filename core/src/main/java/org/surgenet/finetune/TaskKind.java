package org.surgenet.finetune;

import java.util.Locale;

/** What a fine-tuned network is for. */
public enum TaskKind {
    /** A class for every pixel. */
    SEG,
    /** The phase that a frame belongs to. */
    PHASE,
    /** The criteria of the critical view of safety, each fulfilled or not. */
    CVS;

    /** As in {@code scores.csv}: {@code seg}, {@code phase}, {@code cvs}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The command that trains such a network. */
    public String command() {
        return "finetune-" + label();
    }
}
