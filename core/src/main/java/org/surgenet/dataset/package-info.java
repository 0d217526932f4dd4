/**
 * Readers of labelled data sets, by format name, and their splits by patient. A reader turns a
 * folder in the layout its publishers chose into a {@link org.surgenet.dataset.Dataset}: the
 * classes and a list of samples that name their image, patient, video and time. It validates
 * everything that can be known without decoding a picture and names file and line of what it
 * refuses; masks are decoded when a loader asks for them.
 *
 * <p>Formats: {@code cholecseg8k} and {@code folders} for segmentation, {@code cholec80} and {@code
 * autolaparo} for phases, {@code endoscapes} for the critical view of safety.
 *
 * <p>Imports {@code common}, {@code frames} and {@code image}. Used by {@code finetune}.
 */
package org.surgenet.dataset;
