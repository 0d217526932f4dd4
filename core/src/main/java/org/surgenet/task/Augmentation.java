package org.surgenet.task;

/** How training pictures are varied. */
public enum Augmentation {
    /** Not at all. */
    NONE,
    /**
     * A crop of 70 to 100 % of the area at a random place, a left-right flip of every second
     * picture, brightness and contrast each by up to 20 %. Our own choice: what the paper did is
     * not known.
     */
    LIGHT
}
