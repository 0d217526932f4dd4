/**
 * Which files are videos, what their frames and folders are called, and in which order SurgeNet's
 * script took them. Opens no container. Imports {@code video.dicom}, to tell DICOM files with a
 * video.
 */
package org.surgenet.video.naming;
