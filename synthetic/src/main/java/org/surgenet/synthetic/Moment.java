package org.surgenet.synthetic;

import java.util.List;

/**
 * All that is to be seen in one frame.
 *
 * @param time seconds from the video's start
 * @param view what the camera looks at
 * @param phase of the operation
 * @param port radius of the port's opening as the camera passes it, view units; large = not seen
 * @param cameraX middle of the view, world units
 * @param cameraY middle of the view, world units
 * @param zoom view units per world unit
 * @param roll of the camera, turns
 * @param gallbladder its pose, null once it has left
 * @param cleared how much of the veil is gone, 0 .. 1, for each region of {@link Anatomy#veil}
 * @param clips number of clips on duct and artery, 0 .. 5
 * @param cut whether duct and artery are cut through
 * @param bleeding 0 .. 1
 * @param smoke 0 .. 1
 * @param smokeX where it rises, world units
 * @param smokeY where it rises, world units
 * @param bag the retrieval bag, null while there is none
 * @param instruments from back to front
 */
record Moment(
        double time,
        View view,
        SurgicalPhase phase,
        float port,
        float cameraX,
        float cameraY,
        float zoom,
        float roll,
        Pose gallbladder,
        float[] cleared,
        int clips,
        boolean cut,
        float bleeding,
        float smoke,
        float smokeX,
        float smokeY,
        Bag bag,
        List<Instrument> instruments) {

    enum View {
        TITLE,
        THEATRE,
        INSIDE
    }

    /**
     * Where the gallbladder is.
     *
     * @param turn about the fundus from where it grew, turns
     * @param shiftX of the fundus, world units
     * @param shiftY of the fundus, world units
     * @param scale of its size
     * @param bend sideways, world units at its middle
     */
    record Pose(float turn, float shiftX, float shiftY, float scale, float bend) {}

    /**
     * The retrieval bag.
     *
     * @param x its middle, world units
     * @param y its middle, world units
     * @param radius world units
     * @param closed 0 open .. 1 drawn shut
     */
    record Bag(float x, float y, float radius, float closed) {}
}
