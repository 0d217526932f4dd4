package org.surgenet.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.surgenet.common.SettingException;

/**
 * Settings of a task's training that belong together. Source: METHOD A.6. SurgeNet's authors have
 * published no fine-tuning code, so what is said to be the paper's recipe is called unverified.
 *
 * @param name given to {@code --preset}
 * @param source where the settings are from, in words
 * @param options values by the settings' keys
 */
public record Preset(String name, String source, Map<String, String> options) {
    private static final String PAPER = "paper-unverified";

    public Preset {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /** A preset whose options are written {@code key=value}, separated by blanks. */
    public static Preset of(String name, String source, String options) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String option : options.split(" ", -1)) {
            int equals = option.indexOf('=');
            values.put(option.substring(0, equals), option.substring(equals + 1));
        }
        return new Preset(name, source, values);
    }

    /** What is said of the paper's recipe. */
    public static Preset ofPaper(String options) {
        return of(
                PAPER,
                "what an article says of the paper; the authors published no fine-tuning code, so"
                        + " this is unverified",
                options);
    }

    /**
     * A task's preset by its name.
     *
     * @throws SettingException if it has none of this name
     */
    public static Preset of(Task<?, ?> task, String name) {
        List<Preset> presets = task.presets();
        return presets.stream()
                .filter(preset -> preset.name.equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new SettingException(
                                        "preset",
                                        name,
                                        "unknown; "
                                                + task.command()
                                                + " has "
                                                + presets.stream()
                                                        .map(Preset::name)
                                                        .collect(Collectors.joining(", "))));
    }
}
