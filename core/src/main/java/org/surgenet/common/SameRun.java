package org.surgenet.common;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The check that what lies in a directory was made by the run that is asked for, before a run goes
 * on from it or takes it as its own result.
 */
public final class SameRun {
    /** What to do about the result of another run. */
    public static final String REMEDY =
            "repeat the earlier settings, give another output directory, or set overwrite to"
                    + " replace it";

    /** Longer values, such as hashes, are cut in messages. */
    private static final int SHOWN = 100;

    private SameRun() {}

    /**
     * Refuses the result of another run.
     *
     * @param place of the result, for the message
     * @param what is there, such as "a run"
     * @param before the settings and inputs that the result was made with, by name
     * @param requested those that are asked for; a name that one of the two lacks is compared as an
     *     empty text
     * @throws UserException naming the first that differs, in the order of {@code requested}
     */
    public static void require(Path place, String what, JsonNode before, JsonNode requested) {
        difference("", before, requested)
                .ifPresent(
                        d -> {
                            throw new UserException(
                                    place + ": contains " + what + d.requested() + "; " + REMEDY);
                        });
    }

    /**
     * As {@link #require}, where the result's record has more than its settings.
     *
     * @param record of the result; only the names of {@code requested} are compared
     */
    public static void requireWithin(
            Path place, String what, JsonNode record, ObjectNode requested) {
        ObjectNode before = Json.object();
        requested
                .fieldNames()
                .forEachRemaining(
                        name -> {
                            if (record.has(name)) {
                                before.set(name, record.get(name));
                            }
                        });
        require(place, what, before, requested);
    }

    /**
     * The first setting or input that differs, as in {@code training.lr was 0.01 and is 0.001};
     * empty if nothing does.
     */
    public static Optional<String> change(JsonNode before, JsonNode requested) {
        return difference("", before, requested).map(Difference::changed);
    }

    /** One value that differs. */
    private record Difference(String key, JsonNode there, JsonNode asked) {
        String requested() {
            return " with "
                    + key
                    + "="
                    + shown(there)
                    + ", but "
                    + key
                    + "="
                    + shown(asked)
                    + " was requested";
        }

        String changed() {
            return key + " was " + shown(there) + " and is " + shown(asked);
        }
    }

    /**
     * The first difference.
     *
     * @param key where the two values are, such as "settings.seed"; empty for the whole
     */
    private static Optional<Difference> difference(String key, JsonNode there, JsonNode asked) {
        if (there.isObject() && asked.isObject()) {
            Set<String> names = new LinkedHashSet<>();
            asked.fieldNames().forEachRemaining(names::add);
            there.fieldNames().forEachRemaining(names::add);
            String prefix = key.isEmpty() ? "" : key + ".";
            return first(
                    names.stream()
                            .map(
                                    name ->
                                            difference(
                                                    prefix + name,
                                                    there.path(name),
                                                    asked.path(name))));
        }
        if (there.isArray() && asked.isArray()) {
            return first(
                    IntStream.range(0, Math.max(there.size(), asked.size()))
                            .mapToObj(
                                    i ->
                                            difference(
                                                    key + "[" + i + "]",
                                                    there.path(i),
                                                    asked.path(i))));
        }
        return text(there).equals(text(asked))
                ? Optional.empty()
                : Optional.of(new Difference(key, there, asked));
    }

    private static Optional<Difference> first(Stream<Optional<Difference>> differences) {
        return differences.flatMap(Optional::stream).findFirst();
    }

    /** Equal for equal content: a number read from a file may have another Java type. */
    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : Json.line(value);
    }

    private static String shown(JsonNode value) {
        String text = value.isMissingNode() ? "(none)" : text(value);
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
