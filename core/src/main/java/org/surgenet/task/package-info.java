/**
 * What a downstream task is: {@link org.surgenet.task.Task} and the parts it is made of. Each task
 * is a package below this one, with its readers of data sets, its samples, what its networks put on
 * top of a backbone, its {@link org.surgenet.task.Objective}, what a network's output means, its
 * {@link org.surgenet.task.TaskReport}, the sheet that {@code predict} writes, and its presets.
 * Only the task's own package knows any of it; {@code finetune} trains, evaluates and predicts
 * whatever the task.
 *
 * <p>{@link org.surgenet.task.Preparation} decodes samples and resizes them on the loader's
 * threads; {@link org.surgenet.task.PredictionTable} reads predictions that other programs made.
 *
 * <p>Imports {@code dataset}, {@code image}, {@code metrics}, {@code report}, {@code nn} and what
 * those rest on.
 */
package org.surgenet.task;
