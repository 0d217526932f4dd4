package org.surgenet.metrics;

/** Checks of arguments that several classes make. */
final class Arguments {
    private Arguments() {}

    static void sameLength(int targets, int predictions) {
        if (targets != predictions) {
            throw new IllegalArgumentException(
                    targets + " targets but " + predictions + " predictions");
        }
    }
}
