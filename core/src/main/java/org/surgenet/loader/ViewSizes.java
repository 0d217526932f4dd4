package org.surgenet.loader;

/**
 * The views of an image: some global ones and some local ones, all square and RGB.
 *
 * @param globals number of global views
 * @param globalSide pixels
 * @param locals number of local views, may be 0
 * @param localSide pixels
 */
public record ViewSizes(int globals, int globalSide, int locals, int localSide) {
    /** Bytes of one global view. */
    public int globalBytes() {
        return 3 * globalSide * globalSide;
    }

    /** Bytes of one local view. */
    public int localBytes() {
        return 3 * localSide * localSide;
    }

    /** Bytes of all views of an image. */
    public int bytes() {
        return globals * globalBytes() + locals * localBytes();
    }
}
