/**
 * Extraction: from video files to folders of image files with FFmpeg alone. Here the parts meet:
 * what is asked for ({@link org.surgenet.video.ExtractionRequest}), the work on many videos ({@link
 * org.surgenet.video.Extraction}) and on one, an estimate beforehand, verification afterwards, and
 * the numbering of SurgeNet's script, which comes after all videos of a procedure ({@link
 * org.surgenet.video.SurgenetExtraction}).
 *
 * <p>The data goes: {@code file}, {@code dicom} and {@code container} give packets; {@code codec}
 * and {@code h264} tell what is in them; {@code sampling} says which frames are wanted; {@code
 * decode} makes frames, {@code picture} image files of them, and {@code store} keeps these. {@code
 * naming} finds the videos and names what comes out.
 *
 * <p>Imports all packages below it and {@code frames}; none of them imports this one. DJL, OpenCV
 * and AWT are never loaded.
 */
package org.surgenet.video;
