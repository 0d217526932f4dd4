/**
 * What every training loop needs: gradients of a network's parameters, clipping, AdamW with
 * parameter groups, schedules, and a run's directory with its log, curves and checkpoints.
 *
 * <p>A step goes like this: {@link org.surgenet.train.Gradients#collect} records the forward pass
 * and its {@code backward} fills the parameters' gradients; {@link
 * org.surgenet.train.GradientClipping} looks at them; {@link org.surgenet.train.AdamW#step} uses
 * them up and leaves them zero. All arrays of a step live in a sub-manager that ends with it.
 *
 * <p>Imports {@code nn}, {@code weights} and, for the curves, {@code report}.
 */
package org.surgenet.train;
