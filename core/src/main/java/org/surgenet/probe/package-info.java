/**
 * What a backbone's features are worth without training it: a classifier of frozen features, fitted
 * on the training part of a labelled data set, chosen on the validation part and applied to the
 * test part, as DINO's {@code eval_knn.py} and {@code eval_linear.py} do.
 *
 * <p>The way of the data: {@link org.surgenet.probe.Probe} reads phases or criteria through their
 * tasks, computes features with {@code pretrain}, and writes predictions as {@code evaluate} reads
 * them, so that scores come from one place.
 *
 * <p>Imports {@code pretrain}, {@code task.phase}, {@code task.cvs} and {@code metrics}, and what
 * those rest on.
 */
package org.surgenet.probe;
