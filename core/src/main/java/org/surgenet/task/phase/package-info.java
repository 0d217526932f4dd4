/**
 * Surgical phases, frame by frame: readers of labels by number ({@code cholec80}, {@code
 * autolaparo}, {@code heichole}) and by interval ({@code multibypass140}, {@code phase-csv}), which
 * frames find by their time, cross-entropy, scores video by video and of the sequence of segments,
 * ribbons. {@link org.surgenet.task.phase.PhaseTask} is the way in.
 *
 * <p>Imports {@code task} and what that rests on.
 */
package org.surgenet.task.phase;
