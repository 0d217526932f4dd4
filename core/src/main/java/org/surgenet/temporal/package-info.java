/**
 * Phases in time: a {@link org.surgenet.nn.tcn.TemporalHead} trained on the features of whole
 * videos, which {@code embed} has written once.
 *
 * <p>The way of the data: {@link org.surgenet.temporal.FeatureVideos} makes of a table of features
 * a sequence for each video; {@link org.surgenet.temporal.TemporalTraining} trains the head on one
 * video a step in the training loop that all trainings share, keeps the epoch that validates best
 * and predicts a part of the split with it, smoothed over time where asked for; {@code evaluate}
 * scores the predictions.
 *
 * <p>Imports {@code features}, {@code train}, {@code nn.tcn} and {@code task.phase}, and what those
 * rest on.
 */
package org.surgenet.temporal;
