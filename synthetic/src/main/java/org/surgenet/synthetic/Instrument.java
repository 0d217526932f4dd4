package org.surgenet.synthetic;

/**
 * An instrument in one frame.
 *
 * @param kind what it is
 * @param tipX tip, world units
 * @param tipY tip, world units
 * @param baseX point of the shaft outside the picture, view units
 * @param baseY point of the shaft outside the picture, view units
 * @param opening of its jaws, 0 .. 1
 */
record Instrument(Kind kind, float tipX, float tipY, float baseX, float baseY, float opening) {
    enum Kind {
        GRASPER,
        L_HOOK,
        CLIPPER,
        SCISSORS,
        IRRIGATOR
    }

    /** CholecSeg8k knows two instruments; the others count as its grasper. */
    TissueClass tissueClass() {
        return kind == Kind.L_HOOK ? TissueClass.L_HOOK : TissueClass.GRASPER;
    }
}
