package org.surgenet.curate;

import java.util.Locale;
import java.util.Optional;

/**
 * A setting that a {@link Detector}'s judgement depends on, and an option of the command.
 *
 * @param name such as {@code min-brightness}
 * @param kind of its values
 * @param defaultText the default as it would be typed
 * @param sentence what it does, with <code>{default}</code> where the default is to be named
 * @param atMost the name of the threshold whose value it must not exceed
 */
public record Threshold(
        String name, Kind kind, String defaultText, String sentence, Optional<String> atMost) {

    /** What values a threshold has. */
    public enum Kind {
        /** Any number, a {@code Double}. */
        NUMBER("N"),
        /** A number from 0 to 1, a {@code Double}. */
        SHARE("SHARE"),
        /** An {@link Action}. */
        ACTION("drop|flag|keep");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** What stands for the value in a help page. */
        public String label() {
            return label;
        }

        /** The class of the values. */
        public Class<?> type() {
            return this == ACTION ? Action.class : Double.class;
        }
    }

    static Threshold number(String name, String defaultText, String sentence) {
        return new Threshold(name, Kind.NUMBER, defaultText, sentence, Optional.empty());
    }

    static Threshold share(String name, String defaultText, String sentence) {
        return new Threshold(name, Kind.SHARE, defaultText, sentence, Optional.empty());
    }

    static Threshold action(String name, String defaultText, String sentence) {
        return new Threshold(name, Kind.ACTION, defaultText, sentence, Optional.empty());
    }

    /** The same, not to exceed another. */
    Threshold atMost(String other) {
        return new Threshold(name, kind, defaultText, sentence, Optional.of(other));
    }

    /** What it does, in a sentence that names the default. */
    public String description() {
        return sentence.replace("{default}", defaultText);
    }

    Object defaultValue() {
        return kind == Kind.ACTION
                ? Action.valueOf(defaultText.toUpperCase(Locale.ROOT))
                : Double.valueOf(defaultText);
    }
}
