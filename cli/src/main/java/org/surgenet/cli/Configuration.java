package org.surgenet.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.surgenet.common.Json;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command's effective configuration as YAML that {@code --config} reads back. */
final class Configuration {
    /** What needs no quotes: no YAML character, and no blank. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._][A-Za-z0-9/._+-]*");

    private static final int COMMENT_WIDTH = 96;

    private Configuration() {}

    /** Every option with what it means, its value and the value's source. */
    static String commented(CommandSpec leaf, Invocation invocation) {
        StringBuilder yaml = new StringBuilder();
        yaml.append("# ").append(leaf.qualifiedName()).append(", ").append(Version.VERSION);
        yaml.append("\n# Read by --config; what the command line says wins.\n");
        Invocation.keys(leaf)
                .forEach(
                        (key, arg) -> {
                            yaml.append('\n');
                            for (String line : describe(arg)) {
                                yaml.append("# ").append(line).append('\n');
                            }
                            List<String> values = values(arg);
                            if (values.isEmpty()) {
                                yaml.append("# ").append(key).append(": ");
                                yaml.append(label(arg));
                                yaml.append(arg.required() ? "   (required)\n" : "   (not set)\n");
                            } else {
                                String source = "  # " + invocation.source(arg);
                                append(yaml, key, arg, values, source);
                            }
                        });
        return yaml.toString();
    }

    /**
     * The values alone: what {@code config.yaml} holds.
     *
     * @param confidential keys whose values are left out
     */
    static String brief(CommandSpec leaf, Set<String> confidential) {
        StringBuilder yaml = new StringBuilder("# " + leaf.qualifiedName() + "\n");
        Invocation.keys(leaf)
                .forEach(
                        (key, arg) -> {
                            List<String> values = values(arg);
                            if (!values.isEmpty() && confidential.contains(key)) {
                                yaml.append("# ").append(key).append(": withheld\n");
                            } else if (!values.isEmpty()) {
                                append(yaml, key, arg, values, "");
                            }
                        });
        return yaml.toString();
    }

    private static void append(
            StringBuilder yaml, String key, ArgSpec arg, List<String> values, String remark) {
        yaml.append(key).append(':');
        if (arg.isMultiValue()) {
            yaml.append(remark).append('\n');
            values.forEach(v -> yaml.append("  - ").append(quoted(v)).append('\n'));
        } else {
            yaml.append(' ').append(quoted(values.get(0))).append(remark).append('\n');
        }
    }

    /** The values as they would be typed, home folders written out; empty if there is none. */
    private static List<String> values(ArgSpec arg) {
        Object value = arg.getValue();
        if (value instanceof Boolean) {
            return List.of(value.toString());
        }
        if (!arg.stringValues().isEmpty()) {
            List<String> typed = arg.originalStringValues();
            // The same folder for whoever reads the file back.
            return PathText.isPath(arg)
                    ? typed.stream().map(new PathText()::convert).toList()
                    : List.copyOf(typed);
        }
        if (arg.defaultValue() != null) {
            return List.of(arg.defaultValue());
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(e -> e.getKey() + "=" + e.getValue())
                    .collect(Collectors.toList());
        }
        if (value instanceof Collection<?> many) {
            return many.stream().map(String::valueOf).collect(Collectors.toList());
        }
        return value == null || value instanceof Object[] ? List.of() : List.of(value.toString());
    }

    private static String quoted(String value) {
        return PLAIN.matcher(value).matches() && !value.endsWith(":") && !value.equals("null")
                ? value
                : Json.line(Json.object().textNode(value));
    }

    private static String label(ArgSpec arg) {
        if (arg instanceof OptionSpec option) {
            return option.paramLabel();
        }
        return ((PositionalParamSpec) arg).paramLabel();
    }

    /** The description as one line of text. */
    static String description(ArgSpec arg) {
        return String.join(" ", arg.description()).replace("%n", " ").replace("%%", "%");
    }

    private static List<String> describe(ArgSpec arg) {
        String text = description(arg);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split("\\s+", -1)) {
            if (line.length() + word.length() + 1 > COMMENT_WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
