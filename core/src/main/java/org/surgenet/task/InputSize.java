package org.surgenet.task;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.image.Resampling;

/**
 * The size that pictures are brought to before they enter a network, whatever their own shape, and
 * how.
 *
 * @param width pixels
 * @param height pixels
 * @param resampling of pictures; masks take the nearest pixel
 */
public record InputSize(int width, int height, Resampling resampling) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,4})x(\\d{1,4})");
    private static final int SMALLEST = 32;

    /** A size that pictures get by bicubic resampling. */
    public InputSize(int width, int height) {
        this(width, height, Resampling.BICUBIC);
    }

    /** The setting of a network's input size. */
    public static Setting<InputSize> setting(int width, int height) {
        return new Setting<>(
                "size",
                InputSize.class,
                InputSize::parse,
                "WxH",
                new InputSize(width, height),
                "Size of the network's input in pixels; images are resized to it, whatever their"
                        + " shape (default: {default}).");
    }

    /** The same size with another resampling. */
    public InputSize with(Resampling other) {
        return new InputSize(width, height, other);
    }

    /** How pictures get it, for records and reports. */
    public String preprocessing() {
        return resampling.describe(width, height);
    }

    /**
     * Reads {@code WxH}.
     *
     * @throws UserException if the text is no size or a side is below 32 pixels
     */
    public static InputSize parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new SettingException(
                    "size", text, "is not a size; width x height is expected, such as 256x256");
        }
        InputSize size =
                new InputSize(
                        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        if (size.width < SMALLEST || size.height < SMALLEST) {
            throw new SettingException("size", text, "each side must have at least 32 pixels");
        }
        return size;
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
