/**
 * The criteria of the critical view of safety: readers of Endoscapes and of tables, binary
 * cross-entropy against the raters' votes, average precision and calibration over all frames and
 * per video. {@link org.surgenet.task.cvs.CvsTask} is the way in.
 *
 * <p>Imports {@code task} and what that rests on.
 */
package org.surgenet.task.cvs;
