/**
 * Pictures in memory: reading with every damage reported, resizing, writing, and the augmentations
 * of pretraining and fine-tuning. A file becomes an 8-bit RGB {@link org.opencv.core.Mat}, the
 * augmentations turn it into planar bytes (channel, row, column) in buffers of the caller's, and
 * normalisation is left to the device.
 *
 * <p>OpenCV is loaded on first use and runs single-threaded here: parallelism is over images. Every
 * Mat belongs to whoever received it, who releases it. Imports {@code common} alone and loads no
 * DJL class.
 */
package org.surgenet.image;
