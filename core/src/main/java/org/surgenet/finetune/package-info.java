/**
 * Training, evaluation and prediction of the downstream tasks, whatever the task: {@link
 * org.surgenet.finetune.Tasks} lists them, and each is a package below {@code task}.
 *
 * <p>The way of the data: a task's reader names samples, {@link org.surgenet.task.Preparation}
 * decodes and resizes them on the loader's threads, {@link org.surgenet.finetune.FineTuning} trains
 * the one network and keeps the epoch that validates best as {@code model.safetensors}, which says
 * all that is needed to use it ({@link org.surgenet.finetune.ModelCard}); {@link
 * org.surgenet.finetune.Evaluation} scores such a model per patient, {@link
 * org.surgenet.finetune.PredictionEvaluation} what other programs predicted, and {@link
 * org.surgenet.finetune.Prediction} applies a model to frames without labels.
 *
 * <p>Imports {@code train}, {@code loader}, {@code task} and what those rest on.
 */
package org.surgenet.finetune;
