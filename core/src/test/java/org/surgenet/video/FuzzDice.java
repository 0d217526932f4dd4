package org.surgenet.video;

import java.util.SplittableRandom;

/** Choices that one number decides. */
final class FuzzDice {
    private final SplittableRandom random;

    FuzzDice(long seed) {
        this.random = new SplittableRandom(seed);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** A number between two, both included. */
    int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    /** One of the words in a text. */
    String word(String words) {
        return of(words.split(" "));
    }

    /** One of some arguments, which may be empty or hold spaces. */
    String of(String... all) {
        return all[random.nextInt(all.length)];
    }

    /** The text with this probability, otherwise nothing. */
    String maybe(double probability, String text) {
        return chance(probability) ? text : "";
    }
}
