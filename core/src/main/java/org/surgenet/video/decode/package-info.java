/**
 * From packets to wanted frames: by groups of pictures, several at once, where the packets tell
 * what is wanted, and else by decoding everything in order. Imports {@code video.container}, {@code
 * video.codec}, {@code video.h264}, {@code video.sampling} and {@code video.picture}.
 */
package org.surgenet.video.decode;
