/**
 * Scores of predictions, on plain arrays: Dice and IoU per patient, accuracy, F1 and Jaccard per
 * video, average precision and balanced accuracy per criterion; and the file of scores that goes
 * from evaluation to statistics.
 *
 * <p>One policy for missing values holds everywhere: a score that is 0/0 is {@link
 * java.lang.Double#NaN}, means skip it and say over how many values they were taken, and a file
 * shows it as an empty field. Where the literature averages differently the choice is an enum and
 * its Javadoc names the source.
 *
 * <p>{@link org.surgenet.metrics.Metric} knows each metric's name, direction and source; a new one
 * is a line there. Scores over a whole test set can be taken again on other units: {@link
 * org.surgenet.metrics.UnitStatistic}, from the files of {@link
 * org.surgenet.metrics.Recomputable#beside}.
 *
 * <p>Imports {@code common} alone; loads no DJL class and no native library.
 */
package org.surgenet.metrics;
