/**
 * Results as people read them: charts as PNG (curves and bars by XChart; forest plots, confusion
 * matrices and phase ribbons drawn here, because XChart has no such kinds), tables as Markdown,
 * LaTeX and CSV from one model, and self-contained HTML pages. Draws without a display; knows
 * nothing of what the numbers mean.
 *
 * <p>Imports {@code common} alone; loads no DJL class.
 */
package org.surgenet.report;
