package org.surgenet.frames;

import java.nio.file.Path;

/**
 * A frame as a reader of frames sees it.
 *
 * @param path of the image file, resolved
 * @param procedure kind of operation, empty if unknown
 * @param video name of the video; the image's folder where the source does not say
 * @param timeSeconds presentation time, NaN if unknown
 */
public record Frame(Path path, String procedure, String video, double timeSeconds) {}
