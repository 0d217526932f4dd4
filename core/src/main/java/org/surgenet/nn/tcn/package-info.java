/**
 * Temporal convolution over the features of a video's frames: TeCNO ({@link
 * org.surgenet.nn.tcn.TeCno}), MS-TCN++ ({@link org.surgenet.nn.tcn.MsTcn}), and a linear layer
 * that sees each frame alone ({@link org.surgenet.nn.tcn.FrameWise}). All are a {@link
 * org.surgenet.nn.tcn.TemporalHead}. Parameters have the keys of the original code.
 *
 * <p>Letters in shape comments: T frames of one video in order of time, D features, F channels
 * inside a stage, K classes. The original code has (1, F, T); here it is (T, F), so that a
 * convolution in time is one matrix product over the frames it reaches.
 *
 * <p>Imports {@code nn}.
 */
package org.surgenet.nn.tcn;
