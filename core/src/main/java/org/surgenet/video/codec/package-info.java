/**
 * What the headers of a codec say of its packets: where a group of pictures (GOP) may be decoded on
 * its own, which packets hold no picture, which no other picture refers to. Imports {@code
 * video.ffmpeg}; knows neither containers nor decoders.
 */
package org.surgenet.video.codec;
