package org.surgenet.cli;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.surgenet.common.UserException;
import org.surgenet.common.UserPaths;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads the value of an option or argument that is a path, or, as text, one that may be a path as
 * well as a name, a pattern or an {@code @LIST}: a leading {@code ~} is the home folder.
 */
final class PathText implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
        try {
            return value.startsWith("@")
                    ? "@" + UserPaths.expand(value.substring(1))
                    : UserPaths.expand(value);
        } catch (UserException e) {
            throw refused(e);
        }
    }

    /** The same for options of the type {@code Path}. */
    static Path path(String value) {
        try {
            return UserPaths.of(value);
        } catch (UserException e) {
            throw refused(e);
        }
    }

    /** Whether an option's or argument's value is read here. */
    static boolean isPath(ArgSpec arg) {
        return arg.type() == Path.class
                || arg.auxiliaryTypes()[0] == Path.class
                || Stream.of(arg.converters()).anyMatch(PathText.class::isInstance);
    }

    private static TypeConversionException refused(UserException e) {
        return new TypeConversionException(e.getMessage());
    }
}
