package org.surgenet.task.cvs;

/**
 * The criteria of a frame.
 *
 * @param probabilities that each is fulfilled, on its own
 */
record CriteriaOutput(double[] probabilities) {}
