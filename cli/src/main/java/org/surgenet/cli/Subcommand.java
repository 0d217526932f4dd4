package org.surgenet.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Command;

/**
 * A command by its name.
 *
 * @param name as it is typed
 * @param maker gives the command, or its class
 */
record Subcommand(String name, Supplier<Object> maker) {
    /** A command whose class says its name. */
    static Subcommand of(Class<?> type) {
        return new Subcommand(type.getAnnotation(Command.class).name(), () -> type);
    }
}
