package org.surgenet.video.picture;

import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * How much each decoded frame of a video differs from the one before it, as {@code ContentDetector}
 * of PySceneDetect scores it with its default weights: the mean absolute difference of hue,
 * saturation and value over all pixels, averaged over the three. Channels are OpenCV's for 8 bits:
 * hue in steps of two degrees, from 0 to 179; saturation and value from 0 to 255. Source: {@code
 * scenedetect/detectors/content_detector.py} (weights 1, 1, 1 and 0 for edges), version 0.6 and
 * later.
 *
 * <p>Two things are not as there. Frames are reduced to 256 pixels on their longer side by
 * averaging over areas, where PySceneDetect samples bilinearly, so that noise counts for less. And
 * hue is a circle: 179 and 0 differ by 1, not by 179. The tissue of surgical videos is red, which
 * lies on both sides of that seam, and scores would be those of the noise between them.
 */
public final class ContentChange implements AutoCloseable {
    private static final int LONGEST = 256;
    private static final int HUES = 180;
    private static final int SHIFT = 12;
    private static final int HALF = 1 << (SHIFT - 1);

    /**
     * Fixed-point factors of a difference, by the value and by the difference: see {@link #hsv}.
     */
    private static final int[] SATURATION = new int[256];

    private static final int[] HUE = new int[256];

    static {
        for (int i = 1; i < 256; i++) {
            SATURATION[i] = (int) Math.rint((255 << SHIFT) / (double) i);
            HUE[i] = (int) Math.rint((HUES << SHIFT) / (6.0 * i));
        }
    }

    private final ReducedPicture reduced = new ReducedPicture(LONGEST, true);
    private byte[] last;

    /**
     * The score of a frame against the frame of the call before.
     *
     * @return from 0, the same, to 200; NaN for the first frame
     */
    public double score(AVFrame frame) throws IOException {
        byte[] now = reduced.of(frame);
        hsv(now);
        byte[] before = last;
        last = now;
        return before == null ? Double.NaN : difference(before, now);
    }

    /** The mean difference of two pictures of hue, saturation and value, three bytes a pixel. */
    static double difference(byte[] a, byte[] b) {
        long sum = 0;
        for (int i = 0; i < a.length; i += 3) {
            int hue = Math.abs((a[i] & 0xff) - (b[i] & 0xff));
            sum += Math.min(hue, HUES - hue);
            sum += Math.abs((a[i + 1] & 0xff) - (b[i + 1] & 0xff));
            sum += Math.abs((a[i + 2] & 0xff) - (b[i + 2] & 0xff));
        }
        return sum / (double) a.length;
    }

    /**
     * Turns red, green and blue into hue, saturation and value in place, rounded as OpenCV does it.
     */
    static void hsv(byte[] pixels) {
        for (int i = 0; i < pixels.length; i += 3) {
            int r = pixels[i] & 0xff;
            int g = pixels[i + 1] & 0xff;
            int b = pixels[i + 2] & 0xff;
            int value = Math.max(r, Math.max(g, b));
            int range = value - Math.min(r, Math.min(g, b));
            int sixths = value == r ? g - b : value == g ? b - r + 2 * range : r - g + 4 * range;
            int hue = sixths * HUE[range] + HALF >> SHIFT;
            pixels[i] = (byte) (hue < 0 ? hue + HUES : hue);
            pixels[i + 1] = (byte) (range * SATURATION[value] + HALF >> SHIFT);
            pixels[i + 2] = (byte) value;
        }
    }

    @Override
    public void close() {
        reduced.close();
    }
}
