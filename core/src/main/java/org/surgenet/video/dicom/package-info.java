/**
 * DICOM files that hold a video: where the stream lies, and the little of the header that is read.
 * Nothing that tells of a patient is. Imports {@code video.file}.
 */
package org.surgenet.video.dicom;
