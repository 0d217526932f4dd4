/**
 * From a video file to image files with FFmpeg alone: which frames a sampling rule wants, how few
 * packets must be decoded for them, scaling, and encoding as JPEG, PNG or WebP; and the other way,
 * a writer of small H.264 files.
 *
 * <p>A DICOM file is read as the stream in its pixel data ({@link org.surgenet.video.DicomVideo});
 * of its header nothing that tells of a patient is read.
 *
 * <p>The data goes: container → packets → groups of pictures → the wanted frames → pictures of the
 * wanted size → files, and last a {@code frames.csv} that marks the video as complete. Two ways of
 * keeping frames build on that: archives in place of single files ({@link
 * org.surgenet.video.Packing}), and the numbering of SurgeNet's script, which comes after all
 * videos of a procedure ({@link org.surgenet.video.SurgenetExtraction}). Everything runs on the C
 * API of the FFmpeg presets; libavdevice is never loaded, nor are DJL, OpenCV or AWT. Imports
 * {@code common} and {@code frames}.
 */
package org.surgenet.video;
