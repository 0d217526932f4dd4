/**
 * Synthetic surgery: a deterministic generator of short laparoscopic-looking videos with exact
 * segmentation masks, phase labels and the three criteria of the critical view of safety, for quick
 * starts and tests. Nothing here is a patient or stands for one.
 *
 * <p>The way of the data: {@link org.surgenet.synthetic.Patient} (anatomy and colours of a seed),
 * {@link org.surgenet.synthetic.Camera} (how its room renders them) and {@link
 * org.surgenet.synthetic.Timeline} (what happens at each frame) go into {@link
 * org.surgenet.synthetic.SyntheticVideo}, which renders {@link org.surgenet.synthetic.Picture}s;
 * {@link org.surgenet.synthetic.SampleGenerator} writes them in the layouts of CholecSeg8k,
 * Cholec80 and Endoscapes. Pixels come from an own rasteriser, so that they do not depend on fonts,
 * displays or native libraries. Used by the command {@code make-sample}. Of the library it imports
 * {@code common} and {@code video}.
 */
package org.surgenet.synthetic;
