package org.surgenet.curate;

import java.util.Locale;

/**
 * Why a frame is dropped. A frame to which several apply gets the first in this order; duplicates
 * are looked for among the frames that have passed all before.
 */
public enum Reason {
    /** The file is missing, damaged or no image. */
    UNREADABLE("the file cannot be read as an image"),
    /** Its video is on the list of {@code --exclude}. */
    EXCLUDED("its video is excluded"),
    /** Black, or so dark that little can be seen. */
    DARK("black or very dark"),
    /** Burnt out, or a bright slide. */
    BRIGHT("burnt out or a bright page"),
    /** A menu, a title card, a blue screen: one colour fills most of the picture. */
    SCREEN("one flat colour: menu, title card, no signal"),
    /** The operating theatre, a drape, a trocar of metal: little in it has the colour of tissue. */
    OUT_OF_BODY("colours are not those of tissue"),
    /** Nothing in it is sharp. */
    BLURRED("nothing in it is sharp"),
    /** The same file content as an earlier kept frame. */
    DUPLICATE("equal to an earlier frame"),
    /** Looks as an earlier kept frame of the same video does. */
    NEAR_DUPLICATE("looks as an earlier frame of its video");

    private final String meaning;

    Reason(String meaning) {
        this.meaning = meaning;
    }

    /** Words for the report. */
    String meaning() {
        return meaning;
    }

    /** The name in {@code curated.csv}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
