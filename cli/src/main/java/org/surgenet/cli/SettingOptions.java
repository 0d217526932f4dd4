package org.surgenet.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** An option for each setting that a part of the library declares, called as it is. */
@Command
final class SettingOptions {
    private static final Pattern KEY = Pattern.compile("\\{([a-z][a-z0-9-]*)}");

    private final Map<Setting<?>, OptionSpec> options = new LinkedHashMap<>();

    SettingOptions(List<Setting<?>> settings) {
        for (Setting<?> setting : settings) {
            options.put(setting, option(setting));
        }
    }

    /** A text of the library with its settings' names as they are typed: {@code {key}}. */
    static String named(String text) {
        return KEY.matcher(text).replaceAll("--$1");
    }

    private static OptionSpec option(Setting<?> setting) {
        OptionSpec.Builder option =
                OptionSpec.builder("--" + setting.key())
                        .type(setting.type())
                        .paramLabel(setting.label())
                        .defaultValue(setting.defaultText())
                        .description(named(setting.help()).replace("%", "%%"));
        if (setting.parser() != null) {
            option.converters(converter(setting));
        } else if (setting.type().isEnum()) {
            option.converters(choice(setting.type()));
        }
        return option.build();
    }

    private static ITypeConverter<Object> converter(Setting<?> setting) {
        return text -> {
            try {
                return setting.parser().apply(text);
            } catch (UserException e) {
                String message = e.getMessage();
                throw new TypeConversionException(
                        message.startsWith(setting.key()) ? "--" + message : message);
            }
        };
    }

    private static ITypeConverter<Object> choice(Class<?> type) {
        Object[] choices = type.getEnumConstants();
        return text ->
                Arrays.stream(choices)
                        .filter(choice -> Setting.text(choice).equalsIgnoreCase(text))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new TypeConversionException(
                                                "must be one of "
                                                        + Arrays.stream(choices)
                                                                .map(Setting::text)
                                                                .collect(Collectors.joining(", "))
                                                        + ", not '"
                                                        + text
                                                        + "'"));
    }

    @Spec
    void declare(CommandSpec spec) {
        options.values().forEach(spec::addOption);
    }

    /** The values that are not as by default. */
    SettingValues values() {
        SettingValues values = SettingValues.DEFAULTS;
        for (Map.Entry<Setting<?>, OptionSpec> option : options.entrySet()) {
            values = with(values, option.getKey(), option.getValue());
        }
        return values;
    }

    private static <T> SettingValues with(
            SettingValues values, Setting<T> setting, OptionSpec option) {
        T value = option.getValue();
        return value == null || value.equals(setting.defaultValue())
                ? values
                : values.with(setting, value);
    }
}
