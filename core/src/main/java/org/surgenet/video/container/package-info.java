/**
 * Containers: opening one, reading the packets of its main video on one continuous time line,
 * noticing what is cut off, damaged, joined or appended; and the other way, a writer of small
 * files. Imports {@code video.dicom}, {@code video.file} and {@code video.ffmpeg}.
 */
package org.surgenet.video.container;
