package org.surgenet.video.picture;

import org.surgenet.common.UserException;

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

    public PictureRequest {
        if (quality < 1 || quality > 100) {
            throw new UserException("quality " + quality + " is not between 1 and 100");
        }
    }
}
