/**
 * The door to FFmpeg's C API of the presets: loading, error codes in words, what decoders log, and
 * devices that decode. libavdevice is never loaded. Imports {@code common} alone.
 */
package org.surgenet.video.ffmpeg;
