/**
 * A video's file as bytes: the parts of it that FFmpeg reads as one file, what tells its content
 * from another's, and the watch over reads that do not come back. Imports {@code video.ffmpeg}.
 */
package org.surgenet.video.file;
