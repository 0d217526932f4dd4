package org.surgenet.video.picture;

/** Kinds of image files that frames are written as. */
public enum ImageFormat {
    /** JPEG; quality as in libjpeg. */
    JPG,
    /** PNG, without loss. */
    PNG,
    /** WebP with loss. */
    WEBP;

    /** The suffix of file names, without the dot. */
    public String suffix() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
