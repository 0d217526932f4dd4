package org.surgenet.common;

import java.util.Locale;
import java.util.function.Function;

/**
 * A setting that a part of the library declares, so that whoever reads settings (a command line, a
 * configuration file) can offer it without knowing what it is for.
 *
 * @param key its name, such as {@code class-weights}
 * @param type of its values; an enumeration's constants are written in lower case with hyphens
 * @param parser how text becomes a value, throwing a {@link UserException}; null where {@code type}
 *     says it all
 * @param label of its value in help texts, such as {@code ce|ce-dice}
 * @param defaultValue null for none
 * @param description a sentence for people with the unit; {@code {default}} stands for the default,
 *     {@code {frames-fps}} for how a user writes the setting of this key
 * @param <T> type of its values
 */
public record Setting<T>(
        String key,
        Class<T> type,
        Function<String, T> parser,
        String label,
        T defaultValue,
        String description) {

    /** A setting of a type that needs no parser: a number, path, text, or enumeration. */
    public static <T> Setting<T> of(
            String key, Class<T> type, String label, T defaultValue, String description) {
        return new Setting<>(key, type, null, label, defaultValue, description);
    }

    /** The default as it would be typed; null for none. */
    public String defaultText() {
        return defaultValue == null ? null : text(defaultValue);
    }

    /** The description with the default filled in. */
    public String help() {
        return description.replace("{default}", String.valueOf(defaultText()));
    }

    /** A value as it would be typed. */
    public static String text(Object value) {
        return value instanceof Enum<?> constant
                ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
                : value.toString();
    }
}
