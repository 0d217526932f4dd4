package org.surgenet.video.picture;

import org.surgenet.common.Require;
import org.surgenet.common.SettingException;

/**
 * How pictures are to look.
 *
 * @param cropBorders whether to cut off black borders, found once for each video
 * @param deinterlace keep one field of interlaced frames
 * @param size wanted, of what is left
 * @param upscale whether a picture may become larger than it is
 * @param format of the files
 * @param quality of JPEG and WebP, 1 to 100
 * @param colours how the colours of JPEG files are coded
 */
public record PictureRequest(
        boolean cropBorders,
        boolean deinterlace,
        PictureSize size,
        boolean upscale,
        ImageFormat format,
        int quality,
        JpegColours colours) {

    /** Which luma and chroma a JPEG file holds. */
    public enum JpegColours {
        /**
         * The video's own, as the ffmpeg program writes them. Readers of JPEG assume BT.601, so
         * that colours of a BT.709 video come out slightly shifted, as in most published data sets.
         */
        VIDEO,
        /** Converted to BT.601, so that a reader sees the video's true colours. */
        TRUE
    }

    /**
     * @throws SettingException if the quality is not 1 to 100
     */
    public PictureRequest {
        Require.that(quality >= 1 && quality <= 100, "quality", quality, "must be from 1 to 100");
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Sets by name; what is not set is as by default. */
    public static final class Builder {
        private boolean cropBorders;
        private boolean deinterlace;
        private PictureSize size = PictureSize.parse("short:256");
        private boolean upscale;
        private ImageFormat format = ImageFormat.JPG;
        private int quality = 95;
        private JpegColours colours = JpegColours.VIDEO;

        private Builder() {}

        public Builder cropBorders(boolean value) {
            cropBorders = value;
            return this;
        }

        public Builder deinterlace(boolean value) {
            deinterlace = value;
            return this;
        }

        public Builder size(PictureSize value) {
            size = value;
            return this;
        }

        public Builder upscale(boolean value) {
            upscale = value;
            return this;
        }

        public Builder format(ImageFormat value) {
            format = value;
            return this;
        }

        public Builder quality(int value) {
            quality = value;
            return this;
        }

        public Builder colours(JpegColours value) {
            colours = value;
            return this;
        }

        /**
         * @throws SettingException about the first value that makes no sense
         */
        public PictureRequest build() {
            return new PictureRequest(
                    cropBorders, deinterlace, size, upscale, format, quality, colours);
        }
    }
}
