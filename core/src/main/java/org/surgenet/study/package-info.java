/**
 * A study: initial weights compared on labelled data sets, from one plan to one report.
 *
 * <p>{@link org.surgenet.study.PlanReader} reads the plan, {@link org.surgenet.study.Study} lays
 * out its cells and makes them, each an ordinary run of the program's commands ({@link
 * org.surgenet.study.CellProgram}) in a folder of its own; several processes share them by a lock
 * on each. {@link org.surgenet.study.StudyResults} gathers the scores of the cells that are done,
 * has {@code stats} compare them, draws the study's own figures and writes the report.
 *
 * <p>Which options a command has is the commands' business: here they are texts with a line of the
 * plan. Imports {@code finetune}, {@code stats} and what those rest on.
 */
package org.surgenet.study;
