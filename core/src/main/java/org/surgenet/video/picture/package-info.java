/**
 * From a decoded frame to the bytes of an image file: cropping, orientation, scaling, encoding; and
 * small pictures to compare frames by. {@link org.surgenet.video.picture.FrameSink} is where they
 * go. Imports {@code video.ffmpeg}.
 */
package org.surgenet.video.picture;
