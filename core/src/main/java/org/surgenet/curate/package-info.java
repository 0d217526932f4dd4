/**
 * Which frames are fit for pretraining: scores of every frame, reasons to drop, duplicates, and a
 * page to look at. Frames come from {@code frames}, are scored in parallel at reduced decoding, the
 * scores are kept on disk, decisions are made from them in the list's order, and {@code
 * curated.csv} and {@code report.html} are written; no image is deleted or changed.
 *
 * <p>What is looked for in a frame is a {@code Detector}: a class in the one list {@code
 * Detectors.ALL}, with its scores (columns), thresholds (options), reason and rule. {@code
 * Measurer} has each measure the same {@code Picture}; {@code Curation} asks them to judge, and
 * looks for duplicates among what they leave.
 *
 * <p>Imports {@code frames}, {@code image}, {@code report} and {@code common}; loads no DJL class.
 * Used by the commands.
 */
package org.surgenet.curate;
