package org.surgenet.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.FillRule;
import org.surgenet.SharedFiles;

/** Lists of keys and shapes of other code: those of {@code reference/keys} and of {@code keys}. */
final class KeyLists {
    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+\\(([\\d, ]*)\\)");

    private KeyLists() {}

    /** Shapes by key; names that begin with "keys_" are in the folder of references. */
    static Map<String, long[]> read(String name) {
        Map<String, long[]> keys = new LinkedHashMap<>();
        text(name)
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(
                        line -> {
                            Matcher matcher = LINE.matcher(line.strip());
                            assertThat(matcher.matches()).as(line).isTrue();
                            keys.put(
                                    matcher.group(1),
                                    Arrays.stream(matcher.group(2).split(",\\s*"))
                                            .mapToLong(Long::parseLong)
                                            .toArray());
                        });
        return keys;
    }

    private static String text(String name) {
        if (name.startsWith("keys_")) {
            return new String(
                    SharedFiles.reference("keys/" + name + ".txt"), StandardCharsets.UTF_8);
        }
        try (InputStream in = KeyLists.class.getResourceAsStream("/keys/" + name + ".txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of these keys and shapes, whose values follow the fill rule. */
    static StateDict weights(Map<String, long[]> keys) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        keys.forEach(
                (key, shape) ->
                        tensors.put(
                                key, Tensor.computed(shape, () -> FillRule.weight(key, shape))));
        return new StateDict(
                Path.of("list.safetensors"), StateDict.Format.SAFETENSORS, tensors, Map.of());
    }

    /** "[64, 3, 7, 7]" by key. */
    static Map<String, String> shown(Map<String, long[]> keys) {
        Map<String, String> shown = new LinkedHashMap<>();
        keys.forEach((key, shape) -> shown.put(key, Arrays.toString(shape)));
        return shown;
    }
}
