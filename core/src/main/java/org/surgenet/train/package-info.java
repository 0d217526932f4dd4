/**
 * Training: {@link org.surgenet.train.TrainingLoop} drives a {@link org.surgenet.train.Learner}
 * through the steps of its epochs, in one process or in several, and keeps the run's directory.
 * Learners find here what they need: gradients of a network's parameters, clipping, AdamW with
 * parameter groups, and schedules.
 *
 * <p>A step goes like this: {@link org.surgenet.train.Gradients#collect} records the forward pass
 * and its {@code backward} fills the parameters' gradients; {@link
 * org.surgenet.train.GradientClipping} looks at them; {@link org.surgenet.train.AdamW#step} uses
 * them up and leaves them zero. All arrays of a step live in a sub-manager that ends with it.
 *
 * <p>Imports {@code train.distributed}, {@code nn}, {@code engine}, {@code weights} and, for the
 * curves, {@code report}.
 */
package org.surgenet.train;
