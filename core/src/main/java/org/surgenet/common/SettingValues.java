package org.surgenet.common;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Values that were given to settings; the others have their defaults. Immutable. */
public final class SettingValues {
    /** Everything as by default. */
    public static final SettingValues DEFAULTS = new SettingValues(Map.of());

    private final Map<String, Object> given;

    private SettingValues(Map<String, Object> given) {
        this.given = given;
    }

    /** The same with a value given to one setting; as it is for null. */
    public <T> SettingValues with(Setting<T> setting, T value) {
        if (value == null) {
            return this;
        }
        Map<String, Object> more = new LinkedHashMap<>(given);
        more.put(setting.key(), setting.type().cast(value));
        return new SettingValues(more);
    }

    /** The same with the values of {@code others} where it has any. */
    public SettingValues with(SettingValues others) {
        Map<String, Object> more = new LinkedHashMap<>(given);
        more.putAll(others.given);
        return new SettingValues(more);
    }

    /** The value given, or the default, which is null where a setting has none. */
    public <T> T get(Setting<T> setting) {
        Object value = given.get(setting.key());
        return value == null ? setting.defaultValue() : setting.type().cast(value);
    }

    /** Whether a value was given. */
    public boolean has(Setting<?> setting) {
        return given.containsKey(setting.key());
    }

    /**
     * Refuses values of settings that nothing would read.
     *
     * @param read the settings that are read
     * @param problem what is wrong with another one, by its key
     * @throws SettingException about the first such setting
     */
    public void requireRead(Collection<Setting<?>> read, Function<String, String> problem) {
        Set<String> keys = read.stream().map(Setting::key).collect(Collectors.toSet());
        given.forEach(
                (key, value) -> {
                    if (!keys.contains(key)) {
                        throw new SettingException(key, Setting.text(value), problem.apply(key));
                    }
                });
    }

    /** The given values of some settings alone. */
    public SettingValues of(Collection<Setting<?>> some) {
        Set<String> keys = some.stream().map(Setting::key).collect(Collectors.toSet());
        Map<String, Object> kept = new LinkedHashMap<>(given);
        kept.keySet().retainAll(keys);
        return new SettingValues(kept);
    }

    /** As {@link #texts}, without values of a type. */
    public Map<String, String> textsBut(Class<?> type) {
        Map<String, String> texts = texts();
        texts.keySet().removeIf(key -> type.isInstance(given.get(key)));
        return texts;
    }

    /** The given values as they would be typed, by key. */
    public Map<String, String> texts() {
        Map<String, String> texts = new TreeMap<>();
        given.forEach((key, value) -> texts.put(key, Setting.text(value)));
        return texts;
    }
}
