/**
 * Surgical phases, frame by frame: readers of label files ({@code cholec80}, {@code autolaparo}),
 * cross-entropy, scores video by video and of the sequence of segments, ribbons. {@link
 * org.surgenet.task.phase.PhaseTask} is the way in.
 *
 * <p>Imports {@code task} and what that rests on.
 */
package org.surgenet.task.phase;
