package org.surgenet.video.naming;

import java.nio.file.Path;

/**
 * A video to extract and where its frames go.
 *
 * @param file of the video
 * @param shown what lists and records call the file: its path, or an id in place of it
 * @param folder for its frames, relative to the output directory, with forward slashes
 * @param name stable name of the video, the beginning of its frames' names
 * @param procedure kind of operation, empty if unknown
 * @param bytes size of the file; 0 if it is missing
 */
public record VideoInput(
        Path file, String shown, String folder, String name, String procedure, long bytes) {}
