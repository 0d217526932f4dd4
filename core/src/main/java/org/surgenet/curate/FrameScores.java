package org.surgenet.curate;

import java.util.List;
import java.util.Locale;
import org.surgenet.common.CsvTable;

/**
 * What is measured of a frame, on a copy whose longer side has {@link FrameAnalysis#SIDE} pixels.
 * "The picture" is what lies within the black border; where all is black, the whole frame.
 *
 * @param brightness mean luma of the picture, 0 to 255
 * @param contrast standard deviation of the picture's luma
 * @param sharpness variance of the Laplacian of the picture's luma
 * @param border share of the frame that is black and reaches its edge, 0 to 1
 * @param discX centre of the circular picture as a share of the frame's width, NaN if it is not
 *     circular
 * @param discY the same as a share of the height
 * @param discRadius its radius as a share of the width
 * @param saturation mean saturation (HSV) of the picture, 0 to 1
 * @param tissue share of the picture's lit pixels that are coloured as tissue is: red, pink,
 *     orange, yellow
 * @param redness mean of (red - green) / brightest channel over the lit pixels
 * @param cold share of lit pixels that are blue, green or violet and clearly coloured
 * @param flat share of the picture that its most frequent colour takes (16 levels a channel)
 * @param glare share of the picture's pixels that are burnt out in all channels
 * @param hash 64-bit perceptual hash of the luma, to compare by counting differing bits
 */
public record FrameScores(
        double brightness,
        double contrast,
        double sharpness,
        double border,
        double discX,
        double discY,
        double discRadius,
        double saturation,
        double tissue,
        double redness,
        double cold,
        double flat,
        double glare,
        long hash) {

    /** Names of the scores' columns, in order. */
    static final List<String> COLUMNS =
            List.of(
                    "brightness",
                    "contrast",
                    "sharpness",
                    "border",
                    "disc_x",
                    "disc_y",
                    "disc_radius",
                    "saturation",
                    "tissue",
                    "redness",
                    "cold",
                    "flat",
                    "glare",
                    "hash");

    /** The fields' texts in the columns' order; NaN is empty. */
    List<String> fields() {
        return List.of(
                text(brightness),
                text(contrast),
                text(sharpness),
                text(border),
                text(discX),
                text(discY),
                text(discRadius),
                text(saturation),
                text(tissue),
                text(redness),
                text(cold),
                text(flat),
                text(glare),
                String.format(Locale.ROOT, "%016x", hash));
    }

    private static String text(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
    }

    /**
     * @throws org.surgenet.common.UserException if a field is malformed
     */
    static FrameScores of(CsvTable.Row row) {
        long hash;
        try {
            hash = Long.parseUnsignedLong(row.get("hash"), 16);
        } catch (NumberFormatException e) {
            throw row.error("hash", "is no hash");
        }
        return new FrameScores(
                row.number("brightness"),
                row.number("contrast"),
                row.number("sharpness"),
                row.number("border"),
                optional(row, "disc_x"),
                optional(row, "disc_y"),
                optional(row, "disc_radius"),
                row.number("saturation"),
                row.number("tissue"),
                row.number("redness"),
                row.number("cold"),
                row.number("flat"),
                row.number("glare"),
                hash);
    }

    private static double optional(CsvTable.Row row, String column) {
        return row.get(column).isEmpty() ? Double.NaN : row.number(column);
    }
}
