package org.surgenet.video.picture;

import org.bytedeco.ffmpeg.global.avutil;

/**
 * How a stored picture becomes upright: exchanged along its main diagonal or not, then mirrored.
 *
 * @param transpose rows become columns, first
 * @param mirrorX left becomes right, after that
 * @param mirrorY top becomes bottom, after that
 */
public record Orientation(boolean transpose, boolean mirrorX, boolean mirrorY) {
    static final Orientation UPRIGHT = new Orientation(false, false, false);

    /**
     * From a display matrix as containers store it (ISO 14496-12). Angles other than quarter turns,
     * which no camera writes, are left alone.
     *
     * @param matrix of nine numbers; null for an upright picture
     */
    public static Orientation of(int[] matrix) {
        if (matrix == null) {
            return UPRIGHT;
        }
        double angle = -avutil.av_display_rotation_get(matrix);
        if (Double.isNaN(angle)) {
            return UPRIGHT;
        }
        double theta = angle - 360 * Math.floor(angle / 360 + 0.9 / 360);
        // As the ffmpeg program's automatic rotation reads the matrix.
        if (Math.abs(theta - 90) < 1) {
            return matrix[3] > 0
                    ? new Orientation(true, false, false)
                    : new Orientation(true, true, false);
        }
        if (Math.abs(theta - 180) < 1) {
            return new Orientation(false, matrix[0] < 0, matrix[4] < 0);
        }
        if (Math.abs(theta - 270) < 1) {
            return matrix[3] < 0
                    ? new Orientation(true, true, true)
                    : new Orientation(true, false, true);
        }
        if (Math.abs(theta) < 1 && matrix[4] < 0) {
            return new Orientation(false, false, true);
        }
        return UPRIGHT;
    }

    boolean upright() {
        return !transpose && !mirrorX && !mirrorY;
    }

    /**
     * Turns one plane of bytes.
     *
     * @param source width × height samples of {@code step} bytes, without padding
     * @return the turned plane, without padding
     */
    byte[] turn(byte[] source, int width, int height, int step) {
        int outWidth = transpose ? height : width;
        int outHeight = transpose ? width : height;
        byte[] target = new byte[source.length];
        for (int y = 0; y < outHeight; y++) {
            for (int x = 0; x < outWidth; x++) {
                int u = mirrorX ? outWidth - 1 - x : x;
                int v = mirrorY ? outHeight - 1 - y : y;
                int from = step * (transpose ? u * width + v : v * width + u);
                int to = step * (y * outWidth + x);
                for (int i = 0; i < step; i++) {
                    target[to + i] = source[from + i];
                }
            }
        }
        return target;
    }
}
