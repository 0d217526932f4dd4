package org.surgenet.common;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Settings that belong together, under a name: a configuration file that comes with the program. It
 * is read as a user's own file is; the comment at its beginning says where the settings are from.
 *
 * @param name of the preset, and of the file {@code presets/NAME.yaml}
 * @param home a class in whose package the folder {@code presets} lies
 */
public record Preset(String name, Class<?> home) {
    /** Presets of one home. */
    public static List<Preset> of(Class<?> home, String... names) {
        return Arrays.stream(names).map(name -> new Preset(name, home)).toList();
    }

    /** Its text, to be closed. */
    public Reader open() {
        String file = "presets/" + name + ".yaml";
        InputStream text = home.getResourceAsStream(file);
        if (text == null) {
            throw new IllegalStateException(home.getPackageName() + " has no " + file);
        }
        return new InputStreamReader(text, StandardCharsets.UTF_8);
    }
}
