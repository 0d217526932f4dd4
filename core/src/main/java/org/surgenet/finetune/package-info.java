/**
 * The three downstream tasks: segmentation, surgical phases, and the three criteria of the critical
 * view of safety. A network is a backbone with the FPN decoder (METHOD A.2) or its own
 * classification head (METHOD A.3).
 *
 * <p>The way of the data: {@code dataset} names samples, {@code Preparation} decodes and resizes
 * them on the loader's threads, {@link org.surgenet.finetune.FineTuning} trains the one network and
 * keeps the epoch that validates best as {@code model.safetensors}, which says all that is needed
 * to use it ({@link org.surgenet.finetune.ModelCard}); {@link org.surgenet.finetune.Evaluation}
 * scores such a model per patient and {@link org.surgenet.finetune.Prediction} applies it to frames
 * without labels. What differs between the tasks is in {@link org.surgenet.finetune.Objective} and
 * its subclasses, and in one reporting class each.
 *
 * <p>Imports {@code train}, {@code loader}, {@code dataset}, {@code metrics}, {@code report} and
 * what those rest on.
 */
package org.surgenet.finetune;
