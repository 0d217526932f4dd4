/**
 * The currency between commands: records of frames, the {@code frames.csv} beside each video's
 * frames, and lists of frames from any source that a user may name (a folder, a {@code frames.csv},
 * a {@code curated.csv}, a text list). Loads neither DJL nor OpenCV. Imports {@code common} alone.
 */
package org.surgenet.frames;
