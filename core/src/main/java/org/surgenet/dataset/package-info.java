/**
 * Labelled data sets, whatever their labels: samples that name their image, patient, video and
 * time, splits by patient, and the {@link org.surgenet.dataset.DatasetReader} that turns a folder
 * in the layout its publishers chose into a {@link org.surgenet.dataset.Dataset}. A reader
 * validates everything that can be known without decoding a picture and names file and line of what
 * it refuses; masks are decoded when a loader asks for them. {@link
 * org.surgenet.dataset.ClassMerges} are applied after a reader. The readers lie with their tasks.
 *
 * <p>Imports {@code common}, {@code frames} and {@code image}. Used by {@code task} and {@code
 * finetune}.
 */
package org.surgenet.dataset;
